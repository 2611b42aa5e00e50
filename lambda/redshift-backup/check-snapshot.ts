import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { SnapshotFailed, type SnapshotState } from './contract';
import { snapshotsOf } from './warehouse-kind';

export interface CheckSnapshotInput {
  readonly operationId: string;
  readonly snapshotIdentifier: string;
}

export interface CheckSnapshotPorts {
  readonly snapshots: Pick<SnapshotStore, 'find'>;
}

/** Says whether a snapshot of the account is complete. */
export async function checkSnapshot({ snapshotIdentifier }: CheckSnapshotInput, { snapshots }: CheckSnapshotPorts): Promise<SnapshotState> {
  const snapshot = await snapshots.find(snapshotIdentifier);
  if (!snapshot || snapshot.status === 'failed') throw new SnapshotFailed(`snapshot ${snapshotIdentifier} is ${snapshot?.status ?? 'gone'}`, { snapshotIdentifier });
  return { done: snapshot.status === 'available', status: snapshot.status };
}

export const handler = defineHandler('redshift-backup/check-snapshot', checkSnapshot, (env) => ({ snapshots: snapshotsOf(env) }));
