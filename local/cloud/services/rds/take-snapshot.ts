import { AwsError } from '../../gateway/aws-error';
import { CLUSTER_LIFE_CYCLE } from './life-cycle/cluster-life-cycle';
import { INSTANCE_LIFE_CYCLE } from './life-cycle/instance-life-cycle';
import { SNAPSHOT_LIFE_CYCLE, snapshotDurationMs } from './life-cycle/snapshot-life-cycle';
import type { NoticeSource } from './notices';
import type { RdsEventName } from './rds-events';
import type { RdsContext } from './rds-context';
import { checkSnapshotQuota } from './quotas';
import type { DbCluster, DbInstance } from './state/database';
import { SNAPSHOT_WORDS } from './state/estate';
import type { Snapshot, SnapshotKind } from './state/snapshot';
import { readServer, readVolume } from './storage/cluster-storage';
import { serverOf } from './storage/instance-storage';
import type { SnapshotImage } from './storage/snapshot-image';

export interface NewSnapshot {
  readonly identifier: string;
  readonly type: Snapshot['type'];
  readonly tags?: Record<string, string>;
}

const EVENTS = {
  cluster: {
    manual: ['clusterSnapshotStarted', 'clusterSnapshotCreated'],
    automated: ['automatedClusterSnapshotStarted', 'automatedClusterSnapshotCreated'],
  },
  instance: { manual: ['snapshotStarted', 'snapshotCreated'], automated: ['automatedSnapshotStarted', 'automatedSnapshotCreated'] },
} as const satisfies Record<SnapshotKind, Record<Snapshot['type'], readonly [RdsEventName, RdsEventName]>>;

/** Begins a snapshot of a cluster, which is `backing-up` meanwhile. */
export function snapshotCluster(rds: RdsContext, cluster: DbCluster, wanted: NewSnapshot): Snapshot {
  const snapshot = beginClusterSnapshot(rds, cluster, wanted);
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.backUp, { durationMs: snapshotDurationMs(cluster.traits.sizeGb), work: () => workOf(snapshot) });
  return snapshot;
}

/** Begins a snapshot of an instance that is no member of a cluster; it is `backing-up` meanwhile. */
export function snapshotInstance(rds: RdsContext, instance: DbInstance, wanted: NewSnapshot): Snapshot {
  const snapshot = beginInstanceSnapshot(rds, instance, wanted);
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.backUp, {
    durationMs: snapshotDurationMs(instance.traits.sizeGb),
    work: () => workOf(snapshot),
    then: () => wanted.type === 'automated' && rds.notices.give({ type: 'db-instance', place: instance.place, identifier: instance.identifier }, 'backupCompleted'),
  });
  return snapshot;
}

/** Begins a snapshot without a word about it in the cluster's status: for one that is on its way out. */
export function beginClusterSnapshot(rds: RdsContext, cluster: DbCluster, wanted: NewSnapshot): Snapshot {
  return begin(rds, 'cluster', cluster, wanted, () => readVolume(rds, cluster, fileName(wanted)));
}

/** Begins a snapshot without a word about it in the instance's status. */
export function beginInstanceSnapshot(rds: RdsContext, instance: DbInstance, wanted: NewSnapshot): Snapshot {
  return begin(rds, 'instance', instance, wanted, () => {
    const server = serverOf(instance);
    return rds.turns.of(server, () => readServer(rds, server, fileName(wanted)));
  });
}

/** Settles when the snapshot's data has been read. */
export async function workOf(snapshot: Snapshot): Promise<void> {
  await snapshot.underway?.worked;
}

/** What a snapshot's events are about. */
export function noticeSourceOf({ kind, place, identifier }: Snapshot): NoticeSource {
  return { type: kind === 'cluster' ? 'db-cluster-snapshot' : 'db-snapshot', place, identifier };
}

/** Fails when the name is taken or the quota used up. */
export function checkSnapshotRoom({ estate }: RdsContext, kind: SnapshotKind, place: Snapshot['place'], identifier: string): void {
  const state = estate.in(place);
  if (state.snapshots[kind].has(identifier)) {
    throw new AwsError(
      kind === 'cluster' ? 'DBClusterSnapshotAlreadyExistsFault' : 'DBSnapshotAlreadyExistsFault',
      `Cannot create the ${kind === 'cluster' ? 'cluster snapshot' : 'snapshot'} because one with the identifier ${identifier} already exists.`,
    );
  }
  checkSnapshotQuota(state, kind);
}

function begin(rds: RdsContext, kind: SnapshotKind, database: DbCluster | DbInstance, { identifier, type, tags = {} }: NewSnapshot, read: () => Promise<SnapshotImage>): Snapshot {
  if (type === 'manual') checkSnapshotRoom(rds, kind, database.place, identifier);
  const snapshot: Snapshot = {
    kind,
    place: database.place,
    identifier,
    type,
    origin: originOf(rds, database),
    traits: { ...database.traits },
    createdAt: rds.cloud.clock.now(),
    copiedFromArn: undefined,
    sharedWith: new Set(),
    tags: { ...(database.copyTagsToSnapshot && database.tags), ...tags },
    image: undefined,
    failsAtPercent: undefined,
    status: 'creating',
    underway: undefined,
  };
  rds.estate.in(database.place).snapshots[kind].set(identifier, snapshot);
  const [started, created] = EVENTS[kind][type];
  rds.notices.give(noticeSourceOf(snapshot), started);
  rds.passages.begin(snapshot, SNAPSHOT_LIFE_CYCLE.create, {
    durationMs: snapshotDurationMs(database.traits.sizeGb),
    work: async () => {
      snapshot.image = await read();
    },
    then: () => rds.notices.give(noticeSourceOf(snapshot), created),
  });
  return snapshot;
}

function originOf({ estate }: RdsContext, { place, identifier, resourceId, createdAt, network, backups }: DbCluster | DbInstance): Snapshot['origin'] {
  const group = estate.in(place).subnetGroups.get(network.subnetGroupName);
  return {
    identifier,
    resourceId,
    createdAt,
    vpcId: group?.vpcId,
    backupRetentionDays: backups.retentionDays,
    backupWindow: backups.window,
    availabilityZones: [...new Set(group?.subnets.map(({ availabilityZone }) => availabilityZone))],
  };
}

/** Names of automated snapshots have a colon, which file names cannot have everywhere. */
function fileName({ identifier }: NewSnapshot): string {
  return identifier.replaceAll(':', '-').slice(0, 128);
}

/** Fails, in the words of the kind, unless the snapshot is available. */
export function checkUsable(snapshot: Snapshot, purpose: string): void {
  if (snapshot.status === 'available') return;
  const { noun, invalidState } = SNAPSHOT_WORDS[snapshot.kind];
  throw new AwsError(invalidState, `Cannot ${purpose} the ${noun} ${snapshot.identifier} because it is not in the available state: ${snapshot.status}`);
}
