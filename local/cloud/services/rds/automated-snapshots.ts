import { isPastRetention } from './backup-window';
import { deleteSnapshot } from './delete-snapshot';
import type { RdsContext } from './rds-context';
import type { DbCluster, DbInstance } from './state/database';
import type { Snapshot, SnapshotKind } from './state/snapshot';

/** Deletes the automated snapshots that are older than the database's retention. */
export function pruneAutomatedSnapshots(rds: RdsContext, kind: SnapshotKind, database: DbCluster | DbInstance): void {
  for (const snapshot of automatedSnapshotsOf(rds, kind, database)) {
    if (isPastRetention(snapshot.createdAt, rds.cloud.clock.now(), database.backups.retentionDays)) deleteSnapshot(rds, snapshot);
  }
}

export function automatedSnapshotsOf({ estate }: RdsContext, kind: SnapshotKind, { place, resourceId }: DbCluster | DbInstance): readonly Snapshot[] {
  return [...estate.in(place).snapshots[kind].values()].filter(({ type, origin, status }) => type === 'automated' && origin.resourceId === resourceId && status !== 'deleting');
}
