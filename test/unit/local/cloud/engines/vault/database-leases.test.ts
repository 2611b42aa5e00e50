import type { PostgresEngine } from '../../../../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../../../../local/cloud/engines/postgres/postgres-server';
import type { DatabaseRole } from '../../../../../../local/cloud/engines/vault/database-backend';
import { asMaster, connectAsMaster, eventually, openEngine, ordersServer, valueOf } from '../postgres/fixtures';
import { clientOf, type NodeVault, refusal, startVault, type Started, type VaultReply } from './fixtures';

/** Real servers on a machine that others use too. */

const CREATION = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{{name}}"; GRANT USAGE ON SCHEMA public TO "{{name}}"`;
const READER: DatabaseRole = { database: 'orders', creationStatements: [CREATION], defaultTtlSeconds: 60, maxTtlSeconds: 120 };

let postgres: PostgresEngine;
let server: PostgresServer;
let started: Started;
let client: NodeVault;

beforeAll(async () => {
  ({ engine: postgres } = await openEngine());
  server = await postgres.create(ordersServer());
  await asMaster(server, (master) => master.query('create table t as select 1 as id'));
});

afterAll(() => postgres.close());

beforeEach(async () => {
  const connect = () => connectAsMaster(server);
  started = await startVault({
    databases: { orders: { connect, allowedRoles: ['reader', 'broken', 'own'] } },
    databaseRoles: {
      reader: READER,
      broken: { ...READER, creationStatements: [CREATION, 'create nonsense'] },
      refused: READER,
      own: { ...READER, renewStatements: ['select 1'], revocationStatements: ['ALTER ROLE "{{name}}" NOLOGIN'] },
    },
  });
  client = clientOf(started);
});

afterEach(() => started.engine.stop());

/** The value of a query in a session of the leased login. */
const asLeased = ({ data }: VaultReply, sql = 'select id from t') => asMaster(server, (session) => valueOf(session, sql), { user: data.username as string, password: data.password as string });
const validUntil = ({ data }: VaultReply) => asMaster(server, (session) => valueOf(session, `select rolvaliduntil from pg_roles where rolname = '${data.username as string}'`)) as Promise<Date | undefined>;
const isThere = async ({ data }: VaultReply) => (await asMaster(server, (session) => valueOf(session, `select 1 from pg_roles where rolname = '${data.username as string}'`))) === 1;
const loginCount = () => asMaster(server, (session) => valueOf(session, "select count(*)::int from pg_roles where rolname like 'v-%'"));

describe('a login on lease', () => {
  it('can do in the database what its role grants, and no more', async () => {
    const reply = await client.read('database/creds/reader');

    expect(reply).toMatchObject({ lease_id: expect.stringMatching(/^database\/creds\/reader\/\w{24}$/) as string, lease_duration: 60 });
    await expect(asLeased(reply)).resolves.toBe(1);
    await expect(asLeased(reply, 'delete from t')).rejects.toMatchObject({ code: '42501' });
  });

  it('ends with its lease', async () => {
    const reply = await client.read('database/creds/reader');

    await started.clock.pass(61_000);

    await eventually(async () => !(await isThere(reply)));
    await expect(asLeased(reply)).rejects.toMatchObject({ code: '28P01' });
    await expect(client.write('sys/leases/renew', { lease_id: reply.lease_id })).rejects.toMatchObject(refusal(400, 'lease not found'));
  });

  it('lives on when its lease is renewed, up to its longest, and so does its password', async () => {
    const reply = await client.read('database/creds/reader');
    const before = await validUntil(reply);
    await started.clock.pass(50_000);

    const renewed = await client.write('sys/leases/renew', { lease_id: reply.lease_id, increment: 3600 });

    expect(renewed).toMatchObject({ lease_duration: 70, warnings: ['TTL of "1h" exceeded the effective max_ttl of "1m10s"; TTL value is capped accordingly'] });
    expect((await validUntil(reply))!.getTime()).toBeGreaterThan(before!.getTime());
    await started.clock.pass(60_000);
    await expect(asLeased(reply)).resolves.toBe(1);
    await started.clock.pass(11_000);
    await eventually(async () => !(await isThere(reply)));
  });

  it('ends when it is revoked', async () => {
    const reply = await client.read('database/creds/reader');

    await client.write('sys/leases/revoke', { lease_id: reply.lease_id });

    await expect(asLeased(reply)).rejects.toMatchObject({ code: '28P01' });
    expect(started.engine.leaseIds).toEqual([]);
  });

  it('ends with the token that asked for it', async () => {
    started.engine.configure({ policies: { app: [{ path: 'database/creds/reader', capabilities: ['read'] }] } });
    const borrower = clientOf(started, started.engine.createToken({ policies: ['app'] }));
    const reply = await borrower.read('database/creds/reader');
    await client.read('database/creds/reader');

    await borrower.tokenRevokeSelf();

    await expect(asLeased(reply)).rejects.toMatchObject({ code: '28P01' });
    expect(started.engine.leaseIds).toHaveLength(1);
  });

  it('goes by the statements of its role when it has them', async () => {
    const reply = await client.read('database/creds/own');

    await client.write('sys/leases/revoke', { lease_id: reply.lease_id });

    await expect(asLeased(reply)).rejects.toMatchObject({ code: '28000' });
  });

  it('leaves nothing in the database when one of its statements fails', async () => {
    const before = await loginCount();

    await expect(client.read('database/creds/broken')).rejects.toMatchObject({ response: { statusCode: 500 }, message: expect.stringContaining('syntax error at or near "nonsense" (SQLSTATE 42601)') as string });

    expect(await loginCount()).toBe(before);
    expect(started.engine.leaseIds).toEqual([]);
  });

  test.each([
    ['none', 400, 'unknown role: none'],
    ['refused', 500, '1 error occurred:\n\t* "refused" is not an allowed role\n\n'],
  ])('is refused for the role %s', async (role, status, text) => {
    await expect(client.read(`database/creds/${role}`)).rejects.toMatchObject(refusal(status, text));
  });

  it('is taken back later when the database is down at its end', async () => {
    const reply = await client.read('database/creds/reader');
    await server.stop();

    await started.clock.pass(61_000);
    expect(started.engine.leaseIds).toHaveLength(1);
    await server.start();
    await started.clock.pass(30_000);

    await eventually(() => started.engine.leaseIds.length === 0);
    expect(await isThere(reply)).toBe(false);
  });
});
