import { UserSetupFailed, WrongDatabase } from '../../../../lambda/aurora-restore/contract';
import { setupDbUsers, type SetupDbUsersInput, type SetupDbUsersOutput, type SetupDbUsersPorts } from '../../../../lambda/aurora-restore/setup-db-users';
import { CLIENTS, clusterOf, stepOf, TARGET_CLUSTER } from './fixtures';
import { createLogin, createProduction, OWNER, TestServer } from './database';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemorySecret } from './memory-stores';

const cluster = clusterOf(TARGET_CLUSTER);
const OLD = 'production-password';
const ODD_ROLE = 'odd ""role""; DROP ROLE x; --';
const APP = { user: 'orders_app', password: 'made-password-2' };
const READ_ONLY = { user: 'orders_readonly', password: 'made-password-3' };
const EMAILS = {
  name: 'customer-emails',
  database: 'orders',
  statement: `UPDATE sales.customers SET email = 'customer-' || id || '@example.com'`,
  countsUnmasked: `SELECT count(*) FROM sales.customers WHERE email NOT LIKE 'customer-%@example.com'`,
};

const PRODUCTION = [
  ...['orders_service', 'analyst', 'reporting', ODD_ROLE].map((role) => createLogin(role, OLD)),
  'GRANT pg_monitor TO analyst',
  `SET ROLE ${OWNER}`,
  'GRANT ALL ON ALL TABLES IN SCHEMA sales TO orders_service',
  'GRANT INSERT ON sales.orders TO PUBLIC',
  'GRANT CREATE ON SCHEMA sales TO PUBLIC',
];

let first: TestServer;
let server: TestServer;
let secret: MemorySecret;
let audit: MemoryAudit;
let statements: string[];

/** Opens sessions whose statements are written down. */
const open: SetupDbUsersPorts['open'] = async (details) => {
  const session = await server.open(details);
  return {
    end: () => session.end(),
    query: (sql, values) => {
      statements.push(sql);
      return session.query(sql, values);
    },
  };
};
const input = (changes: Partial<SetupDbUsersInput> = {}): SetupDbUsersInput => ({
  ...stepOf(),
  clusterIdentifier: TARGET_CLUSTER,
  databases: ['orders'],
  users: { application: APP.user, readOnly: READ_ONLY.user, keep: ['reporting'] },
  masking: [EMAILS],
  ...changes,
});
const adminSecret = () => new MemorySecret({ username: 'master', password: server.master.password, host: 'elsewhere', port: 5432, clusterResourceId: cluster.resourceId });
const setUp = (changes: Partial<SetupDbUsersInput> = {}, ports: Partial<SetupDbUsersPorts> = {}) =>
  setupDbUsers(input(changes), { clientGroup: CLIENTS, clusters: new MemoryClusters().add(cluster), adminSecret: adminSecret(), appSecret: secret, open, audit, ...ports });

/** Who is a member of what, and how; who makes a role, such as one of the two users, becomes its administrator. */
const memberships = async () => {
  const { rows } = await server.in('orders', (session) => session.query(`SELECT * FROM pg_auth_members WHERE roleid::regrole::text !~ '^orders_(app|readonly)$' ORDER BY oid`));
  return rows;
};

beforeAll(async () => {
  first = await TestServer.start();
  server = first;
  await createProduction(server);
  await server.run('orders', ...PRODUCTION);
});
afterAll(() => first.stop());

function startAnew(): void {
  secret = new MemorySecret();
  audit = new MemoryAudit();
  statements = [];
}
beforeEach(startAnew);

describe('a database whose users were set up', () => {
  let outcome: SetupDbUsersOutput;
  let sent: readonly string[];
  let recorded: MemoryAudit;
  let passwords: MemorySecret;
  let membershipsBefore: unknown;
  beforeAll(async () => {
    startAnew();
    membershipsBefore = await memberships();
    outcome = await setUp();
    [sent, recorded, passwords] = [statements, audit, secret];
  });

  it('lets nobody in any more who could log in to production', async () => {
    const { lockedRoles, rotatedRoles } = outcome;

    expect(lockedRoles).toEqual(['analyst', 'manifest_reader', ODD_ROLE.replaceAll('""', '"'), 'orders_service']);
    expect(rotatedRoles).toEqual(['reporting']);
    for (const user of [...lockedRoles, 'reporting']) await expect(server.in('orders', async () => undefined, { user, password: OLD })).rejects.toThrow(WrongDatabase);
  });

  it('lets a role that is kept in with its new password only', async () => {
    expect(await server.value('orders', 'SELECT current_user', { user: 'reporting', password: 'made-password-1' })).toBe('reporting');
  });

  it('gives the application what an application does, on everything there is and will be', async () => {
    await setUp();
    await server.run('orders', `SET ROLE ${OWNER}`, 'CREATE TABLE sales.later (id int DEFAULT nextval(\'sales.order_number\'))');

    await server.in(
      'orders',
      async (session) => {
        await session.query(`INSERT INTO sales.orders (customer_id, total) VALUES (1, 1)`);
        await session.query(`UPDATE sales.orders SET total = 2 WHERE customer_id = 1`);
        await session.query(`DELETE FROM sales.events_2026 WHERE what = 'event 1'`);
        await session.query(`SELECT * FROM "odd ""schema""; DROP TABLE x"."Table; --"`);
        await session.query('INSERT INTO sales.later DEFAULT VALUES');
        await session.query('SELECT * FROM sales.open_orders, sales.totals');
      },
      APP,
    );
  });

  test.each([
    ['make tables', 'CREATE TABLE sales.mine (id int)'],
    ['make schemas', 'CREATE SCHEMA mine'],
    ['empty tables', 'TRUNCATE sales.orders CASCADE'],
    ['drop tables', 'DROP TABLE sales.orders'],
    ['become the owner', `SET ROLE ${OWNER}`],
    ['make roles', 'CREATE ROLE friend'],
    ['turn triggers off', 'ALTER TABLE sales.orders DISABLE TRIGGER touched'],
  ])('lets neither user %s', async (_what, sql) => {
    for (const user of [APP, READ_ONLY]) await expect(server.in('orders', (session) => session.query(sql), user)).rejects.toMatchObject({ code: '42501' });
  });

  it('lets the read-only user read everything and change nothing, even where everybody could', async () => {
    expect(await server.value('orders', 'SELECT count(*)::int FROM sales.customers', READ_ONLY)).toBe(300);
    expect(await server.value('orders', 'SELECT last_value::int FROM sales.countdown', READ_ONLY)).toBe(1000);
    for (const sql of ['INSERT INTO sales.orders (customer_id) VALUES (1)', 'UPDATE sales.orders SET total = 0', 'DELETE FROM sales.orders', `SELECT nextval('sales.order_number')`]) {
      await expect(server.in('orders', (session) => session.query(sql), READ_ONLY)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('never sends a password to the server, only what PostgreSQL stores of it', async () => {
    expect(sent.filter((sql) => /password-\d/.test(sql))).toEqual([]);
    expect(sent.filter((sql) => sql.includes('SCRAM-SHA-256$4096:'))).toHaveLength(3);
  });

  it('masks, and proves it', async () => {
    expect(outcome.done).toContain('masking customer-emails proven');
    expect(await server.valueAsSuperuser('orders', `SELECT count(*)::int FROM sales.customers WHERE email LIKE '%@customers.example'`)).toBe(0);
  });

  it('leaves the administrator no right that it did not have', async () => {
    expect(await memberships()).toEqual(membershipsBefore);
  });

  it('comes to the same a second time, with the same passwords', async () => {
    secret = new MemorySecret(passwords.content);

    expect(await setUp()).toEqual({ ...outcome, lockedRoles: [] });
    expect(secret.writes).toBe(0);
    expect(await server.value('orders', 'SELECT current_user', APP)).toBe(APP.user);
  });

  it('records what it did, without a password', async () => {
    expect(await recorded.detailsOf('UsersSetUp')).toMatchObject({ rotatedRoles: ['reporting'] });
    expect(JSON.stringify(await recorded.detailsOf('UsersSetUp'))).not.toMatch(/password-\d|SCRAM/);
  });

  it('leaves a database alone that was opened, and answers as before', async () => {
    const opened = { clusters: new MemoryClusters().add({ ...cluster, securityGroupIds: [CLIENTS] }) };

    expect(await setUp({}, { ...opened, audit: recorded })).toEqual(outcome);
    expect(statements).toEqual([]);
  });
});

describe('setupDbUsers in a database as it came', () => {
  beforeEach(async () => {
    server = await first.another();
    await createProduction(server);
  });
  afterEach(() => {
    server = first;
  });

  it('makes of a user that came with the snapshot one like any other', async () => {
    await server.run('orders', `CREATE ROLE ${APP.user} LOGIN CREATEROLE CREATEDB CONNECTION LIMIT 0 VALID UNTIL '2020-01-01' PASSWORD 'x'`, `GRANT ${OWNER}, pg_monitor TO ${APP.user}`, `ALTER ROLE ${APP.user} SET search_path = evil`, `GRANT ALL ON DATABASE orders TO ${APP.user}`, `SET ROLE ${OWNER}`, `GRANT ALL ON ALL TABLES IN SCHEMA sales TO ${APP.user}`, `GRANT ALL ON SCHEMA sales TO ${APP.user}`);

    await setUp();

    expect(await server.in('orders', (session) => session.query(`SELECT rolcreaterole, rolcreatedb, rolconnlimit, rolvaliduntil::text, rolconfig FROM pg_roles WHERE rolname = current_user`), APP).then(({ rows }) => rows)).toEqual([
      { rolcreaterole: false, rolcreatedb: false, rolconnlimit: -1, rolvaliduntil: 'infinity', rolconfig: null },
    ]);
    await expect(server.in('orders', (session) => session.query('TRUNCATE sales.events_2026'), APP)).rejects.toMatchObject({ code: '42501' });
  });

  it('fails when a user owns something and so can do what it should not', async () => {
    await server.run('orders', createLogin(APP.user, OLD));
    await server.runAsSuperuser('orders', `ALTER TABLE sales.events_2026 OWNER TO ${APP.user}`);

    await expect(setUp()).rejects.toThrow(`user ${APP.user} may do more than it should: owner of sales.events_2026`);
  });

  it('says which user cannot log in when its login is refused', async () => {
    const refusing: SetupDbUsersPorts['open'] = (details) => (details.user === 'master' ? open(details) : Promise.reject(new WrongDatabase('password authentication failed')));

    await expect(setUp({}, { open: refusing })).rejects.toThrow(`user ${APP.user} cannot log in: password authentication failed`);
  });

  it('fails for a masking that leaves something, and leaves the database unmasked as a whole', async () => {
    const partial = { ...EMAILS, statement: `${EMAILS.statement} WHERE id <= 297` };

    await expect(setUp({ masking: [partial] })).rejects.toThrow('masking customer-emails left 3 values unmasked');
    await expect(setUp({ masking: [partial] })).rejects.toThrow(UserSetupFailed);
    expect(await server.valueAsSuperuser('orders', `SELECT count(*)::int FROM sales.customers WHERE email LIKE '%@customers.example'`)).toBe(300);
    expect(await audit.types()).toEqual([]);
  });
});

describe('setupDbUsers', () => {
  it('fails when a masking is for a database that it does not come to', async () => {
    await expect(setUp({ masking: [{ ...EMAILS, database: 'invoices' }] })).rejects.toThrow('masking customer-emails is for database invoices');
    expect(statements).toEqual([]);
  });

  it('does not vouch for a database that somebody else has opened', async () => {
    const opened = { clusters: new MemoryClusters().add({ ...cluster, securityGroupIds: [CLIENTS] }) };

    await expect(setUp({}, opened)).rejects.toThrow('is open to its clients, but this operation has set up no users in it');
  });

  it('does nothing with credentials of another cluster', async () => {
    const other = new MemorySecret({ ...(await adminSecret().read()), clusterResourceId: 'cluster-OTHER' });

    await expect(setUp({}, { adminSecret: other })).rejects.toThrow(WrongDatabase);
    expect(statements).toEqual([]);
    expect(secret.writes).toBe(0);
  });

  it('does nothing with a password in the secret that could not be used', async () => {
    secret = new MemorySecret({ app_password: 'short' });

    await expect(setUp()).rejects.toThrow('app_password: the value given is not allowed');
    expect(statements).toEqual([]);
  });
});
