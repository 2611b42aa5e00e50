import { AwsError } from '../../gateway/aws-error';
import { checkMayBegin } from './life-cycle/passages';
import { SNAPSHOT_LIFE_CYCLE } from './life-cycle/snapshot-life-cycle';
import type { RdsContext } from './rds-context';
import { SNAPSHOT_WORDS } from './state/estate';
import type { Snapshot } from './state/snapshot';
import { noticeSourceOf } from './take-snapshot';

/** Begins to delete a snapshot as its owner asks for; a copy under way is cancelled by it. */
export function deleteManualSnapshot(rds: RdsContext, snapshot: Snapshot): void {
  const { invalidState, noun } = SNAPSHOT_WORDS[snapshot.kind];
  if (snapshot.type !== 'manual') throw new AwsError(invalidState, 'Only manual snapshots may be deleted.');
  const refusal = (identifier: string, status: string) => new AwsError(invalidState, `${noun} ${identifier} cannot be deleted because it is ${status}.`);
  checkMayBegin(snapshot, { ...SNAPSHOT_LIFE_CYCLE.delete, refusal });
  const wasCopying = snapshot.status === 'copying';
  deleteSnapshot(rds, snapshot);
  if (snapshot.kind !== 'instance') return;
  const isRemote = snapshot.copiedFromArn?.split(':')[3] !== snapshot.place.region;
  const cancelled = isRemote ? 'remoteSnapshotCopyCanceled' : 'snapshotCopyCanceled';
  rds.notices.give(noticeSourceOf(snapshot), wasCopying ? cancelled : 'snapshotDeleted', snapshot.identifier);
}

/** Begins to delete a snapshot; its data goes when no copy shares it. */
export function deleteSnapshot(rds: RdsContext, snapshot: Snapshot): void {
  rds.passages.begin(snapshot, SNAPSHOT_LIFE_CYCLE.delete, {
    arrive: async () => {
      rds.estate.in(snapshot.place).snapshots[snapshot.kind].delete(snapshot.identifier);
      await snapshot.image?.release();
    },
  });
}
