import type { Cluster, RestoreStatus } from '@aws-sdk/client-redshift';
import { tagList } from '../../../gateway/tags';
import { clusterHostname } from '../endpoints';
import { availabilityOf } from '../life-cycle/cluster-life-cycle';
import { storageMbOf } from '../node-types';
import { redshiftArn } from '../redshift-arn';
import type { RedshiftContext } from '../redshift-context';
import type { RedshiftCluster } from '../state/cluster';
import { describeEncryption } from '../state/encryption';
import { ENGINE_VERSION, REVISION } from './engine-version';

type Ports = Pick<RedshiftContext, 'cloud' | 'estate'>;

const STARTING_MS = 60_000;

/** A cluster as the API shows it. */
export function describeCluster({ cloud, estate }: Ports, cluster: RedshiftCluster): Cluster {
  const { traits, network, place, status, copySetting } = cluster;
  const state = estate.in(place);
  return {
    ClusterIdentifier: cluster.identifier,
    ClusterNamespaceArn: redshiftArn('namespace', place, cluster.namespaceId),
    NodeType: traits.nodeType,
    NumberOfNodes: traits.numberOfNodes,
    ClusterNodes: nodesOf(traits.numberOfNodes),
    ClusterStatus: status,
    ClusterAvailabilityStatus: availabilityOf(status),
    MasterUsername: traits.masterUsername,
    DBName: traits.databaseName,
    ...(cluster.server && { Endpoint: { Address: clusterHostname(cluster), Port: traits.port } }),
    ClusterCreateTime: cluster.createdAt,
    AutomatedSnapshotRetentionPeriod: traits.automatedRetentionDays,
    ManualSnapshotRetentionPeriod: traits.manualRetentionDays,
    ClusterSecurityGroups: [],
    VpcSecurityGroups: network.securityGroupIds.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    ClusterParameterGroups: [{ ParameterGroupName: cluster.parameterGroupName, ParameterApplyStatus: cluster.parametersPending ? 'pending-reboot' : 'in-sync' }],
    ClusterSubnetGroupName: network.subnetGroupName,
    VpcId: state.subnetGroups.get(network.subnetGroupName)?.vpcId,
    AvailabilityZone: cluster.availabilityZone,
    PreferredMaintenanceWindow: traits.maintenanceWindow,
    PendingModifiedValues: {},
    ClusterVersion: ENGINE_VERSION,
    ClusterRevisionNumber: REVISION,
    AllowVersionUpgrade: true,
    PubliclyAccessible: network.publiclyAccessible,
    ...describeEncryption(traits.encryption),
    EnhancedVpcRouting: traits.enhancedVpcRouting,
    MaintenanceTrackName: traits.maintenanceTrack,
    IamRoles: cluster.iamRoleArns.map((IamRoleArn) => ({ IamRoleArn, ApplyStatus: 'in-sync' })),
    DefaultIamRoleArn: cluster.defaultIamRoleArn,
    TotalStorageCapacityInMegaBytes: storageMbOf(traits.nodeType, traits.numberOfNodes),
    AvailabilityZoneRelocationStatus: 'disabled',
    MultiAZ: 'Disabled',
    IpAddressType: 'ipv4',
    Tags: tagList(cluster.tags),
    ...(cluster.nextAutomatedAt && { ExpectedNextSnapshotScheduleTime: cluster.nextAutomatedAt, ExpectedNextSnapshotScheduleTimeStatus: 'OnTrack' }),
    ...(cluster.scheduleIdentifier !== undefined && { SnapshotScheduleIdentifier: cluster.scheduleIdentifier, SnapshotScheduleState: 'ACTIVE' as const }),
    ...(traits.secret && { MasterPasswordSecretArn: traits.secret.arn, MasterPasswordSecretKmsKeyId: traits.secret.kmsKeyId }),
    ...(copySetting && {
      ClusterSnapshotCopyStatus: {
        DestinationRegion: copySetting.destinationRegion,
        RetentionPeriod: copySetting.retentionDays,
        ManualSnapshotRetentionPeriod: copySetting.manualRetentionDays,
        SnapshotCopyGrantName: copySetting.grantName,
      },
    }),
    ...(cluster.resize?.kind === 'ClassicResize' && cluster.resize.status === 'IN_PROGRESS' && { ResizeInfo: { ResizeType: 'ClassicResize', AllowCancelResize: true } }),
    ...describeRestore(cloud.clock.nowMs(), cluster),
  };
}

/** Of a cluster that came from a snapshot: it answers queries while it still loads. */
function describeRestore(nowMs: number, { restored, status }: RedshiftCluster): Pick<Cluster, 'RestoreStatus' | 'DataTransferProgress'> {
  if (!restored) return {};
  const { startedMs, loadedMs, sizeMb } = restored;
  if (status === 'failed') return { RestoreStatus: { Status: 'failed' } };
  const share = Math.min(1, (nowMs - startedMs) / Math.max(1, loadedMs - startedMs));
  const elapsedMs = Math.min(nowMs, loadedMs) - startedMs;
  const isComplete = status !== 'creating' && nowMs >= loadedMs;
  const numbers = {
    CurrentRestoreRateInMegaBytesPerSecond: elapsedMs > 0 ? (sizeMb * share) / (elapsedMs / 1000) : 0,
    SnapshotSizeInMegaBytes: sizeMb,
    ProgressInMegaBytes: Math.floor(sizeMb * share),
    ElapsedTimeInSeconds: Math.floor(elapsedMs / 1000),
    EstimatedTimeToCompletionInSeconds: isComplete ? 0 : Math.ceil(Math.max(0, loadedMs - nowMs) / 1000),
  };
  return { RestoreStatus: { Status: restoreWord(isComplete, nowMs - startedMs), ...numbers } };
}

function restoreWord(isComplete: boolean, elapsedMs: number): NonNullable<RestoreStatus['Status']> {
  if (isComplete) return 'completed';
  return elapsedMs < STARTING_MS ? 'starting' : 'restoring';
}

function nodesOf(count: number): NonNullable<Cluster['ClusterNodes']> {
  if (count === 1) return [{ NodeRole: 'SHARED' }];
  return [{ NodeRole: 'LEADER' }, ...Array.from({ length: count }, (_, index) => ({ NodeRole: `COMPUTE-${index}` }))];
}
