import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { ShareNotSeen, SnapshotFailed, type BackupRun } from './contract';
import { snapshotsOf } from './warehouse-kind';

export interface VerifyShareInput {
  readonly operationId: string;
  readonly run: BackupRun;
}

export interface VerifySharePorts {
  readonly snapshots: Pick<SnapshotStore, 'find'>;
  readonly now: () => Date;
}

/** Looks whether the snapshot is what the run promises: complete, shared, and under the key of its owner. Raises `ShareNotSeen` until it shows. */
export async function verifyShare({ operationId, run }: VerifyShareInput, { snapshots, now }: VerifySharePorts): Promise<{ readonly shared: true; readonly minutes: number }> {
  const snapshot = await snapshots.find(operationId);
  if (snapshot?.status !== 'available') throw new SnapshotFailed(`snapshot ${operationId} is ${snapshot?.status ?? 'gone'}`);
  if (!snapshot.sharedWith.includes(run.targetAccount)) throw new ShareNotSeen(`snapshot ${operationId} is not shared with ${run.targetAccount}`, { sharedWith: snapshot.sharedWith });
  return { shared: true, minutes: Math.round((now().getTime() - new Date(run.startedAt).getTime()) / 60_000) };
}

export const handler = defineHandler('redshift-backup/verify-share', verifyShare, (env) => ({ snapshots: snapshotsOf(env), now: () => new Date() }));
