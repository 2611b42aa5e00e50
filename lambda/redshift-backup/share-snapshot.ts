import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { ShareRefused, SnapshotFailed, type BackupRun } from './contract';
import { ACCOUNTS_PER_KEY, ACCOUNTS_PER_SNAPSHOT } from './quotas';
import { snapshotsOf } from './warehouse-kind';

export interface ShareSnapshotInput {
  readonly operationId: string;
  readonly run: BackupRun;
}

export interface ShareSnapshotPorts {
  readonly snapshots: Pick<SnapshotStore, 'share'>;
}

/** Lets the target account restore the finished snapshot. A share that is there already is as good. */
export async function shareSnapshot({ operationId, run }: ShareSnapshotInput, { snapshots }: ShareSnapshotPorts): Promise<{ readonly account: string }> {
  const outcome = await snapshots.share(operationId, run.targetAccount);
  if (outcome === 'full') {
    throw new ShareRefused(`snapshot ${operationId} or its key is shared with as many accounts as AWS allows: ${ACCOUNTS_PER_SNAPSHOT} a snapshot, ${ACCOUNTS_PER_KEY} a key`);
  }
  if (outcome === 'refused' || outcome === 'gone') throw new SnapshotFailed(`snapshot ${operationId} is not available any more`, { outcome });
  return { account: run.targetAccount };
}

export const handler = defineHandler('redshift-backup/share-snapshot', shareSnapshot, (env) => ({ snapshots: snapshotsOf(env) }));
