import { SourceAccessDenied } from '../contract';
import type { Observation } from '../rows/cursor';
import type { SourceSession } from './source-session';

/** The moment of looking, and when the transactions in flight began. */
export interface Activity {
  readonly floor: string | null;
  /** Age of the oldest transaction in flight; of prepared ones since they were prepared. */
  readonly oldestSeconds: number;
}

const MOMENT = 'YYYY-MM-DD HH24:MI:SS.US';

/**
 * Looks at the transactions in flight. Must come before the snapshot is taken: one that ends in between is then seen by
 * the snapshot, whereas one that ends between the snapshot and the looking would be missed by both.
 *
 * The clock is read first, since a transaction that begins during the looking may not be met; then the running
 * transactions, then the prepared ones, in which running ones may turn meanwhile.
 */
export async function observeActivity(session: Pick<SourceSession, 'queryOne'>, skewSeconds: number): Promise<Activity> {
  const { may } = await session.queryOne(`SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS may`);
  if (!may) throw new SourceAccessDenied('the role cannot see when the transactions of others began: GRANT pg_read_all_stats (or pg_monitor) to it');
  const { at } = await session.queryOne('SELECT clock_timestamp()::text AS at');
  const running = await session.queryOne(
    `SELECT to_char(least($1::timestamptz, min(xact_start)) - make_interval(secs => $2), '${MOMENT}') || '+00' AS floor,
            coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)::float8 AS age
       FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type NOT IN ('autovacuum worker', 'walsender')`,
    [at, skewSeconds],
  );
  // Only of this database: others cannot write its tables.
  const prepared = await session.queryOne(
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM clock_timestamp() - min(prepared)), 0)::float8 AS age FROM pg_prepared_xacts WHERE database = current_database()`,
  );
  return {
    floor: prepared['count'] === 0 ? (running['floor'] as string) : null,
    oldestSeconds: Math.max(running['age'] as number, prepared['age'] as number),
  };
}

/** Completes what was looked at with what the session's snapshot says of itself. */
export async function observeSnapshot(session: Pick<SourceSession, 'queryOne'>, { floor }: Activity): Promise<Observation> {
  const { xmin, xmax } = await session.queryOne(`SELECT pg_snapshot_xmin(s)::text AS xmin, pg_snapshot_xmax(s)::text AS xmax FROM (SELECT pg_current_snapshot() AS s) AS current`);
  return { floor, xmin: xmin as string, nextXid: xmax as string };
}
