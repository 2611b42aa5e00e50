import type { DeleteDBClusterMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { automatedSnapshotsOf } from '../automated-snapshots';
import { deleteSnapshot } from '../delete-snapshot';
import { describeCluster } from '../describe/describe-cluster';
import { byName, filtered, page } from '../describe/listing';
import { closeClusterEndpoints } from '../endpoints';
import { LONGEST_SNAPSHOT_IDENTIFIER, newIdentifier } from '../identifiers';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { snapshotDurationMs } from '../life-cycle/snapshot-life-cycle';
import { checkFinalSnapshot } from '../new-database';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidCombination } from '../request-errors';
import { clusterSource } from '../schedules';
import type { DbCluster } from '../state/database';
import { removeVolume } from '../storage/cluster-storage';
import { beginClusterSnapshot, workOf } from '../take-snapshot';
import { startCluster, stopCluster } from '../stop-start';
import type { RdsOperations } from './rds-operations';

/** DescribeDBClusters, DeleteDBCluster, StartDBCluster, StopDBCluster. */
export function clusterOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    DescribeDBClusters: {
      access: ({ DBClusterIdentifier }, call) => [to.existing('cluster', call, DBClusterIdentifier)],
      run: ({ DBClusterIdentifier, Filters, ...paging }, call) => {
        const all = DBClusterIdentifier === undefined ? rds.estate.in(call).clusters.values() : [rds.estate.cluster(call, DBClusterIdentifier)];
        const clusters = filtered(byName(all, ({ identifier }) => identifier), Filters, {
          'db-cluster-id': ({ identifier, place }) => [identifier, rdsArn('cluster', place, identifier)],
          'db-cluster-resource-id': ({ resourceId }) => [resourceId],
          'clone-group-id': ({ cloneGroupId }) => [cloneGroupId],
          engine: ({ traits }) => [traits.engine],
        });
        const { items, Marker } = page(clusters, paging);
        return { DBClusters: items.map((cluster) => describeCluster(rds, cluster)), Marker };
      },
    },
    DeleteDBCluster: {
      access: (input, call) => [
        to.existing('cluster', call, input.DBClusterIdentifier),
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html lists the snapshot beside the cluster.
        ...(input.FinalDBSnapshotIdentifier === undefined ? [] : to.created('cluster-snapshot', call, input.FinalDBSnapshotIdentifier, [])),
      ],
      run: (input, call) => ({ DBCluster: deleteCluster(rds, input, call) }),
    },
    StartDBCluster: {
      access: ({ DBClusterIdentifier }, call) => [to.existing('cluster', call, DBClusterIdentifier)],
      run: ({ DBClusterIdentifier }, call) => {
        const cluster = rds.estate.cluster(call, DBClusterIdentifier);
        checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.start);
        startCluster(rds, cluster);
        return { DBCluster: describeCluster(rds, cluster) };
      },
    },
    StopDBCluster: {
      access: ({ DBClusterIdentifier }, call) => [to.existing('cluster', call, DBClusterIdentifier)],
      run: ({ DBClusterIdentifier }, call) => {
        const cluster = rds.estate.cluster(call, DBClusterIdentifier);
        checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.stop);
        for (const member of rds.estate.in(call).membersOf(cluster)) {
          checkMayBegin(member, INSTANCE_LIFE_CYCLE.stop);
        }
        stopCluster(rds, cluster);
        return { DBCluster: describeCluster(rds, cluster) };
      },
    },
  };
}

/**
 * Deletes a cluster without instances; the conditions in the order in which AWS has been seen to check them.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
 */
function deleteCluster(rds: RdsContext, input: DeleteDBClusterMessage, call: Call) {
  const cluster = rds.estate.cluster(call, input.DBClusterIdentifier);
  checkFinalSnapshot(input);
  if (cluster.deletionProtection) throw invalidCombination('Cannot delete protected Cluster, please disable deletion protection and try again.');
  const staying = rds.estate.in(call).membersOf(cluster).filter(({ status }) => status !== 'deleting');
  if (staying.length > 0) throw new AwsError('InvalidDBClusterStateFault', 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.');
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.delete);
  const finalSnapshot = input.FinalDBSnapshotIdentifier === undefined ? undefined : takeFinalSnapshot(rds, cluster, input.FinalDBSnapshotIdentifier);
  cluster.schedule.abort();
  const keepsBackups = input.DeleteAutomatedBackups === false;
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.delete, {
    durationMs: CLUSTER_LIFE_CYCLE.delete.minutes * 60_000 + (finalSnapshot ? snapshotDurationMs(cluster.traits.sizeGb) : 0),
    work: async () => finalSnapshot && workOf(finalSnapshot),
    arrive: () => finishDeletion(rds, cluster, keepsBackups),
  });
  return describeCluster(rds, cluster);
}

function takeFinalSnapshot(rds: RdsContext, cluster: DbCluster, name: string) {
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.backUp);
  return beginClusterSnapshot(rds, cluster, { identifier: newIdentifier('FinalDBSnapshotIdentifier', name, LONGEST_SNAPSHOT_IDENTIFIER), type: 'manual' });
}

async function finishDeletion(rds: RdsContext, cluster: DbCluster, keepsBackups: boolean): Promise<void> {
  closeClusterEndpoints(rds, cluster);
  await removeVolume(rds, cluster);
  if (cluster.secret) await rds.secrets.delete(cluster.place, cluster.secret);
  if (!keepsBackups) for (const snapshot of automatedSnapshotsOf(rds, 'cluster', cluster)) deleteSnapshot(rds, snapshot);
  rds.estate.in(cluster.place).clusters.delete(cluster.identifier);
  rds.notices.give(clusterSource(cluster), 'clusterDeleted');
}
