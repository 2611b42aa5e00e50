import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { CallSts } from '../../../../../../local/cloud/engines/snowflake/auth/workload-identity';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, newKeyPair, startWarehouse, value } from './driver';

const ROLE_ARN = 'arn:aws:iam::111122223333:role/service/replicator';
const [first, second, stranger] = [newKeyPair(), newKeyPair(), newKeyPair()];
let warehouse: SnowflakeWarehouse;
let nowMs = Date.parse('2026-11-21T00:00:00Z');
let seenBySts: { url: string; headers: Readonly<Record<string, string>> } | undefined;
let stsAnswer = { status: 200, body: '' };
const callSts: CallSts = async (request) => {
  seenBySts = request;
  return stsAnswer;
};

beforeAll(async () => {
  warehouse = await startWarehouse({ now: () => new Date(nowMs), callSts });
  await warehouse.createUser({ name: 'ROTATING', roles: ['LOADER'], publicKeyPem: first.publicKey, publicKey2Pem: second.publicKey });
  await warehouse.createUser({ name: 'PERSON', type: 'PERSON', roles: ['LOADER'], password: 'correct horse' });
  await warehouse.createUser({ name: 'FEDERATED', roles: ['LOADER'], workloadIdentityArn: ROLE_ARN });
});

afterAll(() => warehouse.stop());

const login = (options: Parameters<typeof connect>[1]) => connect(warehouse, options);

describe('key-pair login', () => {
  test.each([
    ['first', first],
    ['second', second],
  ])('accepts the %s of two registered keys', async (_name, { privateKey }) => {
    const connection = await login({ username: 'ROTATING', privateKey });

    await expect(value(connection, 'SELECT CURRENT_USER()')).resolves.toBe('ROTATING');
    await disconnect(connection);
  });

  test('refuses a key that is not registered any more', async () => {
    await warehouse.createUser({ name: 'ROTATED', roles: ['LOADER'], publicKeyPem: first.publicKey });
    await warehouse.execute(`ALTER USER ROTATED SET RSA_PUBLIC_KEY = '${second.publicKey.replace(/-----[A-Z ]+-----|\n/g, '')}'`);

    expect(await errorOf(login({ username: 'ROTATED', privateKey: first.privateKey }))).toMatchObject({ code: '390144' });
    await disconnect(await login({ username: 'ROTATED', privateKey: second.privateKey }));
  });

  test.each([
    ['a stranger signs', { username: 'ROTATING', privateKey: stranger.privateKey }],
    ['the user is unknown', { username: 'NOBODY', privateKey: first.privateKey }],
    ['the account is another', { username: 'ROTATING', privateKey: first.privateKey, account: 'ELSEWHERE' }],
  ])('refuses when %s', async (_name, options) => {
    expect(await errorOf(login(options))).toMatchObject({ code: '390144' });
  });

  test.each([
    ['a right token', 60_000, true],
    ['an expired token', -1, false],
  ])('%s with expiry in seconds, as JWT has it', async (_name, inMs, accepted) => {
    const reply = await post({ AUTHENTICATOR: 'SNOWFLAKE_JWT', LOGIN_NAME: 'ROTATING', TOKEN: token({ exp: (Date.now() + inMs) / 1000 }) });

    expect(reply.success).toBe(accepted);
  });

  test('refuses a token whose claims were altered after signing', async () => {
    const [header, , signature] = token({ exp: 1 }).split('.');
    const [, payload] = token({ exp: Date.now() + 60_000 }).split('.');

    expect(
      await post({ AUTHENTICATOR: 'SNOWFLAKE_JWT', LOGIN_NAME: 'ROTATING', TOKEN: `${header}.${payload}.${signature}` }),
    ).toMatchObject({ success: false, code: '390144' });
  });

  test('refuses a token for another subject', async () => {
    const TOKEN = token({ exp: Date.now() + 60_000, sub: 'LOCAL.LOADER' });

    expect(await post({ AUTHENTICATOR: 'SNOWFLAKE_JWT', LOGIN_NAME: 'ROTATING', TOKEN })).toMatchObject({ success: false, code: '390144' });
  });

  test('refuses the algorithm none', async () => {
    const [, payload] = token({ exp: Date.now() + 60_000 }).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');

    expect(await post({ AUTHENTICATOR: 'SNOWFLAKE_JWT', LOGIN_NAME: 'ROTATING', TOKEN: `${header}.${payload}.x` })).toMatchObject({
      success: false,
      code: '390144',
    });
  });
});

describe('password login', () => {
  const withPassword = (username: string, password: string) =>
    login({ username, password, authenticator: 'SNOWFLAKE', privateKey: undefined });

  test('lets a person in', async () => {
    await disconnect(await withPassword('PERSON', 'correct horse'));
  });

  test('refuses a wrong password', async () => {
    expect(await errorOf(withPassword('PERSON', 'wrong'))).toMatchObject({ code: '390100' });
  });

  test('refuses a service user whatever the password', async () => {
    expect(await errorOf(withPassword('LOADER', 'anything'))).toMatchObject({ code: '390202' });
  });

  test('cannot be prepared for a service user', async () => {
    await expect(warehouse.execute(`CREATE USER S1 TYPE = SERVICE PASSWORD = 'x'`)).rejects.toMatchObject({ code: '003541' });
  });
});

describe('workload identity login', () => {
  beforeEach(() => {
    Object.assign(process.env, {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
      SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES: '127.0.0.1',
    });
  });

  // The driver's own signing is exercised here with the very request that it builds.
  const identity = () => {
    const headers = {
      host: 'sts.eu-central-1.amazonaws.com',
      'x-snowflake-audience': 'snowflakecomputing.com',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKID/20261121/eu-central-1/sts/aws4_request, SignedHeaders=host;x-snowflake-audience, Signature=0',
    };
    return { url: 'https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15', method: 'POST', headers };
  };
  const attempt = (request: object) =>
    post({ AUTHENTICATOR: 'WORKLOAD_IDENTITY', PROVIDER: 'AWS', TOKEN: Buffer.from(JSON.stringify(request)).toString('base64') });
  const arn = (text: string) => ({ status: 200, body: `<GetCallerIdentityResponse><Arn>${text}</Arn></GetCallerIdentityResponse>` });

  test('logs in the user whose role STS names, and sends STS the request unchanged', async () => {
    stsAnswer = arn('arn:aws:sts::111122223333:assumed-role/replicator/lambda');

    expect(await attempt(identity())).toMatchObject({ success: true, data: { displayUserName: 'FEDERATED' } });
    expect(seenBySts).toEqual(identity());
  });

  test.each([
    ['the role belongs to another account', 'arn:aws:sts::999922223333:assumed-role/replicator/lambda'],
    ['the role is another', 'arn:aws:sts::111122223333:assumed-role/other/lambda'],
    ['it is a user, not a role', 'arn:aws:iam::111122223333:user/replicator'],
  ])('refuses when %s', async (_name, caller) => {
    stsAnswer = arn(caller);

    expect(await attempt(identity())).toMatchObject({ success: false, code: '394400' });
  });

  test.each([
    ['STS does not believe the signature', identity(), { status: 403, body: '' }],
    ['the request is for another host', { ...identity(), url: 'https://evil.example/?Action=GetCallerIdentity' }, undefined],
    [
      'the audience is not signed',
      { ...identity(), headers: { ...identity().headers, authorization: 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0' } },
      undefined,
    ],
    ['the audience is another', { ...identity(), headers: { ...identity().headers, 'x-snowflake-audience': 'elsewhere' } }, undefined],
  ])('refuses when %s', async (_name, request, answer) => {
    stsAnswer = answer ?? arn('arn:aws:sts::111122223333:assumed-role/replicator/lambda');

    expect(await attempt(request)).toMatchObject({ success: false, code: '394400' });
  });

  test('works with the token that the driver makes', async () => {
    stsAnswer = arn('arn:aws:sts::111122223333:assumed-role/replicator/lambda');

    const connection = await login({
      authenticator: 'WORKLOAD_IDENTITY',
      workloadIdentityProvider: 'AWS',
      username: undefined,
      privateKey: undefined,
    });

    await expect(value(connection, 'SELECT CURRENT_USER()')).resolves.toBe('FEDERATED');
    expect(seenBySts?.headers.authorization).toContain('Credential=AKIDEXAMPLE/');
    await disconnect(connection);
  });
});

describe('a session', () => {
  test('is refused for a role that the user does not have', async () => {
    expect(await errorOf(login({ role: 'ACCOUNTADMIN' }))).toMatchObject({ code: '390189' });
  });

  test('is renewed by the driver when its token has expired', async () => {
    const connection = await login({});
    nowMs += 3601 * 1000;

    await expect(value(connection, 'SELECT 1')).resolves.toBe('1');
    await disconnect(connection);
  });

  test('cannot be renewed once the master token has expired', async () => {
    const connection = await login({});
    nowMs += 14_401 * 1000;

    await expect(value(connection, 'SELECT 1')).rejects.toMatchObject({ code: 407002 });
  });

  test('ends when the driver says so', async () => {
    const { openSessions } = await warehouse.counters();

    await disconnect(await login({}));

    expect((await warehouse.counters()).openSessions).toBe(openSessions);
  });
});

function token({ exp, sub = 'LOCAL.ROTATING' }: { exp: number; sub?: string }): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const subject = 'LOCAL.ROTATING';
  const fingerprint = fingerprintOfFirst();
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iss: `${subject}.${fingerprint}`, sub, exp })}`;
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), createPrivateKey(first.privateKey)).toString('base64url')}`;
}

function fingerprintOfFirst(): string {
  return `SHA256:${createHash('sha256')
    .update(createPublicKey(first.publicKey).export({ format: 'der', type: 'spki' }))
    .digest('base64')}`;
}

async function post(data: Record<string, string>): Promise<{ success: boolean; code: string; data: unknown }> {
  const response = await fetch(`${warehouse.url}/session/v1/login-request`, {
    method: 'POST',
    body: JSON.stringify({ data: { ACCOUNT_NAME: 'LOCAL', ...data } }),
  });
  return (await response.json()) as { success: boolean; code: string; data: unknown };
}
