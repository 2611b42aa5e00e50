import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { CertificateAuthority } from '../../local/cloud/engines/pki/certificate-authority';
import { PostgresEngine } from '../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../local/cloud/engines/postgres/postgres-server';
import { VaultEngine } from '../../local/cloud/engines/vault/vault-engine';
import { CloudClock } from '../../local/cloud/gateway/clock';
import { type DevVault, hasVault, startDevVault } from '../support/dev-vault';
import { DATABASE_ROLES, POLICIES, post, ROLE_ARN, type Step, VAULT_CASES } from './vault-cases';

/**
 * The same requests to the local Vault and to HashiCorp's must get the same status and the same body, apart from what is random
 * or a time. Left out is what the local one does not tell: who changed a secret, and when Vault was built.
 */
interface Reply {
  readonly status: number;
  readonly body: unknown;
}

type Send = (step: Step, token: string | undefined, lease: string) => Promise<Reply>;

const SESSION_ARN = 'arn:aws:sts::111122223333:assumed-role/app/session';

const isJudged = hasVault();

if (!isJudged) process.stderr.write("\nSKIPPED: HashiCorp's Vault is not on the PATH, so the local Vault was NOT compared with it.\n\n");

describe('the local Vault', () => {
  let real: DevVault | undefined;
  let local: VaultEngine | undefined;
  let postgres: PostgresEngine | undefined;
  let sts: Server | undefined;
  let senders: readonly [Send, Send] | undefined;

  beforeAll(async () => {
    if (!isJudged) return;
    const authority = await CertificateAuthority.create();
    const clock = new CloudClock({ busy: 1, idle: 1 });
    postgres = await PostgresEngine.open({ clock, authority });
    const server = await postgres.create({ name: 'orders', hostnames: ['orders.test'], masterUser: 'master', masterPassword: 'pw', databaseName: 'orders' });
    sts = await startSts();
    real = await startDevVault();
    await configureReal(real, server.port, (sts.address() as AddressInfo).port);
    local = new VaultEngine({ clock, authority, hostnames: ['vault.test'], callSts: async ({ headers }) => identify(headers['x-test-arn']) });
    configureLocal(local, server);
    await local.start();
    senders = [senderTo(real), await localSender(local, authority)];
  }, 90_000);

  afterAll(async () => {
    await local?.stop();
    await real?.stop();
    sts?.closeAllConnections();
    sts?.close();
    await postgres?.close();
  });

  test.each(VAULT_CASES.map((each) => [each.name, each] as const))(`answers ${isJudged ? 'as' : '(SKIPPED, no vault on the PATH) as'} HashiCorp's does: %s`, async (_name, { steps }) => {
    if (!senders) return;
    const [expected, actual] = [await play(steps, senders[0]), await play(steps, senders[1])];

    expect(actual).toEqual(expected);
  });
});

/** Sends the steps of a case one after another and returns the answers without what is random. */
async function play(steps: readonly Step[], send: Send): Promise<readonly object[]> {
  const answers: object[] = [];
  let [issued, lease] = ['', ''];
  for (const step of steps) {
    const token = { root: undefined, issued, stranger: 'hvs.stranger', nobody: '' }[step.as ?? 'root'];
    const { status, body } = await send(step, token, lease);
    const { auth, lease_id } = (body ?? {}) as { auth?: { client_token: string } | null; lease_id?: string };
    issued = auth?.client_token ?? issued;
    lease = lease_id || lease;
    answers.push({ step: `${step.method} ${step.path} as ${step.as ?? 'root'}`, status, body: withoutChance(body) });
  }
  return answers;
}

const UNTOLD = ['created_by', 'deleted_by', 'last_updated_by', 'build_date', 'request_id'];
const BY_CHANCE = ['accessor', 'client_token', 'id', 'entity_id', 'role_id', 'cluster_id', 'cluster_name', 'password', 'username', 'lease_id'];
const TIMES = ['creation_time', 'ttl', 'server_time_utc', 'last_renewal_time'];

/** Replaces what is random or a time by what kind of thing it is. */
function withoutChance(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutChance(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !UNTOLD.includes(name))
        .map(([name, item]) => [name, withoutChance(item, name)]),
    );
  }
  if (typeof value === 'number' && TIMES.includes(key)) return Math.sign(value);
  if (typeof value !== 'string' || value === '') return value;
  if (BY_CHANCE.includes(key)) return value.replace(/[A-Za-z0-9]{20,}/g, '*').replace(/[0-9a-f-]{36}/, '*').replace(/-\d{10}$/, '-*').replace(/^[\w-]{20}$|(?<=^vault-cluster-).*|(?<=^hvs\.).*/, '*');
  return value.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, '<time>').replace(/invalid character .*|Unexpected token .*/, '<parse error>');
}

/** What STS answers to the request that a login forwards; the test says in a header who has signed it. */
function identify(arn = SESSION_ARN): { readonly status: number; readonly body: string } {
  if (arn === 'refuse') return { status: 403, body: '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>' };
  const [account] = /\d{12}/.exec(arn) ?? [];
  return { status: 200, body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AROA:s</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>` };
}

async function startSts(): Promise<Server> {
  const server = createServer((request, response) => {
    const { status, body } = identify(request.headers['x-test-arn'] as string | undefined);
    request.resume();
    response.writeHead(status, { 'Content-Type': 'text/xml' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function configureLocal(vault: VaultEngine, server: PostgresServer): void {
  const connect = async () => {
    const client = new Client({ host: '127.0.0.1', port: server.port, user: 'master', password: 'pw', database: 'orders' });
    await client.connect();
    return client;
  };
  vault.configure({
    policies: POLICIES,
    awsServerId: 'vault.test',
    awsRoles: {
      app: { boundIamPrincipalArns: [ROLE_ARN], policies: ['app'], ttlSeconds: 600, maxTtlSeconds: 3600 },
      foreign: { boundIamPrincipalArns: ['arn:aws:iam::111122223333:role/path/app'], policies: ['app'] },
    },
    databases: { orders: { connect, allowedRoles: ['reader', 'broken', 'astray'] } },
    databaseRoles: DATABASE_ROLES,
  });
}

async function configureReal(vault: DevVault, databasePort: number, stsPort: number): Promise<void> {
  const write = async (path: string, body: object) => {
    const { status } = await senderTo(vault)(post(path, body), undefined, '');
    if (status !== 204) throw new Error(`${path} answered ${status}`);
  };
  for (const [name, policy] of Object.entries(POLICIES)) {
    await write(`sys/policies/acl/${name}`, { policy: policy.map(({ path, capabilities }) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`).join('\n') });
  }
  await write('sys/auth/aws', { type: 'aws' });
  const endpoint = `http://127.0.0.1:${stsPort}`;
  await write('auth/aws/config/client', { sts_endpoint: endpoint, sts_region: 'us-east-1', endpoint, iam_server_id_header_value: 'vault.test', access_key: 'x', secret_key: 'x' });
  const role = { auth_type: 'iam', resolve_aws_unique_ids: false, token_policies: ['app'] };
  await write('auth/aws/role/app', { ...role, bound_iam_principal_arn: [ROLE_ARN], token_ttl: '10m', token_max_ttl: '1h' });
  await write('auth/aws/role/foreign', { ...role, bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/path/app'] });
  await write('sys/mounts/database', { type: 'database' });
  await write('database/config/orders', {
    plugin_name: 'postgresql-database-plugin',
    allowed_roles: ['reader', 'broken', 'astray'],
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${databasePort}/orders?sslmode=disable`,
    username: 'master',
    password: 'pw',
  });
  for (const [name, { database, creationStatements, defaultTtlSeconds, maxTtlSeconds }] of Object.entries(DATABASE_ROLES)) {
    await write(`database/roles/${name}`, { db_name: database, creation_statements: creationStatements, default_ttl: defaultTtlSeconds, max_ttl: maxTtlSeconds });
  }
}

function bodyText(body: unknown, lease: string, unsealKey: string): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body).replace('$lease', lease).replace('$unsealKey', unsealKey);
}

function senderTo({ url, rootToken, unsealKey }: DevVault): Send {
  return async ({ method, path, body, headers }, token = rootToken, lease) => {
    const response = await fetch(`${url}/v1/${path}`, { method, headers: { 'X-Vault-Token': token, 'Content-Type': 'application/json', ...headers }, body: bodyText(body, lease, unsealKey) });
    return parsed(response.status, await response.text());
  };
}

async function localSender(vault: VaultEngine, authority: CertificateAuthority): Promise<Send> {
  const agent = new Agent({ ca: authority.certificatePem, servername: 'vault.test' });
  return ({ method, path, body, headers }, token = vault.rootToken, lease) =>
    new Promise((resolve, reject) => {
      const request = httpsRequest({ host: '127.0.0.1', port: vault.port, method, path: `/v1/${path}`, agent, headers: { 'X-Vault-Token': token, 'Content-Type': 'application/json', ...headers } }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(parsed(response.statusCode ?? 0, text)));
      });
      request.on('error', reject);
      request.end(bodyText(body, lease, vault.unsealKey));
    });
}

function parsed(status: number, text: string): Reply {
  return { status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
