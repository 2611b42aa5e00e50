import type { SecurityGroup } from '../common/aws/security-group';
import { FENCE, TAKE_ADMISSION_LOCK } from './authority-sql';
import type { Drained } from './contract';
import type { OwnDatabase } from './database-session';
import { readHeartbeat } from './read-evidence';

const POSTGRES_PORT = 5432;

export interface FencePorts {
  readonly database: Pick<OwnDatabase, 'use'>;
  /** Lets the application's tasks reach the database. */
  readonly ingress: Pick<SecurityGroup, 'revokeFrom'>;
  readonly applicationGroupId: string;
  readonly now: () => Date;
}

/**
 * Ends writing in this region's database: waits for the writes that were admitted, refuses all others from then on, and
 * closes the way in. Returns where the log ends, which is what a replica must have.
 */
export async function fenceDatabase({ database, ingress, applicationGroupId, now }: FencePorts): Promise<Drained> {
  const drained = await database.use(async (session) => {
    await session.query('BEGIN');
    await session.query(TAKE_ADMISSION_LOCK);
    await session.query(FENCE);
    await session.query('COMMIT');
    const heartbeat = await readHeartbeat(session);
    const { rows: [end] } = await session.query(`SELECT pg_current_wal_flush_lsn()::text AS lsn`);
    return { finalLsn: String(end?.['lsn']), finalSequence: heartbeat?.sequence ?? 0, at: now().toISOString() };
  });
  await ingress.revokeFrom(applicationGroupId, POSTGRES_PORT);
  return drained;
}
