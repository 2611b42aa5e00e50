import { clientOf, loginFields, refusal, ROLE_ARN, startVault, type Started } from './fixtures';

/** Real servers on a machine that others use too. */

let started: Started;
let others: Started[];

beforeEach(async () => {
  others = [];
  started = await startVault({
    policies: { app: [{ path: 'secret/data/app/*', capabilities: ['read'] }, { path: 'secret/metadata/app/*', capabilities: ['list'] }] },
    secrets: { 'app/snowflake': { user: 'loader' }, 'other/x': { k: 1 } },
    awsServerId: 'vault.test',
    awsRoles: {
      app: { boundIamPrincipalArns: [ROLE_ARN], policies: ['app'], ttlSeconds: 600, maxTtlSeconds: 3600 },
      team: { boundIamPrincipalArns: ['arn:aws:iam::111122223333:role/team/*'], policies: ['app'] },
    },
  });
});

afterEach(() => Promise.all([started, ...others].map(({ engine }) => engine.stop())));

const { permissionDenied, invalidToken } = {
  permissionDenied: '1 error occurred:\n\t* permission denied\n\n',
  invalidToken: '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n',
};

describe('a login by IAM', () => {
  it('gives the unmodified client a token with the policies of its role', async () => {
    const client = clientOf(started, '');

    const { auth } = await client.awsIamLogin(loginFields());

    expect(auth).toMatchObject({ policies: ['app', 'default'], lease_duration: 600 });
    expect((await client.read('secret/data/app/snowflake')).data.data).toEqual({ user: 'loader' });
    expect((await client.list('secret/metadata/app')).data).toEqual({ keys: ['snowflake'] });
    await expect(client.read('secret/data/other/x')).rejects.toMatchObject(refusal(403, permissionDenied));
  });

  it('hands the request to STS as it was signed', async () => {
    await clientOf(started, '').awsIamLogin(loginFields());

    expect(started.stsRequests).toEqual([
      {
        method: 'POST',
        url: 'https://sts.eu-central-1.amazonaws.com/',
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
        headers: expect.objectContaining({ 'x-vault-aws-iam-server-id': 'vault.test', authorization: expect.stringContaining('SignedHeaders=host') as string }) as object,
      },
    ]);
  });

  const prefix = 'error validating X-Vault-AWS-IAM-Server-ID header: ';
  test.each([
    ['the header is missing', { 'X-Vault-AWS-IAM-Server-ID': undefined }, `${prefix}missing header "X-Vault-AWS-IAM-Server-ID"`],
    ['the header names another Vault', { 'X-Vault-AWS-IAM-Server-ID': 'other' }, `${prefix}expected "vault.test" but got "other"`],
    ['the header is not signed', { Authorization: 'AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date, Signature=0' }, `${prefix}vault header wasn't signed`],
    ['the principal is not bound', { 'X-Test-Arn': 'arn:aws:sts::111122223333:assumed-role/other/s' }, 'IAM Principal "arn:aws:sts::111122223333:assumed-role/other/s" does not belong to the role "app"'],
  ])('is refused when %s, and nobody is asked in vain', async (_case, headers, text) => {
    await expect(clientOf(started, '').awsIamLogin(loginFields(headers))).rejects.toMatchObject(refusal(400, text));

    expect(started.stsRequests).toHaveLength(text.startsWith(prefix) ? 0 : 1);
  });

  it('is refused for a role that is not there', async () => {
    await expect(clientOf(started, '').awsIamLogin(loginFields({}, 'nope'))).rejects.toMatchObject(refusal(400, 'entry for role nope not found'));
  });

  it('looks up the path of a principal for a role with a wildcard', async () => {
    const other = await startVault({ awsRoles: { team: { boundIamPrincipalArns: ['arn:aws:iam::111122223333:role/team/*'], policies: ['app'] } } }, { findFullArn: async (arn) => arn.replace('role/', 'role/team/') });

    others.push(other);

    await expect(clientOf(other, '').awsIamLogin(loginFields({}, 'team'))).resolves.toMatchObject({ auth: { policies: ['app', 'default'] } });
    await expect(clientOf(started, '').awsIamLogin(loginFields({}, 'team'))).rejects.toThrow('does not belong to the role "team"');
  });
});

describe('a token', () => {
  it('ends with its time on the cloud’s clock, unless it is renewed', async () => {
    const { engine, clock } = started;
    const [kept, lost] = [clientOf(started, engine.createToken({ policies: ['app'], ttlSeconds: 60 })), clientOf(started, engine.createToken({ policies: ['app'], ttlSeconds: 60 }))];

    await clock.pass(50_000);
    await kept.tokenRenewSelf();
    await clock.pass(20_000);

    await expect(kept.tokenLookupSelf()).resolves.toMatchObject({ data: { ttl: expect.any(Number) as number } });
    await expect(lost.tokenLookupSelf()).rejects.toMatchObject(refusal(403, invalidToken));
  });

  it('is good for as many uses as it was given', async () => {
    const client = clientOf(started, started.engine.createToken({ policies: ['app'], uses: 2 }));

    await client.read('secret/data/app/snowflake');
    await client.read('secret/data/app/snowflake');

    await expect(client.read('secret/data/app/snowflake')).rejects.toMatchObject(refusal(403, invalidToken));
  });

  it('takes its children along when it is revoked', async () => {
    const parent = clientOf(started, started.engine.createToken({ policies: ['root'], ttlSeconds: 60 }));
    const { auth } = await parent.write('auth/token/create', { policies: ['app'] });
    const child = clientOf(started, auth.client_token);
    await child.tokenLookupSelf();

    await parent.tokenRevokeSelf();

    await expect(child.tokenLookupSelf()).rejects.toMatchObject(refusal(403, invalidToken));
  });

  it('cannot give a child more than it has', async () => {
    started.engine.configure({ policies: { maker: [{ path: 'auth/token/create', capabilities: ['update'] }] } });
    const maker = clientOf(started, started.engine.createToken({ policies: ['maker'] }));

    await expect(maker.write('auth/token/create', { policies: ['app'] })).rejects.toMatchObject(refusal(400, 'child policies must be subset of parent'));
  });
});

describe('a sealed Vault', () => {
  it('answers 503 until it is unsealed with its key, and only then revokes what ran out', async () => {
    const { engine, clock } = started;
    const client = clientOf(started, engine.createToken({ policies: ['app'], ttlSeconds: 60 }));

    engine.sealUp();
    await expect(client.read('secret/data/app/snowflake')).rejects.toMatchObject(refusal(503, 'Vault is sealed'));
    await expect(client.health()).resolves.toMatchObject({ sealed: true });
    await clock.pass(120_000);
    await clientOf(started, '').write('sys/unseal', { key: engine.unsealKey });

    await expect(client.health()).resolves.toMatchObject({ sealed: false });
    await expect(client.read('secret/data/app/snowflake')).rejects.toMatchObject(refusal(403, invalidToken));
  });
});

describe('a fault', () => {
  it('refuses as many requests as it should, then no more', async () => {
    started.engine.injectFault({ effect: { kind: 'rate-limit' }, pathPrefix: 'secret/', after: 1, times: 1 });
    const client = clientOf(started);

    await client.read('secret/data/app/snowflake');
    await expect(client.read('secret/data/app/snowflake')).rejects.toMatchObject(refusal(429, 'request path "secret/data/app/snowflake": rate limit quota exceeded'));
    await client.read('secret/data/app/snowflake');
  });

  it('can lose the reply to a request that is served', async () => {
    const remove = started.engine.injectFault({ effect: { kind: 'lose-reply' }, method: 'POST' });
    const client = clientOf(started);

    await expect(client.write('secret/data/lost', { data: { k: 1 } })).rejects.toThrow('socket hang up');
    remove();

    expect((await client.read('secret/data/lost')).data.data).toEqual({ k: 1 });
    expect(started.engine.audit.map(({ replyLost, status }) => [replyLost, status])).toEqual([
      [true, 200],
      [false, 200],
    ]);
  });

  it('can make Vault too slow for its client', async () => {
    started.engine.injectFault({ effect: { kind: 'delay', delayMs: 3_600_000 } });

    await expect(clientOf(started, started.engine.rootToken, { timeout: 50 }).read('secret/data/app/snowflake')).rejects.toThrow('timeout of 50ms exceeded');
  });
});

describe('the audit', () => {
  it('tells what was asked by whom and how it ended, and no secret', async () => {
    const client = clientOf(started, '');
    const { auth } = await client.awsIamLogin(loginFields());
    await clientOf(started).write('secret/data/app/key', { data: { privateKey: 'hush' } });
    await client.read('secret/data/other/x').catch(() => undefined);

    expect(started.engine.audit).toMatchObject([
      { method: 'POST', path: 'auth/aws/login', operation: 'update', status: 200, accessor: undefined },
      { path: 'secret/data/app/key', operation: 'create', status: 200, policies: ['root'] },
      { path: 'secret/data/other/x', operation: 'read', status: 403, displayName: 'aws-app/session', policies: ['app', 'default'], errors: [permissionDenied] },
    ]);
    const text = JSON.stringify(started.engine.audit);
    for (const secret of ['hush', auth.client_token, started.engine.rootToken, 'Signature']) expect(text).not.toContain(secret);
  });
});

describe('VaultEngine', () => {
  it('says 501 for what it does not emulate', async () => {
    await expect(clientOf(started).read('sys/mounts')).rejects.toMatchObject(refusal(501, 'the local Vault does not emulate sys/mounts'));
  });

  it('fails on a role that everybody could log in with', () => {
    expect(() => started.engine.configure({ awsRoles: { open: { boundIamPrincipalArns: [], policies: [] } } })).toThrow('awsRoles.open.boundIamPrincipalArns is empty');
  });

  it('shows a certificate that only its own names fit', async () => {
    const stranger = clientOf(started, '', { agentOptions: { ca: started.authority.certificatePem, servername: 'other.test' } });

    await expect(stranger.health()).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});
