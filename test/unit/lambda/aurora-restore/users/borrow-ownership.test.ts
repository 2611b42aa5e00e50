import { UserSetupFailed } from '../../../../../lambda/aurora-restore/contract';
import type { Session } from '../../../../../lambda/aurora-restore/proof/read-manifest';
import { readWithOwnersRights, withOwnersRights } from '../../../../../lambda/aurora-restore/users/borrow-ownership';
import { TestServer } from '../database';

/** Needs quoting wherever it is named. */
const OWNER = '"odd ""owner""; DROP"';

let first: TestServer;
let server: TestServer;
beforeAll(async () => {
  first = await TestServer.start();
});
afterAll(() => first.stop());
beforeEach(async () => {
  server = await first.another();
  await server.run('orders', `CREATE ROLE ${OWNER}`, `GRANT ${OWNER} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE`);
  await server.runAsSuperuser('orders', 'CREATE TABLE theirs (id int)', `ALTER TABLE theirs OWNER TO ${OWNER}`);
});

const memberships = async () => (await server.in('orders', (session) => session.query(`SELECT m::text FROM pg_auth_members m WHERE member = 'master'::regrole ORDER BY 1`))).rows.map((row) => String(row['m']).replace(/^\(\d+,/, '('));
const widen = (session: Session) => session.query('ALTER TABLE theirs ADD more int');
const columns = () => server.valueAsSuperuser('orders', `SELECT count(*)::int FROM pg_attribute WHERE attrelid = 'theirs'::regclass AND attnum > 0`);

describe('withOwnersRights', () => {
  it('lets the administrator do what only the owner may', async () => {
    await expect(server.in('orders', widen)).rejects.toThrow('must be owner');

    await server.in('orders', (session) => withOwnersRights(session, () => widen(session)));

    expect(await columns()).toBe(2);
  });

  it('leaves every membership as it was, with its options', async () => {
    const before = await memberships();
    await server.in('orders', (session) => withOwnersRights(session, async () => undefined));

    expect(await memberships()).toEqual(before);
  });

  it('undoes the work and the rights when the work fails', async () => {
    const before = await memberships();
    const failing = server.in('orders', (session) =>
      withOwnersRights(session, async () => {
        await widen(session);
        throw new Error('after the work');
      }),
    );

    await expect(failing).rejects.toThrow('after the work');
    expect(await columns()).toBe(1);
    expect(await memberships()).toEqual(before);
  });

  it('acts for an owner that another role of the administrator’s has made', async () => {
    await server.run('orders', 'CREATE ROLE maker CREATEROLE', 'GRANT maker TO CURRENT_USER WITH SET TRUE', 'SET ROLE maker', 'CREATE ROLE made');
    await server.runAsSuperuser('orders', 'ALTER TABLE theirs OWNER TO made');
    const before = await memberships();

    await server.in('orders', (session) => withOwnersRights(session, () => session.query('COMMENT ON TABLE theirs IS NULL')));

    expect(await memberships()).toEqual(before);
  });

  it('names the owners that it may not act for, which only the source can change', async () => {
    await server.runAsSuperuser('orders', 'CREATE ROLE stranger', 'CREATE SCHEMA private AUTHORIZATION stranger');

    const refused = server.in('orders', (session) => withOwnersRights(session, async () => undefined));

    await expect(refused).rejects.toThrow(UserSetupFailed);
    await expect(refused).rejects.toThrow('the administrator may not act for stranger');
  });
});

describe('readWithOwnersRights', () => {
  it('reads what the owner may, and leaves nothing behind', async () => {
    const before = await memberships();
    const count = await server.in('orders', (session) =>
      readWithOwnersRights(session, async () => {
        await session.query('INSERT INTO theirs VALUES (1)');
        return (await session.query('SELECT count(*)::int AS n FROM theirs')).rows[0]!['n'];
      }),
    );

    expect(count).toBe(1);
    expect(await server.valueAsSuperuser('orders', 'SELECT count(*)::int FROM theirs')).toBe(0);
    expect(await memberships()).toEqual(before);
  });
});
