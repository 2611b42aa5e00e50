import { databasesToDisarm, disarm } from '../../../../../lambda/aurora-restore/users/disarm';
import { createLogin, TestServer } from '../database';

const ODD_SERVER = '"elsewhere ""x""; DROP"';

/** As pg_cron's tables are on RDS, where its own library cannot be loaded here: https://github.com/citusdata/pg_cron */
const PG_CRON = [
  'SET allow_system_table_mods = on',
  `INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) VALUES (99999, 'pg_cron', 10, 'pg_catalog'::regnamespace, false, '1.6')`,
  'CREATE SCHEMA cron',
  'CREATE TABLE cron.job (jobid bigint PRIMARY KEY, schedule text, command text, username text DEFAULT current_user, active boolean DEFAULT true)',
  `INSERT INTO cron.job VALUES (7, '* * * * *', 'CALL production()', 'master'), (8, '* * * * *', 'VACUUM', 'master'), (9, '* * * * *', 'CALL production()', 'analyst')`,
  'GRANT USAGE ON SCHEMA cron TO rds_superuser, analyst',
  'GRANT ALL ON cron.job TO rds_superuser',
  'GRANT SELECT ON cron.job TO PUBLIC',
  'ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY cron_job_policy ON cron.job USING (username = CURRENT_USER)',
  `CREATE FUNCTION cron.unschedule(job_id bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM cron.job WHERE jobid = job_id RETURNING true'`,
];

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  await server.run('postgres', 'CREATE DATABASE invoices', createLogin('analyst', 'production-password'));
  await server.runAsSuperuser(
    'orders',
    'CREATE FOREIGN DATA WRAPPER nothing',
    `CREATE SERVER ${ODD_SERVER} FOREIGN DATA WRAPPER nothing`,
    `GRANT USAGE ON FOREIGN SERVER ${ODD_SERVER} TO master, analyst`,
    `CREATE USER MAPPING FOR analyst SERVER ${ODD_SERVER} OPTIONS (password 'of production')`,
    `CREATE USER MAPPING FOR PUBLIC SERVER ${ODD_SERVER} OPTIONS (password 'of production')`,
    `ALTER SERVER ${ODD_SERVER} OWNER TO master`,
    ...PG_CRON,
  );
  await server.runAsSuperuser('orders', `CREATE SUBSCRIPTION "odd ""feed""" CONNECTION 'host=production' PUBLICATION everything WITH (connect = false, slot_name = 'taken')`, `ALTER SUBSCRIPTION "odd ""feed""" OWNER TO master`, `ALTER SUBSCRIPTION "odd ""feed""" ENABLE`);
});
afterAll(() => server.stop());

describe('databasesToDisarm', () => {
  it('finds every database in which something can run, and not the control plane’s', async () => {
    expect(await server.in('postgres', databasesToDisarm)).toEqual(['invoices', 'orders', 'postgres']);
  });
});

describe('disarm', () => {
  it('stops what would act on other systems, whatever its name, and finds nothing a second time', async () => {
    expect(await server.in('orders', disarm)).toEqual([
      'pg_cron job 7 stopped',
      'pg_cron job 8 stopped',
      'subscription odd "feed" stopped',
      'user mapping of analyst on elsewhere "x"; DROP dropped',
      'user mapping of public on elsewhere "x"; DROP dropped',
      'pg_cron job 9 of analyst removed',
    ]);

    expect(await server.valueAsSuperuser('orders', 'SELECT count(*)::int FROM cron.job WHERE active')).toBe(0);
    expect(await server.valueAsSuperuser('orders', 'SELECT count(*)::int FROM pg_user_mappings')).toBe(0);
    expect(await server.valueAsSuperuser('orders', `SELECT concat(subenabled, ' ', subslotname) FROM pg_subscription`)).toBe('f ');
    expect(await server.in('orders', disarm)).toEqual([]);
  });

  it('lends itself nobody’s rights for longer than it takes', async () => {
    expect(await server.valueAsSuperuser('orders', `SELECT pg_has_role('master', 'analyst', 'SET')`)).toBe(false);
  });

  it('finds nothing in a database that acts on nobody', async () => {
    expect(await server.in('invoices', disarm)).toEqual([]);
  });
});
