import type { Event } from '@aws-sdk/client-redshift';
import { found, PerRegion, type Place } from '../../../gateway/service';
import type { SubnetPlacement } from '../../rds/state/subnet-group';
import { redshiftNameOf } from '../redshift-arn';
import type { RedshiftCluster } from './cluster';
import type { RedshiftSnapshot } from './snapshot';

interface Named {
  readonly place: Place;
  readonly name: string;
  tags: Record<string, string>;
}

export interface ClusterSubnetGroup extends Named {
  description: string;
  vpcId: string;
  subnets: readonly SubnetPlacement[];
}

export interface ClusterParameterGroup extends Named {
  /** Such as `redshift-2.0`. */
  readonly family: string;
  readonly description: string;
  /** What differs from the family's defaults. */
  readonly settings: Map<string, string>;
}

/** Redshift's permission to use a key of this region for copies of snapshots that arrive here. */
export interface SnapshotCopyGrant extends Named {
  readonly keyArn: string;
}

/** When automated snapshots are taken of the clusters that use it. */
export interface SnapshotSchedule extends Named {
  readonly description: string | undefined;
  /** `cron(minutes hours day-of-week)` and `rate(n hours)`. */
  definitions: readonly string[];
  /** Rates count from here. */
  readonly createdAt: Date;
}

/** Whom Redshift tells of which events. */
export interface EventSubscription extends Named {
  readonly createdAt: Date;
  topicArn: string;
  sourceType: string | undefined;
  sourceIds: readonly string[];
  categories: readonly string[];
  severity: string;
  enabled: boolean;
}

/** What Redshift keeps for one account in one region. Names are in lower case. */
export class RegionState {
  readonly clusters = new Map<string, RedshiftCluster>();
  readonly snapshots = new Map<string, RedshiftSnapshot>();
  readonly subnetGroups = new Map<string, ClusterSubnetGroup>();
  readonly parameterGroups = new Map<string, ClusterParameterGroup>();
  readonly copyGrants = new Map<string, SnapshotCopyGrant>();
  readonly schedules = new Map<string, SnapshotSchedule>();
  readonly eventSubscriptions = new Map<string, EventSubscription>();
  /** By ARN of a namespace. */
  readonly resourcePolicies = new Map<string, string>();
  readonly events: Event[] = [];

  manualSnapshots(): readonly RedshiftSnapshot[] {
    return [...this.snapshots.values()].filter(({ type }) => type === 'manual');
  }

  snapshotsOf({ namespaceId }: Pick<RedshiftCluster, 'namespaceId'>, type: RedshiftSnapshot['type']): readonly RedshiftSnapshot[] {
    return [...this.snapshots.values()].filter((snapshot) => snapshot.type === type && snapshot.namespaceId === namespaceId);
  }
}

/** Everything that Redshift keeps, of all accounts and regions. */
export class RedshiftEstate {
  private readonly regions = new PerRegion(() => new RegionState());

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  /** The cluster that the caller's place knows by this identifier or ARN. */
  cluster(place: Place, nameOrArn: string | undefined): RedshiftCluster {
    const { name } = redshiftNameOf('cluster', place, nameOrArn ?? '');
    return found(this.in(place).clusters.get(name), 'ClusterNotFoundFault', `Cluster ${nameOrArn ?? ''} not found.`);
  }

  /** A snapshot of the caller's own account and region. */
  ownSnapshot(place: Place, identifier: string | undefined): RedshiftSnapshot {
    return found(this.in(place).snapshots.get((identifier ?? '').toLowerCase()), 'ClusterSnapshotNotFoundFault', `Snapshot not found: ${identifier ?? ''}`);
  }

  /** Snapshots of other accounts in this region that the account may restore. */
  sharedSnapshots({ account, region }: Place): readonly RedshiftSnapshot[] {
    return this.snapshotsIn(region).filter(({ place, sharedWith }) => place.account !== account && sharedWith.has(account));
  }

  /** All snapshots of a region, whoever owns them. */
  snapshotsIn(region: string): readonly RedshiftSnapshot[] {
    return this.regions
      .all()
      .filter(([place]) => place.region === region)
      .flatMap(([, state]) => [...state.snapshots.values()]);
  }
}
