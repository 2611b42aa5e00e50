import type { Client } from 'pg';
import { lsnToBytes } from './log-position';

/** How far a server is, seen from itself. */
export interface ReplicationState {
  /** Whether it still follows a primary. */
  readonly inRecovery: boolean;
  /** Whether its receiver is connected. After a partition it is until `wal_receiver_timeout`, 60 s, has passed. */
  readonly receiverAlive: boolean;
  /** The last log position that it has: written on a primary, received on a standby. */
  readonly receivedLsn: string;
  /** The last log position that its queries see. */
  readonly replayedLsn: string;
  /** Log that it has and does not show yet. */
  readonly unreplayedBytes: number;
  readonly replayPaused: boolean;
  /** Wall time at which the newest transaction that it shows was committed on the primary. */
  readonly lastReplayedCommitAt: Date | undefined;
}

interface StateRow {
  readonly in_recovery: boolean;
  readonly receiver_alive: boolean;
  readonly received: string;
  readonly replayed: string;
  readonly paused: boolean;
  readonly last_commit_at: Date | null;
}

const STATE_OF_STANDBY = `
  select true as in_recovery,
         exists (select from pg_stat_wal_receiver where status = 'streaming') as receiver_alive,
         greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text as received,
         pg_last_wal_replay_lsn()::text as replayed,
         pg_is_wal_replay_paused() as paused,
         pg_last_xact_replay_timestamp() as last_commit_at`;
const STATE_OF_PRIMARY = `
  select false as in_recovery, false as receiver_alive, pg_current_wal_lsn()::text as received,
         pg_current_wal_lsn()::text as replayed, false as paused, null as last_commit_at`;

/** Asks a server how far its replication is. */
export async function readReplicationState(admin: Client): Promise<ReplicationState> {
  const { rows } = await admin.query<StateRow>((await isInRecovery(admin)) ? STATE_OF_STANDBY : STATE_OF_PRIMARY);
  const row = rows[0];
  if (!row) throw new Error('the server did not report its replication state');
  return {
    inRecovery: row.in_recovery,
    receiverAlive: row.receiver_alive,
    receivedLsn: row.received,
    replayedLsn: row.replayed,
    unreplayedBytes: Number(lsnToBytes(row.received) - lsnToBytes(row.replayed)),
    replayPaused: row.paused,
    lastReplayedCommitAt: row.last_commit_at ?? undefined,
  };
}

/** Tells whether a server still follows a primary. */
export async function isInRecovery(admin: Client): Promise<boolean> {
  const { rows } = await admin.query<{ yes: boolean }>('select pg_is_in_recovery() as yes');
  return rows[0]?.yes === true;
}
