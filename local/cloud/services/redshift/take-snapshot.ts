import { AwsError } from '../../gateway/aws-error';
import { copyToOtherRegion } from './copy-to-region';
import { scheduleExpiry } from './snapshot-expiry';
import { redshiftArn, snapshotArn } from './redshift-arn';
import { backupDurationMs, SNAPSHOT_LIFE_CYCLE } from './life-cycle/snapshot-life-cycle';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftCluster } from './state/cluster';
import type { RedshiftSnapshot } from './state/snapshot';

export interface NewSnapshot {
  readonly identifier: string;
  readonly type: RedshiftSnapshot['type'];
  readonly retentionDays: number;
  readonly tags?: Record<string, string>;
  /** The last one of a cluster that is being deleted. */
  readonly isFinal?: boolean;
}

/** What a backup of unchanged data adds, as a share of it; the real share depends on blocks that nobody outside sees. */
const UNCHANGED_SHARE = 0.01;

/** Fails when the name is taken or the quota used up. */
export function checkSnapshotRoom({ estate, quotas }: RedshiftContext, place: RedshiftSnapshot['place'], identifier: string): void {
  const state = estate.in(place);
  if (state.snapshots.has(identifier)) throw new AwsError('ClusterSnapshotAlreadyExistsFault', `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`);
  quotas.checkSnapshots(state, place);
}

/** Begins a snapshot of the data as it is now. The cluster stays available meanwhile. */
export function takeSnapshot(redshift: RedshiftContext, cluster: RedshiftCluster, wanted: NewSnapshot): RedshiftSnapshot {
  const { estate, doomed, notices, passages, storage } = redshift;
  const { server } = cluster;
  if (!server) throw new Error(`cluster ${cluster.identifier} has no server to take a snapshot of`);
  if (wanted.type === 'manual') checkSnapshotRoom(redshift, cluster.place, wanted.identifier);
  const snapshot = newSnapshot(redshift, cluster, wanted);
  estate.in(cluster.place).snapshots.set(snapshot.identifier, snapshot);
  cluster.lastSnapshotMb = cluster.traits.sizeMb;
  const isFinal = wanted.isFinal ?? false;
  notices.give(snapshot, isFinal ? 'finalSnapshotStarted' : 'snapshotStarted', snapshot.clusterIdentifier);
  const durationMs = backupDurationMs(snapshot.incrementalMb);
  const work = async (): Promise<void> => {
    snapshot.image = await storage.read(server, snapshot.identifier);
  };
  const failsAtPercent = doomed.take(snapshotArn(snapshot), redshiftArn('cluster', cluster.place, cluster.identifier));
  if (failsAtPercent !== undefined) {
    passages.begin(snapshot, isFinal ? SNAPSHOT_LIFE_CYCLE.finalInVain : SNAPSHOT_LIFE_CYCLE.createInVain, {
      durationMs: (durationMs * failsAtPercent) / 100,
      then: () => notices.give(snapshot, isFinal ? 'finalSnapshotFailed' : 'snapshotFailed', snapshot.clusterIdentifier),
    });
    return snapshot;
  }
  passages.begin(snapshot, isFinal ? SNAPSHOT_LIFE_CYCLE.final : SNAPSHOT_LIFE_CYCLE.create, {
    durationMs,
    work,
    then: () => {
      notices.give(snapshot, isFinal ? 'finalSnapshotCompleted' : 'snapshotCompleted', snapshot.clusterIdentifier);
      scheduleExpiry(redshift, snapshot);
      if (cluster.copySetting) void copyToOtherRegion(redshift, snapshot, cluster.copySetting);
    },
  });
  return snapshot;
}

function newSnapshot({ estate, cloud }: RedshiftContext, cluster: RedshiftCluster, { identifier, type, retentionDays, tags = {} }: NewSnapshot): RedshiftSnapshot {
  const { traits, lastSnapshotMb } = cluster;
  return {
    place: cluster.place,
    identifier,
    type,
    clusterIdentifier: cluster.identifier,
    namespaceId: cluster.namespaceId,
    clusterCreatedAt: cluster.createdAt,
    vpcId: estate.in(cluster.place).subnetGroups.get(cluster.network.subnetGroupName)?.vpcId,
    availabilityZone: cluster.availabilityZone,
    traits: { ...traits },
    createdAt: cloud.clock.now(),
    sourceRegion: undefined,
    incrementalMb: lastSnapshotMb === undefined ? traits.sizeMb : Math.abs(traits.sizeMb - lastSnapshotMb) + traits.sizeMb * UNCHANGED_SHARE,
    retentionDays,
    expiry: undefined,
    sharedWith: new Set(),
    tags,
    image: undefined,
    damage: undefined,
    status: 'creating',
    underway: undefined,
  };
}
