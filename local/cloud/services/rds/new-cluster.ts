import { randomUUID } from 'node:crypto';
import type { CreateDBClusterMessage, RestoreDBClusterFromSnapshotMessage } from '@aws-sdk/client-rds';
import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { newIdentifier } from './identifiers';
import { placeInNetwork } from './network-placement';
import { planBackups } from './new-database';
import { defaultGroupName, parameterGroup } from './parameters/server-parameters';
import { familyOf } from './engine-versions';
import { QUOTAS } from './quotas';
import type { RdsContext } from './rds-context';
import { invalidCombination } from './request-errors';
import type { ClusterOptions, DbCluster } from './state/database';
import { requestedTags } from './tagging';

/** The members that creating and restoring have in common. */
type ClusterRequest = Pick<
  CreateDBClusterMessage & RestoreDBClusterFromSnapshotMessage,
  | 'DBClusterIdentifier'
  | 'DBSubnetGroupName'
  | 'VpcSecurityGroupIds'
  | 'PubliclyAccessible'
  | 'DBClusterParameterGroupName'
  | 'BackupRetentionPeriod'
  | 'PreferredBackupWindow'
  | 'DeletionProtection'
  | 'CopyTagsToSnapshot'
  | 'EnableCloudwatchLogsExports'
  | 'ServerlessV2ScalingConfiguration'
  | 'MonitoringInterval'
  | 'MonitoringRoleArn'
  | 'EnablePerformanceInsights'
  | 'EngineLifecycleSupport'
  | 'NetworkType'
  | 'Tags'
> &
  Pick<CreateDBClusterMessage, 'PreferredMaintenanceWindow' | 'AutoMinorVersionUpgrade' | 'EnableHttpEndpoint'> &
  Pick<RestoreDBClusterFromSnapshotMessage, 'EnableVPCNetworking' | 'EnableInternetAccessGateway'>;

export interface NewClusterParts {
  readonly resourceId: string;
  readonly traits: DbCluster['traits'];
  /** Clones share storage with their source, and so its group. */
  readonly cloneGroupId?: string;
  readonly defaultRetentionDays?: number;
  readonly defaultBackupWindow?: string;
}

/** Puts a cluster together from a request; nothing is kept yet. */
export async function assembleCluster(rds: RdsContext, call: Call, request: ClusterRequest, parts: NewClusterParts): Promise<DbCluster> {
  const { traits, resourceId } = parts;
  const identifier = newIdentifier('DBClusterIdentifier', request.DBClusterIdentifier);
  checkRoom(rds, call, identifier);
  const shown = optionsOf(request, traits.iamAuthentication);
  const { backups, maintenanceWindow } = planBackups(request, resourceId, {
    shortestDays: 1,
    ...(parts.defaultRetentionDays && { defaultDays: parts.defaultRetentionDays }),
    ...(parts.defaultBackupWindow !== undefined && { defaultWindow: parts.defaultBackupWindow }),
  });
  return {
    place: { account: call.account, region: call.region },
    resourceId,
    createdAt: rds.cloud.clock.now(),
    identifier,
    status: 'creating',
    underway: undefined,
    traits,
    network: await placeInNetwork(rds, call, request),
    backups,
    maintenanceWindow,
    deletionProtection: request.DeletionProtection ?? false,
    copyTagsToSnapshot: request.CopyTagsToSnapshot ?? false,
    parameterGroupName: groupNameFor(rds, call, request.DBClusterParameterGroupName, traits),
    secret: undefined,
    tags: requestedTags(request.Tags),
    startsAgainAt: undefined,
    schedule: new AbortController(),
    volume: undefined,
    writer: undefined,
    cloneGroupId: parts.cloneGroupId ?? randomUUID(),
    shown,
  };
}

/** Keeps a cluster that has been put together; fails when somebody else took the name meanwhile. */
export function keepCluster(rds: RdsContext, cluster: DbCluster): void {
  checkRoom(rds, cluster.place, cluster.identifier);
  rds.estate.in(cluster.place).clusters.set(cluster.identifier, cluster);
}

/** The name of the cluster parameter group that is asked for or the default, if it fits the version. */
export function groupNameFor(rds: RdsContext, call: Call, name: string | undefined, { engine, engineVersion }: Pick<DbCluster['traits'], 'engine' | 'engineVersion'>): string {
  if (name === undefined) return defaultGroupName(engine, engineVersion);
  const group = parameterGroup(rds, 'cluster', call, name.toLowerCase(), 'DBClusterParameterGroupNotFoundFault');
  const family = familyOf(engine, engineVersion);
  if (group.family !== family) {
    throw invalidCombination(`The Parameter Group ${group.name} with DBParameterGroupFamily ${group.family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`);
  }
  return group.name;
}

function checkRoom({ estate }: RdsContext, place: Pick<Call, 'account' | 'region'>, identifier: string): void {
  const state = estate.in(place);
  if (state.isClusterNameTaken(identifier)) throw new AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
  if (state.clusters.size >= QUOTAS.clusters) throw new AwsError('DBClusterQuotaExceededFault', `The request cannot be processed because it would exceed the maximum number of DB clusters: ${QUOTAS.clusters}`);
}

function optionsOf(request: ClusterRequest, iamAuthentication: boolean): ClusterOptions {
  const { EnableVPCNetworking, EnableInternetAccessGateway, MonitoringInterval, MonitoringRoleArn } = request;
  // Each "must be used together with" the other. "When both parameters are specified, IAM database authentication is required": the SDK's type text.
  const given = [EnableVPCNetworking, EnableInternetAccessGateway].filter((value) => value !== undefined);
  if (given.length === 1 || new Set(given).size < given.length) {
    throw invalidCombination('EnableVPCNetworking set to false and EnableInternetAccessGateway set to true must be specified together.');
  }
  if (EnableInternetAccessGateway && !iamAuthentication) throw invalidCombination('EnableIAMDatabaseAuthentication must be specified with EnableInternetAccessGateway.');
  if (MonitoringInterval && MonitoringRoleArn === undefined) throw invalidCombination('A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.');
  return {
    EnabledCloudwatchLogsExports: request.EnableCloudwatchLogsExports,
    ServerlessV2ScalingConfiguration: request.ServerlessV2ScalingConfiguration,
    AutoMinorVersionUpgrade: request.AutoMinorVersionUpgrade ?? true,
    HttpEndpointEnabled: request.EnableHttpEndpoint ?? false,
    MonitoringInterval,
    MonitoringRoleArn,
    PerformanceInsightsEnabled: request.EnablePerformanceInsights,
    VPCNetworkingEnabled: EnableVPCNetworking ?? true,
    InternetAccessGatewayEnabled: EnableInternetAccessGateway ?? false,
    EngineLifecycleSupport: request.EngineLifecycleSupport ?? 'open-source-rds-extended-support',
    NetworkType: request.NetworkType ?? 'IPV4',
  };
}
