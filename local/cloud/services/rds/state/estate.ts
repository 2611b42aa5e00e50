import { found, PerRegion, type Place } from '../../../gateway/service';
import { rdsNameOf } from '../rds-arn';
import type { DbCluster, DbInstance } from './database';
import { RegionState } from './region-state';
import type { Snapshot, SnapshotKind } from './snapshot';

/** How each kind of snapshot is called in ARNs and errors. */
export const SNAPSHOT_WORDS = {
  cluster: { arn: 'cluster-snapshot', noun: 'DBClusterSnapshot', notFound: 'DBClusterSnapshotNotFoundFault', invalidState: 'InvalidDBClusterSnapshotStateFault' },
  instance: { arn: 'snapshot', noun: 'DBSnapshot', notFound: 'DBSnapshotNotFoundFault', invalidState: 'InvalidDBSnapshotStateFault' },
} as const;

/** Everything that RDS keeps, of all accounts and regions. */
export class RdsEstate {
  private readonly regions = new PerRegion(() => new RegionState());

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  all(): readonly RegionState[] {
    return this.regions.all().map(([, state]) => state);
  }

  /** The cluster that the caller's place knows by this identifier or ARN. */
  cluster(place: Place, nameOrArn: string | undefined): DbCluster {
    const { name, place: at } = rdsNameOf('cluster', place, nameOrArn ?? '');
    const cluster = at.account === place.account ? this.in(at).clusters.get(name) : undefined;
    return found(cluster, 'DBClusterNotFoundFault', `DBCluster ${nameOrArn ?? ''} not found.`);
  }

  /** The instance that the caller's place knows by this identifier or ARN. */
  instance(place: Place, nameOrArn: string | undefined): DbInstance {
    const { name, place: at } = rdsNameOf('db', place, nameOrArn ?? '');
    const instance = at.account === place.account ? this.in(at).instances.get(name) : undefined;
    return found(instance, 'DBInstanceNotFoundFault', `DBInstance ${nameOrArn ?? ''} not found.`);
  }

  /** A snapshot that the caller's account may use: its own, or one shared with it, which only an ARN can name. */
  usableSnapshot(kind: SnapshotKind, place: Place, nameOrArn: string | undefined): Snapshot {
    const { name, place: at } = rdsNameOf(SNAPSHOT_WORDS[kind].arn, place, nameOrArn ?? '');
    const snapshot = this.in(at).snapshots[kind].get(name);
    const usable = snapshot && (at.account === place.account || isSharedWith(snapshot, place.account)) ? snapshot : undefined;
    return found(usable, SNAPSHOT_WORDS[kind].notFound, `${SNAPSHOT_WORDS[kind].noun} ${nameOrArn ?? ''} not found.`);
  }

  /** A snapshot of the caller's own account and region. */
  ownSnapshot(kind: SnapshotKind, place: Place, nameOrArn: string | undefined): Snapshot {
    const { name } = rdsNameOf(SNAPSHOT_WORDS[kind].arn, place, nameOrArn ?? '');
    return found(this.in(place).snapshots[kind].get(name), SNAPSHOT_WORDS[kind].notFound, `${SNAPSHOT_WORDS[kind].noun} ${nameOrArn ?? ''} not found.`);
  }

  /** Snapshots of other accounts in this region that the account may use because of an entry that says so. */
  sharedSnapshots(kind: SnapshotKind, place: Place, entry: string): readonly Snapshot[] {
    return this.regions
      .all()
      .filter(([{ account, region }]) => region === place.region && account !== place.account)
      .flatMap(([, state]) => [...state.snapshots[kind].values()])
      .filter(({ sharedWith }) => sharedWith.has(entry));
  }

  /** The replicas of an instance, wherever they are. */
  replicasOf(source: DbInstance): readonly DbInstance[] {
    return this.all()
      .flatMap(({ instances }) => [...instances.values()])
      .filter(({ replication }) => replication?.source === source && !replication.terminated);
  }
}

function isSharedWith({ sharedWith }: Snapshot, account: string): boolean {
  return sharedWith.has(account) || sharedWith.has('all');
}
