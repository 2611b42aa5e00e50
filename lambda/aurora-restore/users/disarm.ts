import { identifier } from '../../common/postgres/quote';
import type { Session } from '../proof/read-manifest';

/** What a copied database would do to other systems as soon as it runs, and how it is kept from it. */
export async function disarm(session: Session): Promise<readonly string[]> {
  return [...(await stopCronJobs(session)), ...(await stopSubscriptions(session)), ...(await dropUserMappings(session))];
}

/** Jobs of pg_cron travel in the snapshot and would run here too. */
async function stopCronJobs(session: Session): Promise<string[]> {
  const { rows: tables } = await session.query(`SELECT 1 FROM pg_extension WHERE extname = 'pg_cron'`);
  if (tables.length === 0) return [];
  const { rows } = await session.query('UPDATE cron.job SET active = false WHERE active RETURNING jobid::text AS id');
  return rows.map((row) => `pg_cron job ${row['id'] as string} stopped`);
}

/** A copied subscription would take the original's place at its publisher. */
async function stopSubscriptions(session: Session): Promise<string[]> {
  const { rows } = await session.query('SELECT subname AS name FROM pg_stat_subscription WHERE subname IS NOT NULL GROUP BY subname');
  const stopped: string[] = [];
  for (const row of rows) {
    const name = row['name'] as string;
    await session.query(`ALTER SUBSCRIPTION ${identifier(name)} DISABLE`);
    await session.query(`ALTER SUBSCRIPTION ${identifier(name)} SET (slot_name = NONE)`);
    stopped.push(`subscription ${name} stopped`);
  }
  return stopped;
}

/** User mappings of foreign servers hold passwords of production. */
async function dropUserMappings(session: Session): Promise<string[]> {
  const { rows } = await session.query('SELECT srvname AS server, usename AS "user" FROM pg_user_mappings ORDER BY 1, 2');
  const dropped: string[] = [];
  for (const row of rows) {
    const { server, user } = row as { server: string; user: string | null };
    await session.query(`DROP USER MAPPING IF EXISTS FOR ${user === null || user === 'public' ? 'PUBLIC' : identifier(user)} SERVER ${identifier(server)}`);
    dropped.push(`user mapping of ${user ?? 'public'} on ${server} dropped`);
  }
  return dropped;
}

