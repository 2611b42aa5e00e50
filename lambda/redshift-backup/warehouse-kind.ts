import { RedshiftClusters, type WarehouseCluster } from '../common/aws/redshift-clusters';
import type { DataConnection } from '../common/aws/redshift-data';
import { RedshiftSnapshots, type SnapshotStore } from '../common/aws/redshift-snapshots';
import { ServerlessSnapshots } from '../common/aws/serverless-snapshots';
import { ServerlessWarehouses } from '../common/aws/serverless-warehouses';
import type { Env } from '../common/env';
import { ENV } from './contract';

/** Warehouses of one kind: a cluster, or a namespace of Redshift Serverless in its place. */
export interface WarehouseStore {
  find(identifier: string): Promise<WarehouseCluster | undefined>;
  list(): Promise<readonly WarehouseCluster[]>;
  delete(identifier: string): Promise<'deleting' | 'gone' | 'busy'>;
}

/** Whether the pipeline is about Redshift Serverless, and not about a cluster. */
export function isServerless(env: Env): boolean {
  return env.optional(ENV.CAPACITY_RPU) !== undefined;
}

/** The snapshots of what the pipeline is about. */
export function snapshotsOf(env: Env): SnapshotStore {
  const target = { region: env.region };
  return isServerless(env) ? ServerlessSnapshots.in(target, env.number(ENV.CAPACITY_RPU)) : RedshiftSnapshots.in(target);
}

/** The cluster or namespace that the pipeline is about, or those that it restores. */
export function warehousesOf(env: Env): WarehouseStore {
  const target = { region: env.region };
  return isServerless(env) ? ServerlessWarehouses.in(target, env.optional(ENV.WORKGROUP)) : RedshiftClusters.in(target);
}

/** How the database of a cluster or namespace is asked. */
export function connectionOf(env: Env): (clusterIdentifier: string) => DataConnection {
  const [database, workgroup, user] = [env.required(ENV.DATABASE), env.optional(ENV.WORKGROUP), env.required(ENV.READER_USER)];
  if (isServerless(env)) return (namespace) => ({ workgroup: workgroup ?? namespace, database });
  return (clusterIdentifier) => ({ clusterIdentifier, database, user });
}
