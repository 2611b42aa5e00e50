import type { ModifyClusterMessage } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { invalidCombination, required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { applyAutomatedRetention } from '../automated-snapshots';
import { adoptKey } from '../cluster-keys';
import { checkMayBegin } from '../cluster-passages';
import { checkAutomatedRetention, checkManualRetention, checkMasterPassword, checkPasswordSource, checkPort, newClusterIdentifier } from '../cluster-rules';
import { describeCluster } from '../describe/describe-cluster';
import { closeEndpoint, hostnamesOf, openEndpoint } from '../endpoints';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { maintenanceWindowOf } from '../new-cluster';
import { parameterGroup } from '../parameters/cluster-parameters';
import type { RedshiftContext } from '../redshift-context';
import { refuseUnsupported } from '../request';
import { beginResize } from '../resize';
import type { RedshiftCluster } from '../state/cluster';
import { managedPassword } from './create-cluster';
import type { RedshiftOperations } from './redshift-operations';

/** ModifyCluster. */
export function modifyClusterOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  return {
    ModifyCluster: {
      access: (input, call) => [to.existing('cluster', call, input.ClusterIdentifier)],
      run: async (input, call) => ({ Cluster: describeCluster(redshift, await modifyCluster(redshift, input, call)) }),
    },
  };
}

async function modifyCluster(redshift: RedshiftContext, input: ModifyClusterMessage, call: Call): Promise<RedshiftCluster> {
  refuseUnsupported(input, 'HsmClientCertificateIdentifier', 'HsmConfigurationIdentifier', 'ElasticIp', 'AvailabilityZone', 'ClusterSecurityGroups');
  const cluster = redshift.estate.cluster(call, required('ClusterIdentifier', input.ClusterIdentifier));
  if (input.NewClusterIdentifier !== undefined) return rename(redshift, cluster, newClusterIdentifier(input.NewClusterIdentifier));
  if (input.NodeType !== undefined || input.NumberOfNodes !== undefined || input.ClusterType !== undefined) return beginResize(redshift, cluster, { ...input, Classic: true });
  changeRetention(redshift, cluster, input);
  if (changesNothingElse(input)) return cluster;
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.modify, 'modify the cluster');
  await changeProtection(redshift, call, cluster, input);
  const password = await changedPassword(redshift, call, cluster, input);
  changeSettings(redshift, cluster, input);
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.modify, {
    work: async () => {
      if (password !== undefined && cluster.server) await redshift.storage.setPassword(cluster.server, password);
    },
    arrive: () => openEndpoint(redshift, cluster),
    then: () => {
      if (password !== undefined) redshift.notices.give(cluster, 'passwordChanged');
      if (input.VpcSecurityGroupIds) redshift.notices.give(cluster, 'securityGroupsChanged');
      if (input.ClusterParameterGroupName !== undefined) redshift.notices.give(cluster, 'parameterGroupChanged', cluster.parameterGroupName);
    },
  });
  return cluster;
}

/** Retention and windows change at once, without a change of status. */
function changeRetention(redshift: RedshiftContext, cluster: RedshiftCluster, input: ModifyClusterMessage): void {
  const { traits } = cluster;
  if (input.ManualSnapshotRetentionPeriod !== undefined) traits.manualRetentionDays = checkManualRetention(input.ManualSnapshotRetentionPeriod);
  if (input.PreferredMaintenanceWindow !== undefined) traits.maintenanceWindow = maintenanceWindowOf(input.PreferredMaintenanceWindow, cluster.identifier);
  if (input.MaintenanceTrackName !== undefined) traits.maintenanceTrack = input.MaintenanceTrackName;
  if (input.AutomatedSnapshotRetentionPeriod === undefined) return;
  traits.automatedRetentionDays = checkAutomatedRetention(input.AutomatedSnapshotRetentionPeriod, traits.nodeType);
  applyAutomatedRetention(redshift, cluster);
}

const AT_ONCE: readonly (keyof ModifyClusterMessage)[] = [
  'ClusterIdentifier',
  'ManualSnapshotRetentionPeriod',
  'PreferredMaintenanceWindow',
  'MaintenanceTrackName',
  'AutomatedSnapshotRetentionPeriod',
  'AllowVersionUpgrade',
];

function changesNothingElse(input: ModifyClusterMessage): boolean {
  return (Object.keys(input) as (keyof ModifyClusterMessage)[]).every((name) => input[name] === undefined || AT_ONCE.includes(name));
}

async function changeProtection(redshift: RedshiftContext, call: Call, cluster: RedshiftCluster, { Encrypted, KmsKeyId }: ModifyClusterMessage): Promise<void> {
  if (Encrypted === false) throw new AwsError('UnsupportedOperationFault', 'Clusters can no longer be decrypted.');
  if (KmsKeyId !== undefined) cluster.traits.encryption = await adoptKey(redshift, call, cluster, KmsKeyId);
}

/** Keeps the cluster's secret in step with the request, and returns the password that is now to be set, if any. */
async function changedPassword(redshift: RedshiftContext, call: Call, cluster: RedshiftCluster, input: ModifyClusterMessage): Promise<string | undefined> {
  const { traits } = cluster;
  checkPasswordSource({ ...input, ManageMasterPassword: input.ManageMasterPassword ?? traits.secret !== undefined, MasterUserPassword: undefined });
  if (input.ManageMasterPassword && input.MasterUserPassword !== undefined) throw invalidCombination("You can't use MasterUserPassword if ManageMasterPassword is true.");
  if (input.ManageMasterPassword && !traits.secret) return managedPassword(redshift, call, cluster, input.MasterPasswordSecretKmsKeyId);
  if (input.MasterUserPassword === undefined) return undefined;
  const password = checkMasterPassword(input.MasterUserPassword);
  const { secret } = traits;
  if (secret) {
    if (input.ManageMasterPassword !== false) throw invalidCombination("You can't use MasterUserPassword for a cluster whose admin password is managed in AWS Secrets Manager, unless ManageMasterPassword is false.");
    traits.secret = undefined;
    await redshift.secrets.delete(cluster.place, secret);
  }
  return password;
}

function changeSettings({ estate }: RedshiftContext, cluster: RedshiftCluster, input: ModifyClusterMessage): void {
  const { traits, network } = cluster;
  traits.port = checkPort(input.Port, traits.nodeType, traits.port);
  traits.enhancedVpcRouting = input.EnhancedVpcRouting ?? traits.enhancedVpcRouting;
  cluster.network = {
    ...network,
    securityGroupIds: input.VpcSecurityGroupIds ?? network.securityGroupIds,
    publiclyAccessible: input.PubliclyAccessible ?? network.publiclyAccessible,
  };
  if (input.ClusterParameterGroupName === undefined) return;
  // "This change is applied only after the cluster is rebooted": the SDK's type text.
  cluster.parameterGroupName = parameterGroup(estate, cluster.place, input.ClusterParameterGroupName).name;
  cluster.parametersPending = true;
}

function rename(redshift: RedshiftContext, cluster: RedshiftCluster, identifier: string): RedshiftCluster {
  const { clusters } = redshift.estate.in(cluster.place);
  if (clusters.has(identifier)) throw new AwsError('ClusterAlreadyExistsFault', `Cluster ${identifier} already exists.`);
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.rename, 'rename the cluster');
  const before = cluster.identifier;
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.rename, {
    arrive: async () => {
      closeEndpoint(redshift, cluster);
      clusters.delete(before);
      cluster.identifier = identifier;
      clusters.set(identifier, cluster);
      if (cluster.server) await redshift.storage.setHostnames(cluster.server, hostnamesOf(cluster));
      openEndpoint(redshift, cluster);
    },
    then: () => redshift.notices.give({ place: cluster.place, identifier: before }, 'clusterRenamed', identifier),
  });
  return cluster;
}
