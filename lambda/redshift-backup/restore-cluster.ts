import { RedshiftClusters } from '../common/aws/redshift-clusters';
import { defineHandler } from '../common/define-handler';
import { ENV, type ProofPlan } from './contract';

export interface RestoreClusterInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
}

export interface RestoreClusterPorts {
  readonly sourceAccount: string;
  readonly targetKeyArn: string;
  readonly subnetGroup: string;
  readonly securityGroupId: string;
  readonly clusters: Pick<RedshiftClusters, 'restore'>;
}

/**
 * Starts the restore of a shared snapshot into a cluster under the target's key that nobody can connect to.
 *
 * The cluster's name follows from the snapshot: a second call finds what the first has started.
 */
export async function restoreCluster({ plan }: RestoreClusterInput, ports: RestoreClusterPorts): Promise<{ readonly adopted: boolean }> {
  const begun = await ports.clusters.restore({
    clusterIdentifier: plan.proofClusterIdentifier,
    snapshotIdentifier: plan.snapshotIdentifier,
    ownerAccount: ports.sourceAccount,
    kmsKeyArn: ports.targetKeyArn,
    subnetGroup: ports.subnetGroup,
    securityGroupId: ports.securityGroupId,
    nodeType: plan.nodeType,
    numberOfNodes: plan.numberOfNodes,
  });
  return { adopted: !begun };
}

export const handler = defineHandler('redshift-backup/restore-cluster', restoreCluster, (env) => ({
  sourceAccount: env.required(ENV.SOURCE_ACCOUNT),
  targetKeyArn: env.required(ENV.TARGET_KEY_ARN),
  subnetGroup: env.required(ENV.SUBNET_GROUP),
  securityGroupId: env.required(ENV.SECURITY_GROUP),
  clusters: RedshiftClusters.in({ region: env.region }),
}));
