import type { ModifyDBClusterMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { checkBackupWindow, checkMaintenanceWindow, checkWindowsApart } from '../backup-window';
import { describeCluster } from '../describe/describe-cluster';
import { clusterHostnames, hostnamesOf } from '../endpoint-names';
import { closeClusterEndpoints, openEndpoints, refreshClusterEndpoints } from '../endpoints';
import { resolveVersion } from '../engine-versions';
import { newIdentifier } from '../identifiers';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { changedMasterPassword } from '../master-password';
import { groupNameFor } from '../new-cluster';
import { checkPort } from '../new-database';
import type { RdsContext } from '../rds-context';
import { checkRange, notEmulated, refuseUnsupported } from '../request-errors';
import { clusterSource } from '../schedules';
import type { DbCluster } from '../state/database';
import { setVolumePassword } from '../storage/cluster-storage';
import type { RdsOperations } from './rds-operations';

/** ModifyDBCluster. */
export function modifyClusterOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    ModifyDBCluster: {
      access: (input, call) => [
        to.existing('cluster', call, input.DBClusterIdentifier, { 'rds:ManageMasterUserPassword': input.ManageMasterUserPassword ?? false }),
        ...(input.DBClusterParameterGroupName === undefined ? [] : [to.existing('cluster-pg', call, input.DBClusterParameterGroupName)]),
        ...to.passedMonitoringRole(input.MonitoringRoleArn),
      ],
      run: async (input, call) => ({ DBCluster: await modifyCluster(rds, input, call) }),
    },
  };
}

async function modifyCluster(rds: RdsContext, input: ModifyDBClusterMessage, call: Call) {
  refuseUnsupported(input, 'AllocatedStorage', 'BacktrackWindow', 'DBClusterInstanceClass', 'DBInstanceParameterGroupName', 'Domain', 'EngineMode', 'Iops', 'OptionGroupName', 'ScalingConfiguration');
  const cluster = rds.estate.cluster(call, input.DBClusterIdentifier);
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.modify);
  checkVersion(input, cluster);
  const newName = checkRename(rds, input, cluster);
  const settings = checkSettings(rds, input, cluster, call);
  const password = await changedMasterPassword(rds, call, 'cluster', cluster, input);
  Object.assign(cluster, settings);
  if (input.EnableIAMDatabaseAuthentication !== undefined) cluster.traits.iamAuthentication = input.EnableIAMDatabaseAuthentication;
  if (input.Port !== undefined) cluster.traits.port = checkPort(input.Port);
  if (input.DBClusterParameterGroupName !== undefined) for (const member of rds.estate.in(call).membersOf(cluster)) member.pendingReboot = true;
  if (newName !== undefined) {
    cluster.renamesTo = newName;
    rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.rename, { arrive: () => renameCluster(rds, cluster, newName) });
  } else if (password !== undefined) {
    rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.resetMasterPassword, {
      arrive: () => setVolumePassword(rds, cluster, password),
      then: () => rds.notices.give(clusterSource(cluster), 'credentialsReset'),
    });
  } else if (changesMoreThanFlags(input)) {
    rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.modify, { arrive: () => moveEndpoints(rds, cluster) });
  }
  return describeCluster(rds, cluster);
}

function checkVersion({ EngineVersion }: ModifyDBClusterMessage, { traits }: DbCluster): void {
  if (EngineVersion !== undefined && resolveVersion(traits.engine, EngineVersion) !== traits.engineVersion) throw notEmulated('upgrades of the engine version');
}

function checkRename({ estate }: RdsContext, { NewDBClusterIdentifier, ApplyImmediately }: ModifyDBClusterMessage, cluster: DbCluster): string | undefined {
  if (NewDBClusterIdentifier === undefined) return undefined;
  const name = newIdentifier('NewDBClusterIdentifier', NewDBClusterIdentifier);
  if (estate.in(cluster.place).isClusterNameTaken(name)) throw new AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
  if (!ApplyImmediately) throw notEmulated('renaming in the maintenance window: ApplyImmediately must be true');
  return name;
}

/** The settings that the request leaves the cluster with. */
function checkSettings(rds: RdsContext, input: ModifyDBClusterMessage, cluster: DbCluster, call: Call): Partial<DbCluster> {
  checkRange('BackupRetentionPeriod', input.BackupRetentionPeriod, 1, 35);
  const window = input.PreferredBackupWindow === undefined ? cluster.backups.window : checkBackupWindow(input.PreferredBackupWindow);
  const maintenanceWindow = input.PreferredMaintenanceWindow === undefined ? cluster.maintenanceWindow : checkMaintenanceWindow(input.PreferredMaintenanceWindow);
  checkWindowsApart(window, maintenanceWindow);
  return {
    backups: { retentionDays: input.BackupRetentionPeriod ?? cluster.backups.retentionDays, window },
    maintenanceWindow,
    deletionProtection: input.DeletionProtection ?? cluster.deletionProtection,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? cluster.copyTagsToSnapshot,
    network: { ...cluster.network, securityGroupIds: input.VpcSecurityGroupIds ?? cluster.network.securityGroupIds },
    ...(input.DBClusterParameterGroupName !== undefined && { parameterGroupName: groupNameFor(rds, call, input.DBClusterParameterGroupName, cluster.traits) }),
    shown: {
      ...cluster.shown,
      ...(input.ServerlessV2ScalingConfiguration && { ServerlessV2ScalingConfiguration: input.ServerlessV2ScalingConfiguration }),
      ...(input.EnableHttpEndpoint !== undefined && { HttpEndpointEnabled: input.EnableHttpEndpoint }),
      ...(input.MonitoringInterval !== undefined && { MonitoringInterval: input.MonitoringInterval, MonitoringRoleArn: input.MonitoringRoleArn }),
    },
  };
}

/** Flags that nothing has to be done for are changed at once and leave the status alone. */
function changesMoreThanFlags({ DBClusterIdentifier: _, ApplyImmediately: __, DeletionProtection: ___, CopyTagsToSnapshot: ____, ...rest }: ModifyDBClusterMessage): boolean {
  return Object.values(rest).some((value) => value !== undefined);
}

async function moveEndpoints(rds: RdsContext, cluster: DbCluster): Promise<void> {
  for (const member of rds.estate.in(cluster.place).membersOf(cluster)) {
    member.network = { ...member.network, securityGroupIds: cluster.network.securityGroupIds };
    if (member.server?.isRunning) openEndpoints(rds, member);
  }
}

async function renameCluster(rds: RdsContext, cluster: DbCluster, name: string): Promise<void> {
  const { clusters } = rds.estate.in(cluster.place);
  const oldName = cluster.identifier;
  closeClusterEndpoints(rds, cluster);
  clusters.delete(oldName);
  cluster.identifier = name;
  clusters.set(name, cluster);
  delete cluster.renamesTo;
  for (const member of rds.estate.in(cluster.place).membersOf(cluster)) await member.server?.setHostnames(hostnamesOf(member));
  if (!cluster.writer) await cluster.volume?.setHostnames(clusterHostnames(cluster));
  refreshClusterEndpoints(rds, cluster);
  rds.notices.give(clusterSource(cluster), 'clusterRenamed', `${oldName} to ${name}`);
}
