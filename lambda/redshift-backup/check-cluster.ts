import { defineHandler } from '../common/define-handler';
import { RestoreFailed, type ProofPlan } from './contract';
import { warehousesOf, type WarehouseStore } from './warehouse-kind';

export interface CheckClusterInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
}

export interface CheckClusterPorts {
  readonly clusters: Pick<WarehouseStore, 'find'>;
  readonly now: () => Date;
}

export interface CheckClusterOutput {
  readonly done: boolean;
  readonly status: string;
  /** Since the restore was started. */
  readonly minutes: number;
}

/** From these no restored cluster comes back by itself: https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-cluster-status.html */
const DEAD_ENDS = ['gone', 'deleting', 'final-snapshot', 'hardware-failure', 'incompatible-hsm', 'incompatible-network', 'incompatible-parameters', 'incompatible-restore', 'paused', 'storage-full'];

/** Says whether the restored cluster is available and has loaded all of its data: it answers queries long before that. */
export async function checkCluster({ plan }: CheckClusterInput, { clusters, now }: CheckClusterPorts): Promise<CheckClusterOutput> {
  const cluster = await clusters.find(plan.proofClusterIdentifier);
  const status = cluster?.status ?? 'gone';
  if (DEAD_ENDS.includes(status) || cluster?.restoreStatus === 'failed') {
    throw new RestoreFailed(`cluster ${plan.proofClusterIdentifier} is ${status}, its restore ${cluster?.restoreStatus ?? 'unknown'}`, { status });
  }
  const done = status === 'available' && cluster?.restoreStatus === 'completed';
  return { done, status: `${status}, ${cluster?.restoreStatus ?? 'starting'}`, minutes: Math.round((now().getTime() - new Date(plan.startedAt).getTime()) / 60_000) };
}

export const handler = defineHandler('redshift-backup/check-cluster', checkCluster, (env) => ({ clusters: warehousesOf(env), now: () => new Date() }));
