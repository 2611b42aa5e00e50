import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  type CreateDBInstanceMessage,
  type DBInstance,
} from '@aws-sdk/client-rds';
import type { DeployedResource, ResourceContext, ResourceProvider } from '../../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../../deploy/template-properties';
import { parseRdsArn } from '../rds-arn';
import { untilAvailable } from './await-status';
import { MAX_IDENTIFIER, physicalName } from './physical-name';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html */
export const dbInstanceResource: ResourceProvider = {
  async create(properties, context) {
    const identifier = physicalName(properties.optionalText('DBInstanceIdentifier'), context, MAX_IDENTIFIER);
    const source = properties.optionalText('SourceDBInstanceIdentifier');
    const snapshot = properties.optionalText('DBSnapshotIdentifier');
    const common = commonMembers(properties, identifier);
    if (source !== undefined) await replicate(properties, context, common, source);
    else if (snapshot !== undefined) await restore(properties, context, common, snapshot);
    else await createInstance(properties, context, common);
    // They concern updates and deletions.
    properties.ignore('ApplyImmediately', 'AllowMajorVersionUpgrade', 'DeleteAutomatedBackups', 'CertificateRotationRestart');
    return deployed(await awaitInstance(context, identifier));
  },
};

type Common = ReturnType<typeof commonMembers>;

/** Members that creating, restoring and replicating understand alike. */
function commonMembers(properties: TemplateProperties, identifier: string) {
  return {
    DBInstanceIdentifier: identifier,
    AllocatedStorage: properties.number('AllocatedStorage'),
    AvailabilityZone: properties.optionalText('AvailabilityZone'),
    AutoMinorVersionUpgrade: properties.flag('AutoMinorVersionUpgrade'),
    CopyTagsToSnapshot: properties.flag('CopyTagsToSnapshot'),
    DBInstanceClass: properties.optionalText('DBInstanceClass'),
    DBParameterGroupName: properties.optionalText('DBParameterGroupName'),
    DBSubnetGroupName: properties.optionalText('DBSubnetGroupName'),
    DeletionProtection: properties.flag('DeletionProtection'),
    EnableCloudwatchLogsExports: properties.texts('EnableCloudwatchLogsExports'),
    EnableIAMDatabaseAuthentication: properties.flag('EnableIAMDatabaseAuthentication'),
    Iops: properties.number('Iops'),
    MaxAllocatedStorage: properties.number('MaxAllocatedStorage'),
    MultiAZ: properties.flag('MultiAZ'),
    NetworkType: properties.optionalText('NetworkType'),
    Port: properties.number('Port'),
    PubliclyAccessible: properties.flag('PubliclyAccessible'),
    StorageThroughput: properties.number('StorageThroughput'),
    StorageType: properties.optionalText('StorageType'),
    CACertificateIdentifier: properties.optionalText('CACertificateIdentifier'),
    VpcSecurityGroupIds: properties.texts('VPCSecurityGroups'),
    Tags: properties.tags(),
  };
}

/** Members of creating and replicating that a restore does not take. */
function monitoringMembers(properties: TemplateProperties) {
  return {
    MonitoringInterval: properties.number('MonitoringInterval'),
    MonitoringRoleArn: properties.optionalText('MonitoringRoleArn'),
    EnablePerformanceInsights: properties.flag('EnablePerformanceInsights'),
    PerformanceInsightsKMSKeyId: properties.optionalText('PerformanceInsightsKMSKeyId'),
    PerformanceInsightsRetentionPeriod: properties.number('PerformanceInsightsRetentionPeriod'),
    DatabaseInsightsMode: properties.optionalText('DatabaseInsightsMode') as CreateDBInstanceMessage['DatabaseInsightsMode'],
    KmsKeyId: properties.optionalText('KmsKeyId'),
  };
}

async function createInstance(properties: TemplateProperties, { aws }: ResourceContext, common: Common): Promise<void> {
  await aws.send(
    new CreateDBInstanceCommand({
      ...common,
      ...monitoringMembers(properties),
      DBInstanceClass: properties.text('DBInstanceClass'),
      Engine: properties.text('Engine'),
      EngineVersion: properties.optionalText('EngineVersion'),
      EngineLifecycleSupport: properties.optionalText('EngineLifecycleSupport'),
      DBClusterIdentifier: properties.optionalText('DBClusterIdentifier'),
      DBName: properties.optionalText('DBName'),
      MasterUsername: properties.optionalText('MasterUsername'),
      MasterUserPassword: properties.optionalText('MasterUserPassword'),
      ManageMasterUserPassword: properties.flag('ManageMasterUserPassword'),
      MasterUserSecretKmsKeyId: properties.group('MasterUserSecret')?.optionalText('KmsKeyId'),
      StorageEncrypted: properties.flag('StorageEncrypted'),
      BackupRetentionPeriod: properties.number('BackupRetentionPeriod'),
      PreferredBackupWindow: properties.optionalText('PreferredBackupWindow'),
      PreferredMaintenanceWindow: properties.optionalText('PreferredMaintenanceWindow'),
      PromotionTier: properties.number('PromotionTier'),
      LicenseModel: properties.optionalText('LicenseModel'),
    }),
  );
}

/** A source in another region is named by ARN. CloudFormation signs the request for that region only when `SourceRegion` says which it is. */
async function replicate(properties: TemplateProperties, context: ResourceContext, common: Common, source: string): Promise<void> {
  const sourceRegion = properties.optionalText('SourceRegion');
  const arn = parseRdsArn(source);
  if (sourceRegion !== undefined && sourceRegion !== (arn?.place.region ?? context.region)) {
    throw new TemplateError(`SourceRegion is ${sourceRegion}, but SourceDBInstanceIdentifier is ${source}: an instance of another region is named by its ARN`);
  }
  // What the replica has from its source.
  properties.ignore('Engine', 'EngineVersion', 'StorageEncrypted', 'DBName', 'MasterUsername', 'LicenseModel', 'EngineLifecycleSupport');
  const signed = sourceRegion !== undefined && { PreSignedUrl: `https://rds.${sourceRegion}.amazonaws.com/?Action=CreateDBInstanceReadReplica&DestinationRegion=${context.region}` };
  await context.aws.send(new CreateDBInstanceReadReplicaCommand({ ...common, ...monitoringMembers(properties), ...signed, SourceDBInstanceIdentifier: source }));
  await modifyCreated(properties, context, common.DBInstanceIdentifier);
}

async function restore(properties: TemplateProperties, context: ResourceContext, common: Common, snapshot: string): Promise<void> {
  // The snapshot decides about these.
  properties.ignore('StorageEncrypted', 'KmsKeyId', 'DBName', 'MasterUsername', 'EngineVersion', 'EngineLifecycleSupport', 'EnablePerformanceInsights', 'DatabaseInsightsMode');
  const { MaxAllocatedStorage: _, ...accepted } = common;
  await context.aws.send(
    new RestoreDBInstanceFromDBSnapshotCommand({
      ...accepted,
      DBSnapshotIdentifier: snapshot,
      Engine: properties.optionalText('Engine'),
      LicenseModel: properties.optionalText('LicenseModel'),
    }),
  );
  await modifyCreated(properties, context, common.DBInstanceIdentifier);
}

/** Settings that neither a replica nor a restore takes are set afterwards. */
async function modifyCreated(properties: TemplateProperties, context: ResourceContext, identifier: string): Promise<void> {
  const modification = {
    BackupRetentionPeriod: properties.number('BackupRetentionPeriod'),
    PreferredBackupWindow: properties.optionalText('PreferredBackupWindow'),
    PreferredMaintenanceWindow: properties.optionalText('PreferredMaintenanceWindow'),
    MasterUserPassword: properties.optionalText('MasterUserPassword'),
    ManageMasterUserPassword: properties.flag('ManageMasterUserPassword'),
    MasterUserSecretKmsKeyId: properties.group('MasterUserSecret')?.optionalText('KmsKeyId'),
  };
  if (Object.values(modification).every((value) => value === undefined)) return;
  await awaitInstance(context, identifier);
  await context.aws.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: identifier, ApplyImmediately: true, ...modification }));
}

async function awaitInstance(context: ResourceContext, identifier: string): Promise<DBInstance> {
  const describe = async () => (await context.aws.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))).DBInstances?.[0];
  return untilAvailable(context, `DB instance ${identifier}`, describe, ({ DBInstanceStatus }) => DBInstanceStatus);
}

function deployed(instance: DBInstance): DeployedResource {
  if (!instance.DBInstanceIdentifier) throw new TemplateError('a DB instance was described without its identifier');
  return {
    ref: instance.DBInstanceIdentifier,
    attributes: {
      DBInstanceArn: instance.DBInstanceArn,
      DbiResourceId: instance.DbiResourceId,
      DBInstanceStatus: instance.DBInstanceStatus,
      'Endpoint.Address': instance.Endpoint?.Address,
      'Endpoint.Port': String(instance.Endpoint?.Port),
      'Endpoint.HostedZoneId': instance.Endpoint?.HostedZoneId,
      'MasterUserSecret.SecretArn': instance.MasterUserSecret?.SecretArn,
      'CertificateDetails.CAIdentifier': instance.CACertificateIdentifier,
      InstanceCreateTime: instance.InstanceCreateTime?.toISOString(),
      ReadReplicaDBInstanceIdentifiers: instance.ReadReplicaDBInstanceIdentifiers,
    },
  };
}
