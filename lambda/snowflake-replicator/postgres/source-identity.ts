import { SourceIsReader, TableNotReplicable } from '../contract';
import type { SourceSession } from './source-session';

/** What the state of a table is bound to: transaction ids and cursors of one database mean nothing in another. */
export interface SourceIdentity {
  /** From the configuration's cluster, as RDS names it for good. */
  readonly clusterResourceId: string;
  /** Survives restarts and restores: two clusters of one snapshot have the same. */
  readonly systemIdentifier: string;
  readonly databaseOid: string;
}

/** TID range scans came with 14. */
const LEAST_VERSION = 140_000;

/**
 * Checks that this is a writer, and tells which.
 *
 * On a reader `pg_current_snapshot()` lists no transaction as running even while some are, so nothing that follows from
 * a snapshot would be safe.
 */
export async function identifySource(session: Pick<SourceSession, 'queryOne'>, clusterResourceId: string, table: string): Promise<SourceIdentity> {
  const found = await session.queryOne(
    `SELECT pg_is_in_recovery() AS reader, current_setting('server_version_num')::int AS version, (SELECT system_identifier::text FROM pg_control_system()) AS system,
            (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database, current_setting('server_encoding') AS encoding`,
  );
  if (found['reader']) throw new SourceIsReader('the address leads to a reader: use the cluster (writer) endpoint', { clusterResourceId });
  if ((found['version'] as number) < LEAST_VERSION) throw new TableNotReplicable(table, [`PostgreSQL ${found['version'] as number} is too old, expected 14 or later`]);
  if (found['encoding'] !== 'UTF8') throw new TableNotReplicable(table, [`the database is encoded in ${found['encoding'] as string}, expected UTF8, in which every text is a text for Snowflake too`]);
  return { clusterResourceId, systemIdentifier: found['system'] as string, databaseOid: found['database'] as string };
}
