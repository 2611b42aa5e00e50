import { SourceBusy } from '../contract';
import type { SourceSession } from './source-session';

/** How much of the source the replicator may ask for. */
export interface SourceLimits {
  /** Sessions of all replicators together. */
  readonly mostSessions: number;
  /** Sessions of others that are at work at once, beyond which the replicator waits. */
  readonly mostActiveSessions: number;
  /** How far behind replicas may be, in bytes of log, before the replicator waits. */
  readonly mostReplicaLagBytes: number;
}

/** What the sessions of replicators are called; each adds what it is doing. */
export const APPLICATION_NAME = 'holdfast-replicator';

const LOAD = `
  SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE '${APPLICATION_NAME}%') AS ours,
         (SELECT count(*)::int FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND application_name NOT LIKE '${APPLICATION_NAME}%') AS active,
         (SELECT coalesce(max(pg_wal_lsn_diff(sent_lsn, replay_lsn)), 0)::float8 FROM pg_stat_replication) AS lag`;

/** Raises `SourceBusy` when the source should not be asked for more now, through the sessions that are there and so many more that are to be opened. Lag counts in bytes: as a time, PostgreSQL underrates it. */
export async function checkLoad(session: Pick<SourceSession, 'queryOne'>, { mostSessions, mostActiveSessions, mostReplicaLagBytes }: SourceLimits, sessionsToCome: number): Promise<void> {
  const { ours, active, lag } = (await session.queryOne(LOAD)) as { ours: number; active: number; lag: number };
  const excess = [
    ...(ours + sessionsToCome > mostSessions ? [`${ours} sessions of replicators${sessionsToCome > 0 ? ` and ${sessionsToCome} to come` : ''}, allowed are ${mostSessions}`] : []),
    ...(active > mostActiveSessions ? [`${active} other sessions at work, allowed are ${mostActiveSessions}`] : []),
    ...(lag > mostReplicaLagBytes ? [`a replica ${lag} bytes behind, allowed are ${mostReplicaLagBytes}`] : []),
  ];
  if (excess.length > 0) throw new SourceBusy(`the source has enough to do: ${excess.join('; ')}`, { ours, active, lag });
}
