import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { refuseOfBackup } from './aws-backup-snapshots';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftSnapshot } from './state/snapshot';

/**
 * Deletes a snapshot as its owner asks for: a manual one, "in the available, failed, or cancelled state", with nobody else
 * authorized, by the SDK's type text of DeleteClusterSnapshot.
 */
export function deleteManualSnapshot(redshift: RedshiftContext, snapshot: RedshiftSnapshot, call: Pick<Call, 'via'>): void {
  const { identifier, type, status, sharedWith } = snapshot;
  if (type !== 'manual') throw invalidState(`Cannot delete the automated snapshot ${identifier}. Only manual snapshots may be deleted.`);
  refuseOfBackup(snapshot, call);
  if (status !== 'available' && status !== 'failed') throw invalidState(`Cannot delete the snapshot ${identifier} because it is not in the available state: ${status}`);
  if (sharedWith.size > 0) throw invalidState(`Cannot delete the snapshot ${identifier} because other accounts are authorized to access it: ${[...sharedWith].join(', ')}. Revoke their access first.`);
  deleteSnapshot(redshift, snapshot);
}

/** Forgets a snapshot; its data goes when nothing else shares it. */
export function deleteSnapshot({ estate, notices, cloud }: RedshiftContext, snapshot: RedshiftSnapshot): void {
  snapshot.expiry?.cancel();
  snapshot.expiry = undefined;
  snapshot.sharedWith.clear();
  snapshot.status = 'deleted';
  estate.in(snapshot.place).snapshots.delete(snapshot.identifier);
  notices.give(snapshot, 'snapshotDeleted', snapshot.clusterIdentifier);
  const { image } = snapshot;
  snapshot.image = undefined;
  if (image) void image.release().catch((error: unknown) => cloud.reportDefect(error as Error, `deleting the files of ${snapshot.identifier}`));
}

function invalidState(message: string): AwsError {
  return new AwsError('InvalidClusterSnapshotStateFault', message);
}
