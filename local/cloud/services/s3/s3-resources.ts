import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
  type BucketVersioningStatus,
  type NotificationConfiguration,
  type ObjectOwnership,
  type PublicAccessBlockConfiguration,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import type { CloudClient } from '../../gateway/cloud-client';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';
import { lifecycleRule } from './template-lifecycle';
import { notificationsIn } from './template-notifications';
import { replicationIn } from './template-replication';

const LONGEST_NAME = 63;

/** CloudFormation's S3 resources, and those with which the CDK works around them. */
export const s3Resources: ResourceProviders = {
  'AWS::S3::Bucket': {
    async create(properties, context) {
      const Bucket = properties.optionalText('BucketName') ?? context.generatedName(LONGEST_NAME).toLowerCase();
      await createBucket(Bucket, properties, context);
      await configure(Bucket, properties, context.aws);
      // CORS is for browsers, and the others are for analyses that nobody here makes.
      properties.ignore('CorsConfiguration', 'MetricsConfigurations', 'IntelligentTieringConfigurations', 'AnalyticsConfigurations', 'InventoryConfigurations');
      return {
        ref: Bucket,
        attributes: {
          Arn: `arn:aws:s3:::${Bucket}`,
          DomainName: `${Bucket}.s3.amazonaws.com`,
          RegionalDomainName: `${Bucket}.s3.${context.region}.amazonaws.com`,
          DualStackDomainName: `${Bucket}.s3.dualstack.${context.region}.amazonaws.com`,
        },
      };
    },
  },
  'AWS::S3::BucketPolicy': {
    async create(properties, { aws }) {
      const Bucket = properties.text('Bucket');
      await aws.send(new PutBucketPolicyCommand({ Bucket, Policy: properties.json('PolicyDocument') }));
      return { ref: Bucket };
    },
  },
  // What the CDK's own function would do with these: https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-s3/lib/notifications-resource
  'Custom::S3BucketNotifications': {
    async create(properties, { aws }) {
      const Bucket = properties.text('BucketName');
      await aws.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: properties.raw<NotificationConfiguration>('NotificationConfiguration') }));
      properties.ignore('ServiceToken', 'Managed', 'SkipDestinationValidation');
      return { ref: Bucket };
    },
  },
  // It acts when the stack is deleted.
  'Custom::S3AutoDeleteObjects': {
    async create(properties) {
      properties.ignore('ServiceToken');
      return { ref: properties.text('BucketName') };
    },
  },
};

async function createBucket(Bucket: string, properties: TemplateProperties, { aws, region }: ResourceContext): Promise<void> {
  await aws.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: region === 'us-east-1' ? undefined : { LocationConstraint: region as BucketLocationConstraint },
      ObjectLockEnabledForBucket: properties.flag('ObjectLockEnabled'),
    }),
  );
}

async function configure(Bucket: string, properties: TemplateProperties, aws: CloudClient): Promise<void> {
  const tags = properties.tags();
  if (tags.length > 0) await aws.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
  const versioning = properties.group('VersioningConfiguration');
  if (versioning) await aws.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: versioning.text('Status') as BucketVersioningStatus } }));
  await configureProtection(Bucket, properties, aws);
  const lifecycle = properties.group('LifecycleConfiguration');
  if (lifecycle) await aws.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: lifecycle.groups('Rules').map(lifecycleRule) } }));
  const logging = properties.group('LoggingConfiguration');
  if (logging) {
    const LoggingEnabled = { TargetBucket: logging.optionalText('DestinationBucketName') ?? Bucket, TargetPrefix: logging.optionalText('LogFilePrefix') ?? '' };
    await aws.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
  }
  const notifications = properties.group('NotificationConfiguration');
  if (notifications) await aws.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: notificationsIn(notifications) }));
  const replication = properties.group('ReplicationConfiguration');
  if (replication) await aws.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: replicationIn(replication) }));
}

async function configureProtection(Bucket: string, properties: TemplateProperties, aws: CloudClient): Promise<void> {
  const [encryption] = properties.group('BucketEncryption')?.groups('ServerSideEncryptionConfiguration') ?? [];
  const byDefault = encryption?.group('ServerSideEncryptionByDefault');
  if (encryption && byDefault) {
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: byDefault.text('SSEAlgorithm') as ServerSideEncryption, KMSMasterKeyID: byDefault.optionalText('KMSMasterKeyID') };
    const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: encryption.flag('BucketKeyEnabled') }];
    await aws.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  }
  const publicAccess = properties.group('PublicAccessBlockConfiguration');
  if (publicAccess) {
    const flags = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;
    const PublicAccessBlockConfiguration: PublicAccessBlockConfiguration = Object.fromEntries(flags.map((flag) => [flag, publicAccess.flag(flag) ?? false]));
    await aws.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  }
  const [ownership] = properties.group('OwnershipControls')?.groups('Rules') ?? [];
  if (ownership) {
    await aws.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: ownership.text('ObjectOwnership') as ObjectOwnership }] } }));
  }
  const lock = properties.group('ObjectLockConfiguration');
  if (!lock) return;
  const retention = lock.group('Rule')?.group('DefaultRetention');
  const DefaultRetention = retention && { Mode: retention.text('Mode') as 'GOVERNANCE' | 'COMPLIANCE', Days: retention.number('Days'), Years: retention.number('Years') };
  const ObjectLockConfiguration = { ObjectLockEnabled: lock.optionalText('ObjectLockEnabled') as 'Enabled' | undefined, ...(DefaultRetention && { Rule: { DefaultRetention } }) };
  await aws.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
}
