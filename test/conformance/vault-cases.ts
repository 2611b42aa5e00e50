import type { Policy } from '../../local/cloud/engines/vault/policy';

/** A request of a case. */
export interface Step {
  /** `issued` is the token that this case got last. */
  readonly as?: 'root' | 'issued' | 'stranger' | 'nobody';
  readonly method: string;
  readonly path: string;
  /** `$lease` stands for the lease that this case got last, `$unsealKey` for the key of the Vault that is asked. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Requests that are sent to one Vault after another, each with the same right to the same answer. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

export const ROLE_ARN = 'arn:aws:iam::111122223333:role/app';
export const POLICIES: Readonly<Record<string, Policy>> = {
  app: [
    { path: 'secret/data/app/*', capabilities: ['read'] },
    { path: 'secret/data/app/private', capabilities: ['deny'] },
    { path: 'secret/data/+/shared', capabilities: ['create', 'update'] },
    { path: 'secret/data/made/*', capabilities: ['create'] },
    { path: 'secret/metadata/app', capabilities: ['list'] },
    { path: 'database/creds/reader', capabilities: ['read'] },
  ],
  patterns: [
    { path: 'a/*', capabilities: ['read'] },
    { path: 'a/b*', capabilities: ['list'] },
    { path: 'a/b', capabilities: ['update'] },
    { path: 'a/+/c', capabilities: ['delete'] },
    { path: 'a/+/*', capabilities: ['create'] },
    { path: '+/+/c', capabilities: ['sudo'] },
    { path: 'a/b/c*', capabilities: ['patch'] },
    { path: 'd/+/+/e', capabilities: ['delete'] },
    { path: 'd/+/x/+', capabilities: ['create'] },
    { path: 'd/+/*', capabilities: ['read'] },
    { path: 'f/+', capabilities: ['read'] },
    { path: 'f/+x', capabilities: ['update'] },
    { path: 'g/*', capabilities: ['read', 'deny'] },
    { path: '*', capabilities: ['list'] },
  ],
};
const CREATION = `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{{name}}";`;
export const DATABASE_ROLES = {
  reader: { database: 'orders', creationStatements: [CREATION], defaultTtlSeconds: 60, maxTtlSeconds: 120 },
  broken: { database: 'orders', creationStatements: ['CREATE NONSENSE'], defaultTtlSeconds: 60, maxTtlSeconds: 120 },
  refused: { database: 'orders', creationStatements: ['SELECT 1'], defaultTtlSeconds: 60, maxTtlSeconds: 120 },
  astray: { database: 'nowhere', creationStatements: ['SELECT 1'], defaultTtlSeconds: 60, maxTtlSeconds: 120 },
};

const get = (path: string, as?: Step['as']): Step => ({ method: 'GET', path, as });
const list = (path: string, as?: Step['as']): Step => ({ method: 'LIST', path, as });
const remove = (path: string, as?: Step['as']): Step => ({ method: 'DELETE', path, as });
export const post = (path: string, body: unknown, as?: Step['as']): Step => ({ method: 'POST', path, body, as });
const issue = (fields: object): Step => post('auth/token/create', { policies: ['app'], ttl: '10m', ...fields });

const SIGNED_HEADERS = 'content-type;host;x-amz-date;x-vault-aws-iam-server-id';
const authorization = (signed: string) => `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/sts/aws4_request, SignedHeaders=${signed}, Signature=0`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

function login(change: { readonly headers?: object; readonly fields?: object; readonly url?: string; readonly form?: string } = {}): Step {
  const headers = { Host: 'sts.us-east-1.amazonaws.com', 'X-Amz-Date': '20261121T100000Z', 'X-Vault-AWS-IAM-Server-ID': 'vault.test', Authorization: authorization(SIGNED_HEADERS) };
  return post(
    'auth/aws/login',
    {
      role: 'app',
      iam_http_request_method: 'POST',
      iam_request_url: base64(change.url ?? 'https://sts.us-east-1.amazonaws.com/'),
      iam_request_body: base64(change.form ?? 'Action=GetCallerIdentity&Version=2011-06-15'),
      iam_request_headers: base64(JSON.stringify({ ...headers, ...change.headers })),
      ...change.fields,
    },
    'nobody',
  );
}

const SECRETS: readonly Case[] = [
  { name: 'a secret that is not there', steps: [get('secret/data/none'), list('secret/metadata/none'), get('secret/metadata/none'), remove('secret/data/none'), remove('secret/metadata/none')] },
  {
    name: 'versions',
    steps: [
      post('secret/data/v', { data: { k: 1 } }),
      post('secret/data/v', { data: { k: 2 }, options: { cas: 1 } }),
      post('secret/data/v', { data: { k: 3 }, options: { cas: 1 } }),
      get('secret/data/v'),
      get('secret/data/v?version=1'),
      get('secret/data/v?version=9'),
      get('secret/data/v?version=x'),
      get('secret/metadata/v'),
    ],
  },
  {
    name: 'deleting, restoring and destroying',
    steps: [
      post('secret/data/d', { data: { k: 1 } }),
      remove('secret/data/d'),
      get('secret/data/d'),
      post('secret/undelete/d', { versions: [1] }),
      get('secret/data/d'),
      post('secret/delete/d', { versions: [1] }),
      post('secret/destroy/d', { versions: [1] }),
      post('secret/undelete/d', { versions: [1] }),
      get('secret/data/d'),
      post('secret/delete/d', {}),
      post('secret/destroy/d', { versions: [] }),
      post('secret/undelete/none', { versions: [1] }),
      remove('secret/metadata/d'),
      get('secret/data/d'),
    ],
  },
  {
    name: 'settings of a secret',
    steps: [
      post('secret/data/s', { data: { k: 1 } }),
      post('secret/metadata/s', { max_versions: 2, cas_required: true, custom_metadata: { owner: 'x' } }),
      post('secret/data/s', { data: { k: 2 } }),
      post('secret/data/s', { data: { k: 2 }, options: { cas: 1 } }),
      post('secret/data/s', { data: { k: 3 }, options: { cas: 2 } }),
      get('secret/data/s?version=1'),
      get('secret/metadata/s'),
    ],
  },
  { name: 'twelve versions', steps: [...Array.from({ length: 12 }, (_, k) => post('secret/data/many', { data: { k } })), get('secret/metadata/many'), get('secret/data/many?version=2'), get('secret/data/many?version=3')] },
  { name: 'creating only', steps: [post('secret/data/once', { data: {}, options: { cas: 0 } }), post('secret/data/once', { data: {}, options: { cas: 0 } })] },
  { name: 'folders', steps: [post('secret/data/f/a', { data: {} }), post('secret/data/f/b/c', { data: {} }), list('secret/metadata/f'), list('secret/metadata/f/'), get('secret/metadata/f?list=true'), get('secret/data/f/')] },
  { name: 'writes that make no sense', steps: [post('secret/data/w', {}), post('secret/data/w', { data: 'text' }), { method: 'PATCH', path: 'secret/data/w', body: { data: {} } }, get('secret/w')] },
  {
    name: 'a patch',
    steps: [post('secret/data/p', { data: { a: 1, b: { c: 1, d: 1 } } }), { method: 'PATCH', path: 'secret/data/p', body: { data: { a: null, b: { d: 2 } } }, headers: { 'Content-Type': 'application/merge-patch+json' } }, get('secret/data/p')],
  },
  { name: 'a namespace', steps: [{ ...get('secret/data/none'), headers: { 'X-Vault-Namespace': 'team' } }] },
];

const TOKENS: readonly Case[] = [
  { name: 'no token and a wrong one', steps: ['secret/data/x', 'auth/token/lookup-self', 'nope/x', 'auth/nope/login'].flatMap((path) => [get(path, 'nobody'), get(path, 'stranger')]) },
  { name: 'paths that are nowhere', steps: [get('nope/x'), get('nope'), issue({}), get('nope/x', 'issued')] },
  { name: 'a look at oneself', steps: [issue({ explicit_max_ttl: '20m' }), get('auth/token/lookup-self', 'issued'), post('auth/token/lookup-self', {}, 'issued'), remove('auth/token/lookup-self')] },
  {
    name: 'renewals',
    steps: [
      issue({ explicit_max_ttl: '20m' }),
      post('auth/token/renew-self', { increment: '30s' }, 'issued'),
      post('auth/token/renew-self', {}, 'issued'),
      post('auth/token/renew-self', { increment: 7200 }, 'issued'),
      post('auth/token/renew-self', {}, 'issued'),
      post('auth/token/renew-self', { increment: 'abc' }, 'issued'),
      get('auth/token/renew-self', 'issued'),
      post('auth/token/renew-self', {}, 'root'),
    ],
  },
  { name: 'a periodic token', steps: [issue({ period: '1h' }), post('auth/token/renew-self', { increment: 60 }, 'issued'), get('auth/token/lookup-self', 'issued')] },
  { name: 'a token that is not renewable', steps: [issue({ renewable: false }), post('auth/token/renew-self', {}, 'issued')] },
  { name: 'limited uses', steps: [issue({ num_uses: 2 }), get('auth/token/lookup-self', 'issued'), get('auth/token/lookup-self', 'issued'), get('auth/token/lookup-self', 'issued')] },
  { name: 'revoking oneself', steps: [issue({}), post('auth/token/revoke-self', {}, 'issued'), get('auth/token/lookup-self', 'issued')] },
  { name: 'tokens of other kinds', steps: [issue({ policies: ['root', 'app'], ttl: 0 }), issue({ no_default_policy: true, no_parent: true, meta: { a: 'b' } }), issue({ ttl: 0 })] },
  {
    name: 'policies',
    steps: [
      post('secret/data/app/x', { data: { k: 1 } }),
      issue({}),
      get('secret/data/app/x', 'issued'),
      get('secret/data/app/none', 'issued'),
      get('secret/data/app/private', 'issued'),
      post('secret/data/app/shared', { data: {} }, 'issued'),
      post('secret/data/other/shared', { data: {} }, 'issued'),
      get('secret/data/other/shared', 'issued'),
      post('secret/data/made/x', { data: {} }, 'issued'),
      post('secret/data/made/x', { data: {} }, 'issued'),
      list('secret/metadata/app', 'issued'),
      list('secret/metadata/app/', 'issued'),
      list('secret/metadata/other', 'issued'),
      get('sys/mounts', 'issued'),
      post('auth/token/create', {}, 'issued'),
      post('sys/capabilities-self', { paths: ['secret/data/app/x', 'secret/data/app/private', 'sys/mounts'] }, 'issued'),
      post('sys/capabilities-self', { path: 'secret/data/q' }, 'root'),
    ],
  },
  {
    name: 'patterns of policies',
    steps: [
      issue({ policies: ['patterns'] }),
      ...['a', 'a/', 'a/x', 'a/b', 'a/bc', 'a/b/c', 'a/b/cc', 'a/x/c', 'a/x/d', 'q/x/c', 'd/a/x/e', 'd/a/z/e', 'd/a/z', 'f/b', 'f/bx', 'f/+x', 'g/x', 'zzz'].map((path) => post('sys/capabilities-self', { path }, 'issued')),
    ],
  },
];

const LOGINS: readonly Case[] = [
  { name: 'a login by IAM', steps: [login(), get('auth/token/lookup-self', 'issued'), post('auth/token/renew-self', {}, 'issued'), post('auth/token/renew-self', { increment: '9h' }, 'issued'), post('auth/token/renew-self', {}, 'issued')] },
  { name: 'a login that names no role', steps: [login({ fields: { role: '' } })] },
  { name: 'a login for another role', steps: [login({ fields: { role: 'nope' } }), login({ fields: { role: 'foreign' } })] },
  {
    name: 'the header that names the Vault',
    steps: [
      login({ headers: { 'X-Vault-AWS-IAM-Server-ID': undefined } }),
      login({ headers: { 'X-Vault-AWS-IAM-Server-ID': 'another' } }),
      login({ headers: { 'X-Vault-AWS-IAM-Server-ID': undefined, 'x-vault-aws-iam-server-id': 'vault.test' } }),
      login({ headers: { 'X-Vault-AWS-IAM-Server-ID': ['vault.test'] } }),
      login({ headers: { Authorization: authorization('content-type;host;x-amz-date') } }),
      login({ headers: { Authorization: undefined } }),
      login({ headers: { Authorization: 'hello' } }),
    ],
  },
  {
    name: 'requests that are no GetCallerIdentity',
    steps: [
      login({ form: 'Action=ListUsers&Version=2011-06-15' }),
      login({ form: 'Action=GetCallerIdentity&Version=2011-06-15&More=1' }),
      login({ form: '' }),
      login({ url: 'https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity' }),
      login({ fields: { iam_http_request_method: 'PUT' } }),
      login({ fields: { iam_http_request_method: 'GET' } }),
      login({ fields: { iam_http_request_method: 'GET' }, url: 'https://sts.us-east-1.amazonaws.com/?Action=ListUsers' }),
    ],
  },
  {
    name: 'fields that are missing or broken',
    steps: [
      ...['iam_http_request_method', 'iam_request_url', 'iam_request_body', 'iam_request_headers'].map((field) => login({ fields: { [field]: undefined } })),
      login({ fields: { iam_request_url: '***' } }),
    ],
  },
  { name: 'principals that are not bound', steps: [login({ headers: { 'X-Test-Arn': 'arn:aws:sts::111122223333:assumed-role/other/s' } }), login({ headers: { 'X-Test-Arn': 'arn:aws:iam::111122223333:user/app' } })] },
  { name: 'a signature that STS refuses', steps: [login({ headers: { 'X-Test-Arn': 'refuse' } })] },
  { name: 'another method', steps: [{ method: 'GET', path: 'auth/aws/login', as: 'nobody' }] },
];

const LEASES: readonly Case[] = [
  {
    name: 'a login for the database',
    steps: [
      get('database/creds/reader'),
      post('sys/leases/lookup', { lease_id: '$lease' }),
      post('sys/leases/renew', { lease_id: '$lease', increment: 600 }),
      post('sys/leases/renew', { lease_id: '$lease', increment: 5 }),
      post('sys/leases/renew', { lease_id: '$lease' }),
      post('sys/leases/renew', { lease_id: '$lease', increment: 'abc' }),
      post('sys/leases/revoke', { lease_id: '$lease' }),
      post('sys/leases/revoke', { lease_id: '$lease' }),
      post('sys/leases/renew', { lease_id: '$lease' }),
      post('sys/leases/lookup', { lease_id: '$lease' }),
    ],
  },
  { name: 'a login asked for by a token', steps: [issue({}), get('database/creds/reader', 'issued'), post('sys/leases/renew', { lease_id: '$lease' }, 'issued'), post('sys/leases/revoke', { lease_id: '$lease' }, 'issued'), post('auth/token/revoke-self', {}, 'issued')] },
  { name: 'leases that are not there', steps: [post('sys/leases/renew', { lease_id: 'x' }), post('sys/leases/renew', {}), post('sys/leases/revoke', { lease_id: 'x' }), post('sys/renew', { lease_id: 'x' }), post('sys/revoke', { lease_id: 'x' })] },
  { name: 'roles that cannot be used', steps: [get('database/creds/none'), get('database/creds/broken'), get('database/creds/refused'), get('database/creds/astray'), post('database/creds/reader', {})] },
];

const OPERATIONS: readonly Case[] = [
  {
    name: 'the seal',
    steps: [
      get('sys/health', 'nobody'),
      get('sys/seal-status', 'nobody'),
      get('sys/init', 'nobody'),
      { method: 'PUT', path: 'sys/seal' },
      get('sys/health', 'nobody'),
      get('sys/health?sealedcode=299', 'nobody'),
      get('sys/seal-status', 'nobody'),
      get('secret/data/x'),
      get('nope', 'nobody'),
      login(),
      post('sys/unseal', {}, 'nobody'),
      post('sys/unseal', { key: 'bad' }, 'nobody'),
      post('sys/unseal', { key: '$unsealKey' }, 'nobody'),
      get('secret/data/x'),
    ],
  },
];

export const VAULT_CASES: readonly Case[] = [...SECRETS, ...TOKENS, ...LOGINS, ...LEASES, ...OPERATIONS];
