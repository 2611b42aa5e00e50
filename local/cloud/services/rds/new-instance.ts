import type { CreateDBInstanceMessage, CreateDBInstanceReadReplicaMessage, RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import { AwsError } from '../../gateway/aws-error';
import type { Call, Place } from '../../gateway/service';
import { newIdentifier } from './identifiers';
import { checkInstanceClass } from './instance-classes';
import { placeInNetwork } from './network-placement';
import { planBackups } from './new-database';
import { defaultGroupName, parameterGroup } from './parameters/server-parameters';
import { familyOf } from './engine-versions';
import { QUOTAS } from './quotas';
import type { RdsContext } from './rds-context';
import { checkRange, invalidCombination } from './request-errors';
import { newResourceId } from './resource-ids';
import type { DatabaseTraits, DbCluster, DbInstance, InstanceOptions } from './state/database';
import { requestedTags } from './tagging';

/** The members that creating, restoring and replicating have in common. */
type InstanceRequest = Pick<
  CreateDBInstanceMessage & RestoreDBInstanceFromDBSnapshotMessage & CreateDBInstanceReadReplicaMessage,
  | 'DBInstanceIdentifier'
  | 'AvailabilityZone'
  | 'MultiAZ'
  | 'AutoMinorVersionUpgrade'
  | 'DBSubnetGroupName'
  | 'VpcSecurityGroupIds'
  | 'PubliclyAccessible'
  | 'DBParameterGroupName'
  | 'DeletionProtection'
  | 'CopyTagsToSnapshot'
  | 'EnableCloudwatchLogsExports'
  | 'Iops'
  | 'StorageThroughput'
  | 'CACertificateIdentifier'
  | 'NetworkType'
  | 'Tags'
> &
  Pick<
    CreateDBInstanceMessage,
    | 'BackupRetentionPeriod'
    | 'PreferredBackupWindow'
    | 'PreferredMaintenanceWindow'
    | 'MonitoringInterval'
    | 'MonitoringRoleArn'
    | 'EnablePerformanceInsights'
    | 'PerformanceInsightsRetentionPeriod'
    | 'PerformanceInsightsKMSKeyId'
    | 'MaxAllocatedStorage'
    | 'EngineLifecycleSupport'
    | 'PromotionTier'
  >;

export interface NewInstanceParts {
  readonly resourceId?: string;
  readonly instanceClass: string;
  readonly traits: DatabaseTraits;
  readonly cluster?: DbCluster;
  readonly defaultRetentionDays?: number;
  readonly defaultBackupWindow?: string;
}

/** Puts an instance together from a request; nothing is kept yet. */
export async function assembleInstance(rds: RdsContext, call: Call, request: InstanceRequest, parts: NewInstanceParts): Promise<DbInstance> {
  const { traits, cluster, resourceId = newResourceId('db') } = parts;
  const identifier = newIdentifier('DBInstanceIdentifier', request.DBInstanceIdentifier);
  checkRoom(rds, call, identifier);
  checkInstanceClass(traits.engine, traits.engineVersion, parts.instanceClass);
  checkRange('PromotionTier', request.PromotionTier, 0, 15);
  const plan = planBackups(request, resourceId, {
    shortestDays: 0,
    ...(parts.defaultRetentionDays !== undefined && { defaultDays: parts.defaultRetentionDays }),
    ...(parts.defaultBackupWindow !== undefined && { defaultWindow: parts.defaultBackupWindow }),
  });
  const network = cluster ? { ...cluster.network, publiclyAccessible: request.PubliclyAccessible ?? false } : await placeInNetwork(rds, call, request);
  return {
    place: { account: call.account, region: call.region },
    resourceId,
    createdAt: rds.cloud.clock.now(),
    identifier,
    status: 'creating',
    underway: undefined,
    traits,
    network,
    backups: cluster ? cluster.backups : plan.backups,
    maintenanceWindow: plan.maintenanceWindow,
    deletionProtection: request.DeletionProtection ?? false,
    copyTagsToSnapshot: request.CopyTagsToSnapshot ?? false,
    parameterGroupName: groupNameFor(rds, call, request.DBParameterGroupName, traits),
    secret: undefined,
    tags: requestedTags(request.Tags),
    startsAgainAt: undefined,
    schedule: new AbortController(),
    cluster,
    instanceClass: parts.instanceClass,
    availabilityZone: zoneFor(rds, call, network.subnetGroupName, request.AvailabilityZone, cluster),
    multiAz: request.MultiAZ ?? false,
    promotionTier: request.PromotionTier ?? 1,
    server: undefined,
    replication: undefined,
    pendingReboot: false,
    shown: optionsOf(request),
  };
}

/** Keeps an instance that has been put together; fails when somebody else took the name meanwhile. */
export function keepInstance(rds: RdsContext, instance: DbInstance): void {
  checkRoom(rds, instance.place, instance.identifier);
  rds.estate.in(instance.place).instances.set(instance.identifier, instance);
}

/** The name of the parameter group that is asked for or the default, if it fits the version. */
export function groupNameFor(rds: RdsContext, place: Place, name: string | undefined, { engine, engineVersion }: DatabaseTraits): string {
  if (name === undefined) return defaultGroupName(engine, engineVersion);
  const group = parameterGroup(rds, 'instance', place, name.toLowerCase());
  const family = familyOf(engine, engineVersion);
  if (group.family !== family) {
    throw invalidCombination(`The Parameter Group ${group.name} with DBParameterGroupFamily ${group.family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`);
  }
  return group.name;
}

function checkRoom({ estate }: RdsContext, place: Place, identifier: string): void {
  const state = estate.in(place);
  if (state.isInstanceNameTaken(identifier)) throw new AwsError('DBInstanceAlreadyExistsFault', 'DB instance already exists');
  if (state.instances.size >= QUOTAS.instances) throw new AwsError('InstanceQuotaExceededFault', `The request cannot be processed because it would exceed the maximum number of DB instances: ${QUOTAS.instances}`);
}

/** The zone that is asked for, or the zone of the subnet group with the fewest members of the cluster. */
function zoneFor({ estate }: RdsContext, { account, region }: Call, subnetGroupName: string, wanted: string | undefined, cluster: DbCluster | undefined): string {
  const state = estate.in({ account, region });
  const zones = [...new Set(state.subnetGroups.get(subnetGroupName)?.subnets.map(({ availabilityZone }) => availabilityZone))];
  if (wanted !== undefined && !zones.includes(wanted)) {
    throw new AwsError('InvalidVPCNetworkStateFault', `The DB subnet group ${subnetGroupName} has no subnet in the Availability Zone ${wanted}.`);
  }
  const membersIn = (zone: string) => (cluster ? state.membersOf(cluster).filter(({ availabilityZone }) => availabilityZone === zone).length : 0);
  return wanted ?? zones.reduce((best, zone) => (membersIn(zone) < membersIn(best) ? zone : best), zones[0] ?? `${region}a`);
}

function optionsOf(request: InstanceRequest): InstanceOptions {
  if (request.MonitoringInterval && request.MonitoringRoleArn === undefined) {
    throw invalidCombination('A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.');
  }
  return {
    EnabledCloudwatchLogsExports: request.EnableCloudwatchLogsExports,
    AutoMinorVersionUpgrade: request.AutoMinorVersionUpgrade ?? true,
    MonitoringInterval: request.MonitoringInterval ?? 0,
    MonitoringRoleArn: request.MonitoringRoleArn,
    PerformanceInsightsEnabled: request.EnablePerformanceInsights ?? false,
    PerformanceInsightsRetentionPeriod: request.PerformanceInsightsRetentionPeriod,
    PerformanceInsightsKMSKeyId: request.PerformanceInsightsKMSKeyId,
    MaxAllocatedStorage: request.MaxAllocatedStorage,
    Iops: request.Iops,
    StorageThroughput: request.StorageThroughput,
    CACertificateIdentifier: request.CACertificateIdentifier,
    EngineLifecycleSupport: request.EngineLifecycleSupport ?? 'open-source-rds-extended-support',
    NetworkType: request.NetworkType ?? 'IPV4',
  };
}
