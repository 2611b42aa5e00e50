import { UserSetupFailed } from '../../../../../lambda/aurora-restore/contract';
import { checkUser } from '../../../../../lambda/aurora-restore/users/check-user';
import { createLogin, TestServer } from '../database';

const PASSWORD = 'password-of-app';
const GOOD = { 'read-write': 'SELECT, INSERT, UPDATE, DELETE', 'read-only': 'SELECT' } as const;

let server: TestServer;
let database = '';
beforeAll(async () => {
  server = await TestServer.start();
  await server.run('postgres', createLogin('app', PASSWORD), 'CREATE ROLE team');
  await server.run('orders', 'CREATE SCHEMA sales', 'CREATE TABLE sales.orders (id int)', 'CREATE TABLE sales."odd ""table""" (id int)', 'GRANT USAGE ON SCHEMA sales TO app');
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.copyOf('orders');
});

const check = (access: keyof typeof GOOD) => server.in(database, (session) => checkUser(session, 'app', access), { user: 'app', password: PASSWORD });
const grant = (rights: string) => server.run(database, `GRANT ${rights} ON ALL TABLES IN SCHEMA sales TO app`);

describe('checkUser', () => {
  test.each(['read-write', 'read-only'] as const)('finds nothing wrong with a %s user that has its rights and no others', async (access) => {
    await grant(GOOD[access]);

    await expect(check(access)).resolves.toBeUndefined();
  });

  test.each<['read-write' | 'read-only', string]>([
    ['read-write', 'SELECT, INSERT, UPDATE'],
    ['read-write', 'INSERT, UPDATE, DELETE'],
    ['read-write', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE'],
    ['read-write', 'SELECT, INSERT, UPDATE, DELETE, TRIGGER'],
    ['read-write', 'SELECT, INSERT, UPDATE, DELETE, REFERENCES'],
    ['read-only', 'SELECT, DELETE'],
    ['read-only', 'SELECT, UPDATE'],
    ['read-only', 'INSERT'],
  ])('finds a %s user wrong that has %s', async (access, rights) => {
    await grant(rights);

    await expect(check(access)).rejects.toThrow(`user app should have ${access} access to every table, but has not to sales."odd ""table""", sales.orders`);
  });

  it('names the one table that was left out', async () => {
    await grant(GOOD['read-only']);
    await server.run(database, 'REVOKE SELECT ON sales.orders FROM app');

    await expect(check('read-only')).rejects.toThrow('but has not to sales.orders');
  });

  it('finds rights that come from everybody', async () => {
    await grant(GOOD['read-only']);
    await server.run(database, 'GRANT UPDATE ON sales.orders TO PUBLIC');

    await expect(check('read-only')).rejects.toThrow('sales.orders');
  });

  test.each<[string, string, string, string]>([
    ['makes objects', 'GRANT CREATE ON SCHEMA sales TO app', 'REVOKE CREATE ON SCHEMA sales FROM app', 'may create objects in sales'],
    ['makes schemas', 'DO $$ BEGIN EXECUTE format(\'GRANT CREATE ON DATABASE %I TO app\', current_database()); END $$', 'SELECT 1', 'may create schemas'],
    ['owns something', 'CREATE TABLE sales.mine (); ALTER TABLE sales.mine OWNER TO app', 'DROP TABLE sales.mine', 'owner of sales.mine'],
    ['makes roles', 'ALTER ROLE app CREATEROLE', 'ALTER ROLE app NOCREATEROLE', 'createrole'],
    ['makes databases', 'ALTER ROLE app CREATEDB', 'ALTER ROLE app NOCREATEDB', 'createdb'],
    ['sees through row-level security', 'ALTER ROLE app BYPASSRLS', 'ALTER ROLE app NOBYPASSRLS', 'bypassrls'],
    ['replicates', 'ALTER ROLE app REPLICATION', 'ALTER ROLE app NOREPLICATION', 'replication'],
    ['is a superuser', 'ALTER ROLE app SUPERUSER', 'ALTER ROLE app NOSUPERUSER', 'superuser'],
    ['is a member of others', 'GRANT team TO app', 'REVOKE team FROM app', 'member of team'],
  ])('finds a user wrong that %s', async (_case, sql, undo, wide) => {
    await grant(GOOD['read-write']);
    await server.runAsSuperuser(database, sql);
    try {
      await expect(check('read-write')).rejects.toThrow(UserSetupFailed);
      await expect(check('read-write')).rejects.toThrow(wide);
    } finally {
      await server.runAsSuperuser(database, undo);
    }
  });
});
