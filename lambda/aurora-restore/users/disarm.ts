import { identifier } from '../../common/postgres/quote';
import type { Session } from '../proof/read-manifest';
import { withOwnersRights } from './borrow-ownership';

/** Databases of the cluster in which something can run, whether they are of interest or not. */
const DATABASES = `
  SELECT datname AS name FROM pg_database
   WHERE datallowconn AND NOT datistemplate AND datname <> 'rdsadmin' AND has_database_privilege(oid, 'CONNECT') ORDER BY 1`;

const SUBSCRIPTIONS = `
  SELECT subname AS name FROM pg_subscription
   WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND (subenabled OR subslotname IS NOT NULL) ORDER BY 1`;

/** Who else may have jobs that run: a role that may not log in runs none. */
const CRON_USERS = `
  SELECT rolname AS name FROM pg_roles
   WHERE rolcanlogin AND rolname <> current_user AND rolname !~ '^(pg_|rds)' AND has_schema_privilege(oid, 'cron', 'USAGE') ORDER BY 1`;

const USER_MAPPINGS = `SELECT srvname AS server, umuser = 0 AS "isPublic", usename AS "user" FROM pg_user_mappings ORDER BY 1, 3`;

/** Lists the databases that have to be disarmed. */
export async function databasesToDisarm(session: Session): Promise<readonly string[]> {
  return (await session.query(DATABASES)).rows.map((row) => row['name'] as string);
}

/**
 * Keeps a copied database from what it would do to other systems as soon as it can reach them. Answers with what it
 * stopped; a second time there is nothing left.
 */
export async function disarm(session: Session): Promise<readonly string[]> {
  const hasCron = (await session.query(`SELECT 1 FROM pg_extension WHERE extname = 'pg_cron'`)).rows.length > 0;
  const statements = [...(hasCron ? await ownCronJobs(session) : []), ...(await subscriptions(session)), ...(await userMappings(session))];
  const cronUsers = hasCron ? (await session.query(CRON_USERS)).rows.map((row) => row['name'] as string) : [];
  const removed: string[] = [];
  if (statements.length + cronUsers.length === 0) return [];
  await withOwnersRights(session, async () => {
    for (const { sql } of statements) await session.query(sql);
    for (const role of cronUsers) removed.push(...(await removeCronJobs(session, role)));
  });
  return [...statements.flatMap(({ stops }) => stops ?? []), ...removed];
}

interface Disarming {
  readonly sql: string;
  /** Left out where a statement only prepares the next. */
  readonly stops?: string;
}

/**
 * Jobs of pg_cron travel in the snapshot and would run here too, as roles that can still log in. One database holds the jobs
 * of all, but row-level security shows each role its own only, the administrator as well.
 *
 * https://github.com/citusdata/pg_cron/blob/main/pg_cron.sql
 */
async function ownCronJobs(session: Session): Promise<Disarming[]> {
  const { rows } = await session.query('SELECT jobid::text AS id FROM cron.job WHERE active ORDER BY jobid');
  return rows.map(({ id }) => ({ sql: `UPDATE cron.job SET active = false WHERE jobid = ${Number(id)}`, stops: `pg_cron job ${String(id)} stopped` }));
}

/** Removes a role's jobs as that role; the right to act as it is given back with those of the owners. */
async function removeCronJobs(session: Session, role: string): Promise<readonly string[]> {
  await session.query(`GRANT ${identifier(role)} TO CURRENT_USER`);
  await session.query(`SET LOCAL ROLE ${identifier(role)}`);
  const { rows } = await session.query('SELECT jobid::text AS id, cron.unschedule(jobid) FROM cron.job ORDER BY jobid');
  await session.query('RESET ROLE');
  return rows.map(({ id }) => `pg_cron job ${String(id)} of ${role} removed`);
}

/** A copied subscription would take the original's place at its publisher. */
async function subscriptions(session: Session): Promise<Disarming[]> {
  const names = (await session.query(SUBSCRIPTIONS)).rows.map((row) => row['name'] as string);
  return names.flatMap((name) => [
    { sql: `ALTER SUBSCRIPTION ${identifier(name)} DISABLE` },
    { sql: `ALTER SUBSCRIPTION ${identifier(name)} SET (slot_name = NONE)`, stops: `subscription ${name} stopped` },
  ]);
}

/** User mappings of foreign servers hold passwords of production. */
async function userMappings(session: Session): Promise<Disarming[]> {
  const rows = (await session.query(USER_MAPPINGS)).rows as { server: string; isPublic: boolean; user: string }[];
  return rows.map(({ server, isPublic, user }) => ({
    sql: `DROP USER MAPPING FOR ${isPublic ? 'PUBLIC' : identifier(user)} SERVER ${identifier(server)}`,
    stops: `user mapping of ${user} on ${server} dropped`,
  }));
}
