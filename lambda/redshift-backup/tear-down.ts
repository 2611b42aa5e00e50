import { defineHandler } from '../common/define-handler';
import { ENV, type ProofPlan } from './contract';
import { warehousesOf, type WarehouseStore } from './warehouse-kind';

export interface TearDownInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
}

export interface TearDownPorts {
  readonly proofClusterPrefix: string;
  readonly clusters: Pick<WarehouseStore, 'delete'>;
}

/** Deletes the cluster of a proof, step by step: `done` when it is gone. It never touches a cluster of another name. */
export async function tearDown({ plan }: TearDownInput, { proofClusterPrefix, clusters }: TearDownPorts): Promise<{ readonly done: boolean }> {
  if (!plan.proofClusterIdentifier.startsWith(proofClusterPrefix)) throw new Error(`${plan.proofClusterIdentifier} is no cluster of a proof`);
  return { done: (await clusters.delete(plan.proofClusterIdentifier)) === 'gone' };
}

export const handler = defineHandler('redshift-backup/tear-down', tearDown, (env) => ({
  proofClusterPrefix: env.required(ENV.PROOF_CLUSTER_PREFIX),
  clusters: warehousesOf(env),
}));
