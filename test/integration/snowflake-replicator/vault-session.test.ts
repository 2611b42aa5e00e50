import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { SignedIdentity } from '../../../lambda/common/aws/signed-identity';
import { SecretUnusable, VaultAccessDenied, VaultUnavailable } from '../../../lambda/snowflake-replicator/contract';
import { VaultSession, type VaultLogin } from '../../../lambda/snowflake-replicator/vault/vault-session';
import type { PostgresEngine } from '../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../local/cloud/engines/postgres/postgres-server';
import type { DatabaseRole } from '../../../local/cloud/engines/vault/database-backend';
import { asMaster, connectAsMaster, openEngine, ordersServer, valueOf } from '../../unit/local/cloud/engines/postgres/fixtures';
import { ROLE_ARN, startVault, type Started } from '../../unit/local/cloud/engines/vault/fixtures';

/** Real servers on a machine that others use too. */

const SECONDS = 1000;
const SERVER_ID = 'vault.test';
const CREATION = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;
const READER: DatabaseRole = { database: 'orders', creationStatements: [CREATION], defaultTtlSeconds: 60, maxTtlSeconds: 600 };
const POLICY = [
  { path: 'secret/data/app/*', capabilities: ['read'] as const },
  { path: 'database/creds/reader', capabilities: ['read'] as const },
];

let postgres: PostgresEngine;
let server: PostgresServer;
let started: Started;
const trusted = getCACertificates('default');

beforeAll(async () => {
  ({ engine: postgres } = await openEngine());
  server = await postgres.create(ordersServer());
});

afterAll(() => postgres.close());

beforeEach(async () => {
  const connect = () => connectAsMaster(server);
  started = await startVault(
    {
      policies: { app: POLICY, lender: [...POLICY, { path: 'sys/leases/revoke', capabilities: ['update'] }] },
      secrets: { 'app/snowflake': { user: 'loader' }, 'other/x': { user: 'somebody' } },
      awsServerId: SERVER_ID,
      awsRoles: { app: { boundIamPrincipalArns: [ROLE_ARN], policies: ['app'], ttlSeconds: 90, maxTtlSeconds: 3600 } },
      databases: { orders: { connect, allowedRoles: ['reader'] } },
      databaseRoles: { reader: READER },
    },
    { hostnames: ['localhost'] },
  );
  setDefaultCACertificates([...trusted, started.authority.certificatePem]);
});

afterEach(async () => {
  setDefaultCACertificates(trusted);
  await started.engine.stop();
});

const place = () => ({ address: `https://localhost:${started.engine.port}`, namespace: undefined, timeoutMs: 2_000 });
const open = (login: Partial<VaultLogin & { kind: 'aws' }> = {}) =>
  VaultSession.open(place(), { kind: 'aws', mount: 'aws', role: 'app', sign: () => Promise.resolve(signed(SERVER_ID)), ...login }, () => started.clock.now());

/** What `signIdentity` hands over; the STS of this Vault believes whom the request names. */
function signed(serverId: string): SignedIdentity {
  return {
    method: 'POST',
    url: 'https://sts.eu-central-1.amazonaws.com/',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: {
      'X-Vault-AWS-IAM-Server-ID': serverId,
      'X-Test-Arn': 'arn:aws:sts::111122223333:assumed-role/app/session',
      Authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20261121/eu-central-1/sts/aws4_request, SignedHeaders=host;x-amz-date;x-vault-aws-iam-server-id, Signature=0',
    },
  };
}

const loginCount = () => asMaster(server, (session) => valueOf(session, "select count(*)::int from pg_roles where rolname like 'v-%'"));

describe('a login to Vault', () => {
  it('reads what its policy allows, and says what to check where it does not', async () => {
    const session = await open();

    await expect(session.readSecret('secret', 'app/snowflake')).resolves.toEqual({ user: 'loader' });
    await expect(session.readSecret('secret', 'other/x')).rejects.toThrow(VaultAccessDenied);
    await expect(session.readSecret('secret', 'app/nothing')).rejects.toThrow(SecretUnusable);
  });

  it('is refused when what was signed names another Vault', async () => {
    const failure = await open({ sign: () => Promise.resolve(signed('vault.elsewhere')) }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(VaultAccessDenied);
    expect((failure as Error).message).toContain('server id');
  });

  it('is refused for a role whose principals do not name it', async () => {
    await expect(open({ role: 'another' })).rejects.toThrow(VaultAccessDenied);
  });

  it('gives an error to be tried again while Vault is sealed, and none after', async () => {
    started.engine.sealUp();
    await expect(open()).rejects.toThrow(VaultUnavailable);

    started.engine.unseal();
    await expect(open()).resolves.toBeDefined();
  });

  it('by a token has what the token may do, and leaves it to whoever made it', async () => {
    const token = started.engine.createToken({ policies: ['lender'], ttlSeconds: 3600 });
    const byToken = () => VaultSession.open(place(), { kind: 'token', token }, () => started.clock.now());
    const session = await byToken();

    await expect(session.readSecret('secret', 'app/snowflake')).resolves.toEqual({ user: 'loader' });
    await session.lendDatabaseLogin('database', 'reader');
    await session.close();

    expect(await loginCount()).toBe(0);
    await expect((await byToken()).readSecret('secret', 'app/snowflake')).resolves.toEqual({ user: 'loader' });
  });

  it('by a token that Vault does not know is refused when it is first used', async () => {
    const session = await VaultSession.open(place(), { kind: 'token', token: 'hvs.unknown' }, () => started.clock.now());

    await expect(session.readSecret('secret', 'app/snowflake')).rejects.toThrow(VaultAccessDenied);
  });

  it('ends with the session: nothing of it is left in Vault or in the database', async () => {
    const session = await open();
    await session.lendDatabaseLogin('database', 'reader');
    expect(await loginCount()).toBe(1);

    await session.close();

    expect(await loginCount()).toBe(0);
    expect(started.engine.leaseIds).toEqual([]);
    await expect(session.readSecret('secret', 'app/snowflake')).rejects.toThrow(VaultAccessDenied);
  });
});

describe('a login for PostgreSQL', () => {
  it('lives as long as it is kept alive, longer than its lease and than the token', async () => {
    const session = await open();
    const lent = await session.lendDatabaseLogin('database', 'reader');

    for (let passed = 0; passed < 200; passed += 25) {
      await started.clock.pass(25 * SECONDS);
      await session.keepAlive();
    }

    await expect(asMaster(server, (client) => valueOf(client, 'select 1'), { user: lent.username, password: lent.password })).resolves.toBe(1);
    await session.close();
  });

  it('is renewed only when it has less than a third of its time left', async () => {
    const session = await open();
    await session.lendDatabaseLogin('database', 'reader');
    const renewals = () => started.engine.audit.filter(({ path }) => path.includes('renew')).length;

    await started.clock.pass(30 * SECONDS);
    await session.keepAlive();
    const early = renewals();
    await started.clock.pass(15 * SECONDS);
    await session.keepAlive();

    expect([early, renewals()]).toEqual([0, 1]);
    await session.close();
  });

  it('is a failure once its lease is lost', async () => {
    const session = await open();
    await session.lendDatabaseLogin('database', 'reader');
    await started.engine.revokeLeases();

    await started.clock.pass(45 * SECONDS);

    await expect(session.keepAlive()).rejects.toThrow(VaultAccessDenied);
    await session.close();
  });
});
