import type { DBInstance } from '@aws-sdk/client-rds';
import { tagList } from '../../../gateway/tags';
import { instanceHostname } from '../endpoint-names';
import { optionGroupOf } from '../engine-versions';
import { isSamePlace, rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { replicationStatus } from '../replication-monitor';
import type { DbInstance } from '../state/database';
import { describeEncryption } from '../state/encryption';
import { describeSubnetGroup } from './describe-subnet-group';
import { latestRestorableTime } from './restorable-time';

const HOSTED_ZONE_ID = 'Z1R2IYX4GZC7LX';
const CA = 'rds-ca-rsa2048-g1';

/** An instance as the API shows it. */
export function describeInstance({ estate, passages, cloud }: Pick<RdsContext, 'estate' | 'passages' | 'cloud'>, instance: DbInstance): DBInstance {
  const { place, identifier, traits, network, cluster, replication } = instance;
  const backups = cluster?.backups ?? instance.backups;
  const group = estate.in(place).subnetGroups.get(network.subnetGroupName);
  const replicas = estate.replicasOf(instance).map((replica) => nameSeenFrom(instance, replica));
  return {
    ...instance.shown,
    ...describeEncryption(traits.encryption),
    DBInstanceIdentifier: identifier,
    DBInstanceArn: rdsArn('db', place, identifier),
    DbiResourceId: instance.resourceId,
    DBClusterIdentifier: cluster?.identifier,
    DBInstanceClass: instance.instanceClass,
    Engine: traits.engine,
    EngineVersion: traits.engineVersion,
    LicenseModel: 'postgresql-license',
    DBInstanceStatus: instance.status,
    PercentProgress: instance.status === 'creating' ? String(passages.percentOf(instance)) : undefined,
    MasterUsername: traits.masterUsername,
    MasterUserSecret: instance.secret && { SecretArn: instance.secret.arn, SecretStatus: 'active', KmsKeyId: instance.secret.kmsKeyId },
    DBName: traits.databaseName,
    // While it is being created an instance has no endpoint yet.
    Endpoint: instance.status === 'creating' ? undefined : { Address: instanceHostname(instance), Port: traits.port, HostedZoneId: HOSTED_ZONE_ID },
    DbInstancePort: 0,
    AllocatedStorage: cluster ? 1 : traits.sizeGb,
    StorageType: traits.storageType,
    InstanceCreateTime: instance.status === 'creating' ? undefined : instance.createdAt,
    PreferredBackupWindow: backups.window,
    BackupRetentionPeriod: backups.retentionDays,
    LatestRestorableTime: latestRestorableTime(cloud.clock.now(), { backups, createdAt: instance.createdAt }),
    DBSecurityGroups: [],
    VpcSecurityGroups: network.securityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBParameterGroups: [{ DBParameterGroupName: instance.parameterGroupName, ParameterApplyStatus: instance.pendingReboot ? 'pending-reboot' : 'in-sync' }],
    OptionGroupMemberships: [{ OptionGroupName: optionGroupOf(traits.engine, traits.engineVersion), Status: 'in-sync' }],
    AvailabilityZone: instance.availabilityZone,
    DBSubnetGroup: group && describeSubnetGroup(group),
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    PendingModifiedValues: {},
    MultiAZ: instance.multiAz,
    PubliclyAccessible: network.publiclyAccessible,
    ReadReplicaDBInstanceIdentifiers: replicas,
    ReadReplicaSourceDBInstanceIdentifier: replication && sourceName(instance, replication.sourceArn, replication.source),
    StatusInfos: replication && [replicationStatus(replication)],
    CACertificateIdentifier: instance.shown.CACertificateIdentifier ?? CA,
    DomainMemberships: [],
    CopyTagsToSnapshot: instance.copyTagsToSnapshot,
    PromotionTier: cluster ? instance.promotionTier : undefined,
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
    DeletionProtection: instance.deletionProtection,
    AssociatedRoles: [],
    TagList: tagList(instance.tags),
    CustomerOwnedIpEnabled: false,
    BackupTarget: 'region',
    AutomaticRestartTime: instance.startsAgainAt,
  };
}

/** Databases of other regions are named by ARN. */
function nameSeenFrom(from: DbInstance, other: DbInstance): string {
  return isSamePlace(from.place, other.place) ? other.identifier : rdsArn('db', other.place, other.identifier);
}

function sourceName(replica: DbInstance, sourceArn: string, source: DbInstance | undefined): string {
  return source ? nameSeenFrom(replica, source) : sourceArn;
}
