import {
  CreateDBClusterCommand,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  type CreateDBClusterMessage,
  type DBCluster,
} from '@aws-sdk/client-rds';
import type { DeployedResource, ResourceContext, ResourceProvider } from '../../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../../deploy/template-properties';
import { untilAvailable } from './await-status';
import { MAX_IDENTIFIER, physicalName } from './physical-name';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbcluster.html */
export const dbClusterResource: ResourceProvider = {
  async create(properties, context) {
    const identifier = physicalName(properties.optionalText('DBClusterIdentifier'), context, MAX_IDENTIFIER);
    const snapshotIdentifier = properties.optionalText('SnapshotIdentifier');
    const sourceIdentifier = properties.optionalText('SourceDBClusterIdentifier');
    const common = commonMembers(properties, identifier);
    if (snapshotIdentifier !== undefined) await restoreSnapshot(properties, context, common, snapshotIdentifier);
    else if (sourceIdentifier !== undefined) await restoreCluster(properties, context, common, sourceIdentifier);
    else await createCluster(properties, context, common);
    // Nothing is deleted by a deployment.
    properties.ignore('DeleteAutomatedBackups');
    return deployed(await awaitCluster(context, identifier));
  },
};

type Common = ReturnType<typeof commonMembers>;

/** Members that creating and restoring understand alike. */
function commonMembers(properties: TemplateProperties, identifier: string) {
  return {
    DBClusterIdentifier: identifier,
    EngineVersion: properties.optionalText('EngineVersion'),
    Port: properties.number('Port'),
    DBSubnetGroupName: properties.optionalText('DBSubnetGroupName'),
    VpcSecurityGroupIds: properties.texts('VpcSecurityGroupIds'),
    DBClusterParameterGroupName: properties.optionalText('DBClusterParameterGroupName'),
    KmsKeyId: properties.optionalText('KmsKeyId'),
    StorageType: properties.optionalText('StorageType'),
    DeletionProtection: properties.flag('DeletionProtection'),
    CopyTagsToSnapshot: properties.flag('CopyTagsToSnapshot'),
    EnableIAMDatabaseAuthentication: properties.flag('EnableIAMDatabaseAuthentication'),
    EnableCloudwatchLogsExports: properties.texts('EnableCloudwatchLogsExports'),
    ServerlessV2ScalingConfiguration: properties.raw<CreateDBClusterMessage['ServerlessV2ScalingConfiguration']>('ServerlessV2ScalingConfiguration'),
    MonitoringInterval: properties.number('MonitoringInterval'),
    MonitoringRoleArn: properties.optionalText('MonitoringRoleArn'),
    EnablePerformanceInsights: properties.flag('PerformanceInsightsEnabled'),
    PerformanceInsightsKMSKeyId: properties.optionalText('PerformanceInsightsKmsKeyId'),
    PerformanceInsightsRetentionPeriod: properties.number('PerformanceInsightsRetentionPeriod'),
    EngineLifecycleSupport: properties.optionalText('EngineLifecycleSupport'),
    EngineMode: properties.optionalText('EngineMode'),
    NetworkType: properties.optionalText('NetworkType'),
    PubliclyAccessible: properties.flag('PubliclyAccessible'),
    AvailabilityZones: properties.texts('AvailabilityZones'),
    BackupRetentionPeriod: properties.number('BackupRetentionPeriod'),
    PreferredBackupWindow: properties.optionalText('PreferredBackupWindow'),
    Tags: properties.tags(),
  };
}

async function createCluster(properties: TemplateProperties, { aws }: ResourceContext, common: Common): Promise<void> {
  await aws.send(
    new CreateDBClusterCommand({
      ...common,
      Engine: properties.text('Engine'),
      DatabaseName: properties.optionalText('DatabaseName'),
      MasterUsername: properties.optionalText('MasterUsername'),
      MasterUserPassword: properties.optionalText('MasterUserPassword'),
      ManageMasterUserPassword: properties.flag('ManageMasterUserPassword'),
      MasterUserSecretKmsKeyId: properties.group('MasterUserSecret')?.optionalText('KmsKeyId'),
      StorageEncrypted: properties.flag('StorageEncrypted'),
      PreferredMaintenanceWindow: properties.optionalText('PreferredMaintenanceWindow'),
      AutoMinorVersionUpgrade: properties.flag('AutoMinorVersionUpgrade'),
      EnableHttpEndpoint: properties.flag('EnableHttpEndpoint'),
      DatabaseInsightsMode: properties.optionalText('DatabaseInsightsMode') as CreateDBClusterMessage['DatabaseInsightsMode'],
    }),
  );
}

/** A restored cluster gets its password and maintenance window by a modification: the restore does not take them. */
async function restoreSnapshot(properties: TemplateProperties, context: ResourceContext, common: Common, snapshotIdentifier: string): Promise<void> {
  await context.aws.send(new RestoreDBClusterFromSnapshotCommand({ ...common, SnapshotIdentifier: snapshotIdentifier, Engine: properties.text('Engine') }));
  await modifyRestored(properties, context, common.DBClusterIdentifier);
}

async function restoreCluster(properties: TemplateProperties, context: ResourceContext, common: Common, sourceIdentifier: string): Promise<void> {
  const { EngineVersion: _version, AvailabilityZones: _zones, EngineMode: _mode, ...accepted } = common;
  properties.ignore('Engine');
  await context.aws.send(
    new RestoreDBClusterToPointInTimeCommand({
      ...accepted,
      SourceDBClusterIdentifier: sourceIdentifier,
      RestoreType: properties.optionalText('RestoreType'),
      UseLatestRestorableTime: properties.flag('UseLatestRestorableTime'),
    }),
  );
  await modifyRestored(properties, context, common.DBClusterIdentifier);
}

async function modifyRestored(properties: TemplateProperties, context: ResourceContext, identifier: string): Promise<void> {
  // CloudFormation's page: "If you specify SnapshotIdentifier, StorageEncrypted and MasterUsername are inherited".
  properties.ignore('StorageEncrypted', 'MasterUsername', 'AutoMinorVersionUpgrade', 'DatabaseInsightsMode');
  const modification = {
    MasterUserPassword: properties.optionalText('MasterUserPassword'),
    ManageMasterUserPassword: properties.flag('ManageMasterUserPassword'),
    MasterUserSecretKmsKeyId: properties.group('MasterUserSecret')?.optionalText('KmsKeyId'),
    PreferredMaintenanceWindow: properties.optionalText('PreferredMaintenanceWindow'),
    EnableHttpEndpoint: properties.flag('EnableHttpEndpoint'),
  };
  if (Object.values(modification).every((value) => value === undefined)) return;
  await awaitCluster(context, identifier);
  await context.aws.send(new ModifyDBClusterCommand({ DBClusterIdentifier: identifier, ApplyImmediately: true, ...modification }));
}

async function awaitCluster(context: ResourceContext, identifier: string): Promise<DBCluster> {
  const describe = async () => (await context.aws.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }))).DBClusters?.[0];
  return untilAvailable(context, `DB cluster ${identifier}`, describe, ({ Status }) => Status);
}

function deployed(cluster: DBCluster): DeployedResource {
  if (!cluster.DBClusterIdentifier) throw new TemplateError('a DB cluster was described without its identifier');
  return {
    ref: cluster.DBClusterIdentifier,
    attributes: {
      DBClusterArn: cluster.DBClusterArn,
      DBClusterResourceId: cluster.DbClusterResourceId,
      'Endpoint.Address': cluster.Endpoint,
      'Endpoint.Port': String(cluster.Port),
      'ReadEndpoint.Address': cluster.ReaderEndpoint,
      'MasterUserSecret.SecretArn': cluster.MasterUserSecret?.SecretArn,
      StorageEncryptionType: cluster.StorageEncryptionType,
      StorageThroughput: 0,
    },
  };
}
