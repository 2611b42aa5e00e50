import type { DBCluster } from '@aws-sdk/client-rds';
import { tagList } from '../../../gateway/tags';
import { readerHostname, writerHostname } from '../endpoint-names';
import { optionGroupOf } from '../engine-versions';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { describeEncryption } from '../state/encryption';
import type { DbCluster } from '../state/database';
import { latestRestorableTime } from './restorable-time';

/** Where Route 53 keeps the names of databases, the same for everybody in a region. */
const HOSTED_ZONE_ID = 'Z1R2IYX4GZC7LX';

/** A cluster as the API shows it. */
export function describeCluster({ estate, passages, cloud }: Pick<RdsContext, 'estate' | 'passages' | 'cloud'>, cluster: DbCluster): DBCluster {
  const { place, identifier, traits, network, backups } = cluster;
  const members = estate.in(place).membersOf(cluster);
  const zones = estate.in(place).subnetGroups.get(network.subnetGroupName)?.subnets.map(({ availabilityZone }) => availabilityZone) ?? [];
  return {
    ...cluster.shown,
    ...describeEncryption(traits.encryption),
    // "For Aurora, AllocatedStorage always returns 1, because Aurora DB cluster storage size isn't fixed": the SDK's type text.
    AllocatedStorage: 1,
    AvailabilityZones: [...new Set(zones)],
    BackupRetentionPeriod: backups.retentionDays,
    DatabaseName: traits.databaseName,
    DBClusterIdentifier: identifier,
    DBClusterArn: rdsArn('cluster', place, identifier),
    DbClusterResourceId: cluster.resourceId,
    DBClusterParameterGroup: cluster.parameterGroupName,
    DBClusterOptionGroupMemberships: [{ DBClusterOptionGroupName: optionGroupOf(traits.engine, traits.engineVersion), Status: 'in-sync' }],
    DBSubnetGroup: network.subnetGroupName,
    Status: cluster.status,
    PercentProgress: cluster.status === 'creating' ? String(passages.percentOf(cluster)) : undefined,
    EarliestRestorableTime: cluster.createdAt,
    LatestRestorableTime: latestRestorableTime(cloud.clock.now(), cluster),
    Endpoint: writerHostname(cluster),
    ReaderEndpoint: readerHostname(cluster),
    HostedZoneId: HOSTED_ZONE_ID,
    MultiAZ: new Set(members.map(({ availabilityZone }) => availabilityZone)).size > 1,
    Engine: traits.engine,
    EngineVersion: traits.engineVersion,
    EngineMode: 'provisioned',
    Port: traits.port,
    MasterUsername: traits.masterUsername,
    // Only while there is such a change: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ClusterPendingModifiedValues.html
    PendingModifiedValues: cluster.status === 'resetting-master-credentials' ? { MasterUserPassword: '****' } : undefined,
    MasterUserSecret: cluster.secret && { SecretArn: cluster.secret.arn, SecretStatus: 'active', KmsKeyId: cluster.secret.kmsKeyId },
    PreferredBackupWindow: backups.window,
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    ReadReplicaIdentifiers: [],
    DBClusterMembers: members.map((member) => ({
      DBInstanceIdentifier: member.identifier,
      IsClusterWriter: member === cluster.writer,
      DBClusterParameterGroupStatus: member.pendingReboot ? 'pending-reboot' : 'in-sync',
      PromotionTier: member.promotionTier,
    })),
    VpcSecurityGroups: network.securityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    AssociatedRoles: [],
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
    CloneGroupId: cluster.cloneGroupId,
    ClusterCreateTime: cluster.createdAt,
    StorageType: traits.storageType === 'aurora' ? undefined : traits.storageType,
    PubliclyAccessible: network.publiclyAccessible,
    DeletionProtection: cluster.deletionProtection,
    CopyTagsToSnapshot: cluster.copyTagsToSnapshot,
    CrossAccountClone: false,
    DomainMemberships: [],
    TagList: tagList(cluster.tags),
    AutomaticRestartTime: cluster.startsAgainAt,
  };
}
