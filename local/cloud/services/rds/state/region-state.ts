import type { Event } from '@aws-sdk/client-rds';
import type { EventSubscription } from './event-subscription';
import type { DbCluster, DbInstance } from './database';
import type { ParameterGroup, ParameterGroupKind } from './parameter-group';
import type { Snapshot, SnapshotKind } from './snapshot';
import type { SubnetGroup } from './subnet-group';

/** What RDS keeps for one account in one region. Names are in lower case. */
export class RegionState {
  readonly clusters = new Map<string, DbCluster>();
  readonly instances = new Map<string, DbInstance>();
  readonly snapshots: Readonly<Record<SnapshotKind, Map<string, Snapshot>>> = { cluster: new Map(), instance: new Map() };
  readonly parameterGroups: Readonly<Record<ParameterGroupKind, Map<string, ParameterGroup>>> = { cluster: new Map(), instance: new Map() };
  readonly subnetGroups = new Map<string, SubnetGroup>();
  readonly eventSubscriptions = new Map<string, EventSubscription>();
  readonly events: Event[] = [];

  isClusterNameTaken(name: string): boolean {
    return isTaken(this.clusters, name);
  }

  isInstanceNameTaken(name: string): boolean {
    return isTaken(this.instances, name);
  }

  /** The members of a cluster, in the order of their creation. */
  membersOf(cluster: DbCluster): readonly DbInstance[] {
    return [...this.instances.values()].filter((instance) => instance.cluster === cluster);
  }

  manualSnapshots(kind: SnapshotKind): readonly Snapshot[] {
    return [...this.snapshots[kind].values()].filter(({ type }) => type === 'manual');
  }
}

function isTaken(databases: ReadonlyMap<string, DbCluster | DbInstance>, name: string): boolean {
  return databases.has(name) || [...databases.values()].some(({ renamesTo }) => renamesTo === name);
}
