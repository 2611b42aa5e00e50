import { deleteSnapshot } from './delete-snapshot';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftSnapshot } from './state/snapshot';

const DAY_MS = 24 * 3_600_000;

/** When the snapshot's retention ends; nothing for one that is kept for ever. */
export function expiresAt({ retentionDays, createdAt }: Pick<RedshiftSnapshot, 'retentionDays' | 'createdAt'>): Date | undefined {
  return retentionDays === -1 ? undefined : new Date(createdAt.getTime() + retentionDays * DAY_MS);
}

/** Deletes the snapshot when its retention ends, whoever it is shared with; a changed retention is to be scheduled anew. */
export function scheduleExpiry(redshift: RedshiftContext, snapshot: RedshiftSnapshot): void {
  const { clock } = redshift.cloud;
  snapshot.expiry?.cancel();
  const at = expiresAt(snapshot);
  snapshot.expiry = at && clock.after(at.getTime() - clock.nowMs(), () => expire(redshift, snapshot));
}

/** "Amazon Redshift retains the latest automated snapshot until you disable automated snapshots or delete the cluster." */
function expire(redshift: RedshiftContext, snapshot: RedshiftSnapshot): void {
  if (snapshot.type === 'automated' && isLatest(redshift, snapshot)) {
    snapshot.expiry = redshift.cloud.clock.after(DAY_MS / 24, () => expire(redshift, snapshot));
    return;
  }
  deleteSnapshot(redshift, snapshot);
}

function isLatest({ estate }: RedshiftContext, snapshot: RedshiftSnapshot): boolean {
  const state = estate.in(snapshot.place);
  const clusterExists = [...state.clusters.values()].some(({ namespaceId }) => namespaceId === snapshot.namespaceId);
  if (!clusterExists && snapshot.sourceRegion === undefined) return false;
  return !state.snapshotsOf(snapshot, 'automated').some((other) => other.createdAt > snapshot.createdAt && other.status === 'available');
}
