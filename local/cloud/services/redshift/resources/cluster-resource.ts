import {
  CreateClusterCommand,
  DescribeClustersCommand,
  EnableLoggingCommand,
  EnableSnapshotCopyCommand,
  RestoreFromClusterSnapshotCommand,
  type Cluster,
} from '@aws-sdk/client-redshift';
import type { DeployedResource, ResourceContext, ResourceProvider } from '../../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../../deploy/template-properties';
import { untilAvailable } from '../../rds/resources/await-status';
import { MAX_IDENTIFIER, physicalName } from '../../rds/resources/physical-name';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-redshift-cluster.html */
export const clusterResource: ResourceProvider = {
  async create(properties, context) {
    const identifier = physicalName(properties.optionalText('ClusterIdentifier'), context, MAX_IDENTIFIER);
    const common = commonMembers(properties, identifier);
    if (properties.has('SnapshotIdentifier')) await restore(properties, context, common);
    else await createCluster(properties, context, common);
    await awaitCluster(context, identifier);
    await enableLogging(properties, context, identifier);
    await enableSnapshotCopy(properties, context, identifier);
    // They concern updates, or what has only one value.
    properties.ignore('Classic', 'RevisionTarget', 'ResourceAction', 'RotateEncryptionKey', 'AquaConfigurationStatus', 'ClusterVersion', 'AllowVersionUpgrade');
    return deployed(await awaitCluster(context, identifier));
  },
};

type Common = ReturnType<typeof commonMembers>;

/** Members that creating and restoring understand alike. */
function commonMembers(properties: TemplateProperties, identifier: string) {
  return {
    ClusterIdentifier: identifier,
    NodeType: properties.optionalText('NodeType'),
    NumberOfNodes: properties.number('NumberOfNodes'),
    Port: properties.number('Port'),
    AvailabilityZone: properties.optionalText('AvailabilityZone'),
    ClusterSubnetGroupName: properties.optionalText('ClusterSubnetGroupName'),
    ClusterParameterGroupName: properties.optionalText('ClusterParameterGroupName'),
    VpcSecurityGroupIds: properties.texts('VpcSecurityGroupIds'),
    PubliclyAccessible: properties.flag('PubliclyAccessible'),
    EnhancedVpcRouting: properties.flag('EnhancedVpcRouting'),
    AutomatedSnapshotRetentionPeriod: properties.number('AutomatedSnapshotRetentionPeriod'),
    ManualSnapshotRetentionPeriod: properties.number('ManualSnapshotRetentionPeriod'),
    PreferredMaintenanceWindow: properties.optionalText('PreferredMaintenanceWindow'),
    MaintenanceTrackName: properties.optionalText('MaintenanceTrackName'),
    KmsKeyId: properties.optionalText('KmsKeyId'),
    Encrypted: properties.flag('Encrypted'),
    IamRoles: properties.texts('IamRoles'),
    ManageMasterPassword: properties.flag('ManageMasterPassword'),
    MasterPasswordSecretKmsKeyId: properties.optionalText('MasterPasswordSecretKmsKeyId'),
    AvailabilityZoneRelocation: properties.flag('AvailabilityZoneRelocation'),
    MultiAZ: properties.flag('MultiAZ'),
  };
}

async function createCluster(properties: TemplateProperties, { aws }: ResourceContext, common: Common): Promise<void> {
  await aws.send(
    new CreateClusterCommand({
      ...common,
      NodeType: common.NodeType,
      ClusterType: properties.text('ClusterType'),
      DBName: properties.text('DBName'),
      MasterUsername: properties.text('MasterUsername'),
      MasterUserPassword: properties.optionalText('MasterUserPassword'),
      Tags: properties.tags(),
    }),
  );
}

/** A restored cluster has its database and its admin user from the snapshot. */
async function restore(properties: TemplateProperties, { aws }: ResourceContext, common: Common): Promise<void> {
  properties.ignore('ClusterType', 'DBName', 'MasterUsername', 'MasterUserPassword');
  if (properties.tags().length > 0) throw new TemplateError('the local cloud does not tag a cluster that is restored by a template');
  await aws.send(
    new RestoreFromClusterSnapshotCommand({
      ...common,
      SnapshotIdentifier: properties.text('SnapshotIdentifier'),
      SnapshotClusterIdentifier: properties.optionalText('SnapshotClusterIdentifier'),
      OwnerAccount: properties.optionalText('OwnerAccount'),
    }),
  );
}

async function enableLogging(properties: TemplateProperties, { aws }: ResourceContext, ClusterIdentifier: string): Promise<void> {
  const logging = properties.group('LoggingProperties');
  if (!logging) return;
  await aws.send(
    new EnableLoggingCommand({
      ClusterIdentifier,
      BucketName: logging.optionalText('BucketName'),
      S3KeyPrefix: logging.optionalText('S3KeyPrefix'),
      LogDestinationType: logging.optionalText('LogDestinationType') as 's3' | undefined,
      LogExports: logging.texts('LogExports'),
    }),
  );
}

async function enableSnapshotCopy(properties: TemplateProperties, { aws }: ResourceContext, ClusterIdentifier: string): Promise<void> {
  const DestinationRegion = properties.optionalText('DestinationRegion');
  const isForManual = properties.flag('SnapshotCopyManual') ?? false;
  const days = properties.number('SnapshotCopyRetentionPeriod');
  const SnapshotCopyGrantName = properties.optionalText('SnapshotCopyGrantName');
  if (DestinationRegion === undefined) return;
  const retention = isForManual ? { ManualSnapshotRetentionPeriod: days } : { RetentionPeriod: days };
  await aws.send(new EnableSnapshotCopyCommand({ ClusterIdentifier, DestinationRegion, SnapshotCopyGrantName, ...retention }));
}

async function awaitCluster(context: ResourceContext, identifier: string): Promise<Cluster> {
  const describe = async () => (await context.aws.send(new DescribeClustersCommand({ ClusterIdentifier: identifier }))).Clusters?.[0];
  return untilAvailable(context, `cluster ${identifier}`, describe, ({ ClusterStatus }) => ClusterStatus);
}

function deployed(cluster: Cluster): DeployedResource {
  if (!cluster.ClusterIdentifier) throw new TemplateError('a cluster was described without its identifier');
  return {
    ref: cluster.ClusterIdentifier,
    attributes: {
      ClusterNamespaceArn: cluster.ClusterNamespaceArn,
      'Endpoint.Address': cluster.Endpoint?.Address,
      'Endpoint.Port': String(cluster.Endpoint?.Port),
      MasterPasswordSecretArn: cluster.MasterPasswordSecretArn,
    },
  };
}
