import { AwsError } from '../../gateway/aws-error';
import type { Passage } from '../rds/life-cycle/passages';
import { deleteSnapshot } from './delete-snapshot';
import { closeEndpoint } from './endpoints';
import { CLUSTER_LIFE_CYCLE, type ClusterStatus } from './life-cycle/cluster-life-cycle';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftCluster } from './state/cluster';

/** Fails unless the passage may begin in the cluster's status. The words are those that Redshift has for a table restore. */
export function checkMayBegin({ identifier, status }: RedshiftCluster, { from }: Pick<Passage<ClusterStatus>, 'from'>, purpose: string): void {
  if (from.includes(status)) return;
  throw new AwsError('InvalidClusterStateFault', `There is an operation running on the Cluster ${identifier}, which is ${status}. Please try to ${purpose} at a later time.`);
}

/** Takes a cluster off the network, if it is there. */
export function closeCluster(redshift: RedshiftContext, cluster: RedshiftCluster): void {
  if (cluster.server) closeEndpoint(redshift, cluster);
}

/** Begins to delete a cluster: its automated snapshots go with it, manual ones stay. */
export function beginDeletion(redshift: RedshiftContext, cluster: RedshiftCluster): void {
  const { estate, passages, storage, secrets, notices } = redshift;
  cluster.schedule.abort();
  closeCluster(redshift, cluster);
  passages.begin(cluster, CLUSTER_LIFE_CYCLE.delete, {
    work: async () => {
      const { server } = cluster;
      cluster.server = undefined;
      if (server) await storage.remove(server);
      if (cluster.traits.secret) await secrets.delete(cluster.place, cluster.traits.secret);
    },
    arrive: () => {
      const state = estate.in(cluster.place);
      state.clusters.delete(cluster.identifier);
      for (const snapshot of state.snapshotsOf(cluster, 'automated')) deleteSnapshot(redshift, snapshot);
    },
    then: () => notices.give(cluster, 'clusterDeleted'),
  });
}
