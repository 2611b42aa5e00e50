import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { refuseOfBackup } from './aws-backup-snapshots';
import { checkManualRetention, invalidRetention } from './cluster-rules';
import { deleteSnapshot } from './delete-snapshot';
import type { RedshiftContext } from './redshift-context';
import { expiresAt, scheduleExpiry } from './snapshot-expiry';
import type { RedshiftSnapshot } from './state/snapshot';

export interface RetentionRequest {
  readonly ManualSnapshotRetentionPeriod?: number | undefined;
  readonly Force?: boolean | undefined;
}

/** Changes for how long a manual snapshot is kept; a retention that is already over is refused, or deletes it when forced. */
export function changeRetention(redshift: RedshiftContext, snapshot: RedshiftSnapshot, call: Pick<Call, 'via'>, { ManualSnapshotRetentionPeriod, Force = false }: RetentionRequest): void {
  if (ManualSnapshotRetentionPeriod === undefined) return;
  const retentionDays = checkManualRetention(ManualSnapshotRetentionPeriod);
  if (snapshot.type !== 'manual') throw new AwsError('InvalidClusterSnapshotStateFault', `The snapshot ${snapshot.identifier} is automated: its retention is that of its cluster.`);
  refuseOfBackup(snapshot, call);
  const at = expiresAt({ retentionDays, createdAt: snapshot.createdAt });
  const isOver = at !== undefined && at.getTime() <= redshift.cloud.clock.nowMs();
  if (isOver && !Force) throw invalidRetention();
  snapshot.retentionDays = retentionDays;
  if (isOver) deleteSnapshot(redshift, snapshot);
  else if (snapshot.status === 'available') scheduleExpiry(redshift, snapshot);
}
