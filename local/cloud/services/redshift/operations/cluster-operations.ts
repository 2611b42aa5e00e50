import type { DeleteClusterMessage, DescribeClustersMessage } from '@aws-sdk/client-redshift';
import type { Call } from '../../../gateway/service';
import { byName, page } from '../../rds/describe/listing';
import { invalidCombination, required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { checkManualRetention, newIdentifier } from '../cluster-rules';
import { describeCluster } from '../describe/describe-cluster';
import { hostnamesOf, openEndpoint } from '../endpoints';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { parameterGroup, serverParameters } from '../parameters/cluster-parameters';
import type { RedshiftContext } from '../redshift-context';
import { hasTags } from '../request';
import { beginDeletion, checkMayBegin, closeCluster } from '../cluster-passages';
import type { RedshiftCluster } from '../state/cluster';
import { checkSnapshotRoom, takeSnapshot } from '../take-snapshot';
import type { RedshiftOperations } from './redshift-operations';

/** The operations on clusters, except to create, restore, modify and resize them. */
export function clusterOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const access = ({ ClusterIdentifier }: { ClusterIdentifier?: string | undefined }, call: Call) => [to.existing('cluster', call, ClusterIdentifier)];
  const named = ({ ClusterIdentifier }: { ClusterIdentifier?: string | undefined }, call: Call) => redshift.estate.cluster(call, required('ClusterIdentifier', ClusterIdentifier));
  const answer = (cluster: RedshiftCluster) => ({ Cluster: describeCluster(redshift, cluster) });
  return {
    DescribeClusters: { access, run: (input, call) => describeClusters(redshift, input, call) },
    DeleteCluster: { access, run: (input, call) => answer(deleteCluster(redshift, named(input, call), input)) },
    PauseCluster: { access, run: (input, call) => answer(pause(redshift, named(input, call))) },
    ResumeCluster: { access, run: (input, call) => answer(resume(redshift, named(input, call))) },
    RebootCluster: { access, run: (input, call) => answer(reboot(redshift, named(input, call))) },
    RotateEncryptionKey: {
      access,
      run: (input, call) => {
        const cluster = named(input, call);
        checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.rotateKeys, 'rotate keys');
        redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.rotateKeys);
        return answer(cluster);
      },
    },
    ModifyClusterIamRoles: {
      access: (input, call) => [...access(input, call), ...to.passedRoles(input.AddIamRoles)],
      run: (input, call) => {
        const cluster = named(input, call);
        const { AddIamRoles = [], RemoveIamRoles = [], DefaultIamRoleArn } = input;
        const roles = new Set([...cluster.iamRoleArns.filter((arn) => !RemoveIamRoles.includes(arn)), ...AddIamRoles]);
        const most = redshift.quotas.limitOf('iamRolesPerCluster', call);
        if (roles.size > most) throw invalidCombination(`A cluster can have at most ${most} IAM roles.`);
        cluster.iamRoleArns = [...roles];
        cluster.defaultIamRoleArn = DefaultIamRoleArn ?? cluster.defaultIamRoleArn;
        return answer(cluster);
      },
    },
    EnableLogging: {
      access,
      run: (input, call) => {
        const cluster = named(input, call);
        cluster.logging = { bucketName: input.BucketName, prefix: input.S3KeyPrefix, destination: input.LogDestinationType, exports: input.LogExports ?? [] };
        return loggingStatus(cluster);
      },
    },
    DisableLogging: {
      access,
      run: (input, call) => {
        const cluster = named(input, call);
        cluster.logging = undefined;
        return loggingStatus(cluster);
      },
    },
    DescribeLoggingStatus: { access, run: (input, call) => loggingStatus(named(input, call)) },
  };
}

function describeClusters(redshift: RedshiftContext, { ClusterIdentifier, TagKeys, TagValues, ...paging }: DescribeClustersMessage, call: Call) {
  const { estate } = redshift;
  const clusters = ClusterIdentifier === undefined ? byName(estate.in(call).clusters.values(), ({ identifier }) => identifier) : [estate.cluster(call, ClusterIdentifier)];
  const { items, Marker } = page(clusters.filter(({ tags }) => hasTags(tags, TagKeys, TagValues)), paging);
  return { Clusters: items.map((cluster) => describeCluster(redshift, cluster)), Marker };
}

/** With a final snapshot unless told not to, which is there before anything goes. */
function deleteCluster(redshift: RedshiftContext, cluster: RedshiftCluster, input: DeleteClusterMessage): RedshiftCluster {
  const { SkipFinalClusterSnapshot = false, FinalClusterSnapshotIdentifier, FinalClusterSnapshotRetentionPeriod } = input;
  if (SkipFinalClusterSnapshot && FinalClusterSnapshotIdentifier !== undefined) throw invalidCombination('FinalClusterSnapshotIdentifier can not be specified when SkipFinalClusterSnapshot is true.');
  if (SkipFinalClusterSnapshot) {
    checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.delete, 'delete the cluster');
    beginDeletion(redshift, cluster);
    return cluster;
  }
  if (FinalClusterSnapshotIdentifier === undefined) throw invalidCombination('FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.');
  const identifier = newIdentifier('FinalClusterSnapshotIdentifier', FinalClusterSnapshotIdentifier);
  const retentionDays = checkManualRetention(FinalClusterSnapshotRetentionPeriod, cluster.traits.manualRetentionDays);
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.finalSnapshot, 'take a final snapshot');
  checkSnapshotRoom(redshift, cluster.place, identifier);
  cluster.schedule.abort();
  const snapshot = takeSnapshot(redshift, cluster, { identifier, type: 'manual', retentionDays, isFinal: true });
  const durationMs = snapshot.underway ? snapshot.underway.endsMs - redshift.cloud.clock.nowMs() : 0;
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.finalSnapshot, {
    durationMs,
    work: async () => snapshot.underway?.worked,
    then: () => beginDeletion(redshift, cluster),
  });
  return cluster;
}

/** A paused cluster keeps its data and answers nobody. */
function pause(redshift: RedshiftContext, cluster: RedshiftCluster): RedshiftCluster {
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.pause, 'pause the cluster');
  closeCluster(redshift, cluster);
  redshift.notices.give(cluster, 'pauseStarted');
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.pause, { work: async () => cluster.server && redshift.storage.stop(cluster.server) });
  return cluster;
}

function resume(redshift: RedshiftContext, cluster: RedshiftCluster): RedshiftCluster {
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.resume, 'resume the cluster');
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.resume, {
    work: async () => cluster.server && redshift.storage.start(cluster.server),
    arrive: () => openEndpoint(redshift, cluster),
    then: () => redshift.notices.give(cluster, 'resumed'),
  });
  return cluster;
}

/** Parameters that waited for it take effect. */
function reboot(redshift: RedshiftContext, cluster: RedshiftCluster): RedshiftCluster {
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.reboot, 'reboot the cluster');
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.reboot, {
    work: async () => {
      const { server } = cluster;
      if (!server) return;
      await redshift.storage.setHostnames(server, hostnamesOf(cluster));
      await redshift.storage.setParameters(server, serverParameters(parameterGroup(redshift.estate, cluster.place, cluster.parameterGroupName)));
      await redshift.storage.restart(server);
    },
    then: () => {
      cluster.parametersPending = false;
      redshift.notices.give(cluster, 'rebooted');
    },
  });
  return cluster;
}

function loggingStatus({ logging }: RedshiftCluster) {
  return {
    LoggingEnabled: logging !== undefined,
    BucketName: logging?.bucketName,
    S3KeyPrefix: logging?.prefix,
    ...(logging?.destination !== undefined && { LogDestinationType: logging.destination as 's3' }),
    LogExports: logging ? [...logging.exports] : undefined,
  };
}
