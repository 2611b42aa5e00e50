import { RedshiftClusters, type ClusterRestore, type RestoreBeginning } from '../common/aws/redshift-clusters';
import { ServerlessWarehouses } from '../common/aws/serverless-warehouses';
import { defineHandler } from '../common/define-handler';
import type { Env } from '../common/env';
import { ClusterBusy, ENV, TAG, type ProofPlan } from './contract';
import { isServerless } from './warehouse-kind';

export interface RestoreClusterInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
}

export interface RestoreClusterPorts {
  readonly sourceAccount: string;
  /** Restores under the key of the target, where nobody can connect. */
  readonly restore: (request: ClusterRestore) => Promise<RestoreBeginning>;
}

/**
 * Starts the restore of a shared snapshot into a cluster under the target's key that nobody can connect to.
 *
 * The cluster's name follows from the snapshot: a second call finds what the first has started. Raises `ClusterBusy` until
 * there is something to restore into, which a namespace of Redshift Serverless has to be made for first.
 */
export async function restoreCluster({ plan }: RestoreClusterInput, ports: RestoreClusterPorts): Promise<{ readonly adopted: boolean }> {
  const beginning = await ports.restore({
    clusterIdentifier: plan.proofClusterIdentifier,
    snapshotIdentifier: plan.snapshotIdentifier,
    ownerAccount: ports.sourceAccount,
    nodeType: plan.nodeType,
    numberOfNodes: plan.numberOfNodes,
  });
  if (beginning === 'preparing') throw new ClusterBusy(`${plan.proofClusterIdentifier} is being made`);
  return { adopted: beginning === 'exists' };
}

export const handler = defineHandler('redshift-backup/restore-cluster', restoreCluster, (env) => ({ sourceAccount: env.required(ENV.SOURCE_ACCOUNT), restore: restorer(env) }));

function restorer(env: Env): RestoreClusterPorts['restore'] {
  const target = { region: env.region };
  const where = { kmsKeyArn: env.required(ENV.TARGET_KEY_ARN), securityGroupId: env.required(ENV.SECURITY_GROUP) };
  if (!isServerless(env)) {
    const subnetGroup = env.required(ENV.SUBNET_GROUP);
    return (request) => RedshiftClusters.in(target).restore({ ...request, ...where, subnetGroup });
  }
  const [subnetIds, pipeline] = [env.required(ENV.SUBNET_IDS).split(','), env.required(ENV.PIPELINE)];
  return (request) => ServerlessWarehouses.in(target).restore({ ...request, ...where, subnetIds, tags: { [TAG.pipeline]: pipeline, [TAG.restoreOf]: request.snapshotIdentifier }, begunTag: TAG.restoreBegun });
}
