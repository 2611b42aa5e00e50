import type { Cluster, Clusters } from '../common/aws/clusters';
import { RestoreFailed, TAG, TargetNotOurs } from './contract';

/** Finds the cluster that this operation restored; anything else of that name is left alone. */
export async function findRestoredCluster(clusters: Pick<Clusters, 'find'>, clusterIdentifier: string, operationId: string): Promise<Cluster> {
  const cluster = await clusters.find(clusterIdentifier);
  if (!cluster) throw new RestoreFailed(`cluster ${clusterIdentifier} is gone`, { clusterIdentifier });
  if (cluster.tags[TAG.operation] !== operationId) {
    throw new TargetNotOurs(`cluster ${clusterIdentifier} is not tagged ${TAG.operation}=${operationId}`, { clusterIdentifier });
  }
  return cluster;
}
