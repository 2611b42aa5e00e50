import {
  ConfigServiceClient,
  DescribeComplianceByConfigRuleCommand,
  DescribeConfigurationRecorderStatusCommand,
  GetComplianceDetailsByConfigRuleCommand,
  paginateDescribeConfigRules,
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigRulesEvaluationCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ModifyClusterCommand } from '@aws-sdk/client-redshift';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createServiceRole } from '../../../../../support/create-role';
import { deployResources } from '../../../../../support/deploy-resources';
import { SOURCE, WarehouseCloud } from '../redshift/redshift-fixture';

const BUCKET = 'configurations-of-1';
const RULES = {
  backups: { SourceIdentifier: 'REDSHIFT_BACKUP_ENABLED', InputParameters: '{"MinRetentionPeriod":"7"}' },
  keys: { SourceIdentifier: 'REDSHIFT_CLUSTER_KMS_ENABLED' },
  privacy: { SourceIdentifier: 'REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK' },
  transport: { SourceIdentifier: 'REDSHIFT_REQUIRE_TLS_SSL' },
  admin: { SourceIdentifier: 'REDSHIFT_DEFAULT_ADMIN_CHECK' },
  logs: { SourceIdentifier: 'REDSHIFT_AUDIT_LOGGING_ENABLED' },
  buckets: { SourceIdentifier: 'S3_BUCKET_VERSIONING_ENABLED' },
};

describe('AWS Config', () => {
  let warehouse: WarehouseCloud;
  let config: ConfigServiceClient;
  let roleARN: string;
  beforeEach(async () => {
    warehouse = await WarehouseCloud.start(SOURCE);
    config = warehouse.cloud.client(ConfigServiceClient, SOURCE);
    await warehouse.cloud.client(S3Client, SOURCE).send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    roleARN = await createServiceRole(warehouse.cloud, SOURCE, 'config.amazonaws.com', ['s3:PutObject']);
  });
  afterEach(() => warehouse.stop());

  async function record(): Promise<void> {
    await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN } }));
    await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: BUCKET } }));
    await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
  }

  function putRule(ConfigRuleName: keyof typeof RULES) {
    const { SourceIdentifier, ...more } = RULES[ConfigRuleName];
    return config.send(new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName, Source: { Owner: 'AWS', SourceIdentifier }, ...more } }));
  }

  async function compliance(): Promise<Record<string, string>> {
    const { ComplianceByConfigRules } = await config.send(new DescribeComplianceByConfigRuleCommand({}));
    return Object.fromEntries(ComplianceByConfigRules!.map(({ ConfigRuleName, Compliance }) => [ConfigRuleName!, Compliance!.ComplianceType!]));
  }

  it('records by its service-linked role only where that exists', async () => {
    const put = new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN: `arn:aws:iam::${SOURCE.account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig` } });

    await expect(config.send(put)).rejects.toMatchObject({ name: 'InvalidRoleException' });
    await warehouse.cloud.client(IAMClient, SOURCE).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'config.amazonaws.com' }));
    await expect(config.send(put)).resolves.toBeDefined();
  });

  it('judges clusters by managed rules, and again when they have changed', async () => {
    await warehouse.createCluster(SOURCE, 'sales', { AutomatedSnapshotRetentionPeriod: 1 });
    await record();
    for (const name of Object.keys(RULES) as (keyof typeof RULES)[]) await putRule(name);
    await warehouse.passMinutes(2);
    const before = await compliance();
    const details = await config.send(new GetComplianceDetailsByConfigRuleCommand({ ConfigRuleName: 'backups' }));
    await warehouse.client(SOURCE).send(new ModifyClusterCommand({ ClusterIdentifier: 'sales', AutomatedSnapshotRetentionPeriod: 7 }));
    await config.send(new StartConfigRulesEvaluationCommand({ ConfigRuleNames: ['backups'] }));
    await warehouse.passMinutes(1);

    expect(before).toEqual({ backups: 'NON_COMPLIANT', keys: 'NON_COMPLIANT', privacy: 'COMPLIANT', transport: 'COMPLIANT', admin: 'NON_COMPLIANT', logs: 'NON_COMPLIANT', buckets: 'INSUFFICIENT_DATA' });
    expect(details.EvaluationResults).toMatchObject([{ ComplianceType: 'NON_COMPLIANT', Annotation: 'Automated snapshots are kept 1 days.', EvaluationResultIdentifier: { EvaluationResultQualifier: { ResourceId: 'sales', ResourceType: 'AWS::Redshift::Cluster' } } }]);
    expect((await compliance()).backups).toBe('COMPLIANT');

    await warehouse.client(SOURCE).send(new ModifyClusterCommand({ ClusterIdentifier: 'sales', PubliclyAccessible: true }));
    await warehouse.passMinutes(70);
    expect((await compliance()).privacy).toBe('NON_COMPLIANT');
  });

  it('has no rules without a recorder, no recording without a channel, no channel without a way into the bucket', async () => {
    await expect(putRule('keys')).rejects.toMatchObject({ name: 'NoAvailableConfigurationRecorderException' });
    await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN: await createServiceRole(warehouse.cloud, SOURCE, 'config.amazonaws.com', [], 'powerless') } }));
    await expect(config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }))).rejects.toMatchObject({ name: 'NoAvailableDeliveryChannelException' });
    await expect(config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { s3BucketName: BUCKET } }))).rejects.toMatchObject({ name: 'InsufficientDeliveryPolicyException' });
    await expect(config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'second', roleARN } }))).rejects.toMatchObject({ name: 'MaxNumberOfConfigurationRecordersExceededException' });
  });

  it('is made by a template, and records', async () => {
    const stack = await deployResources(warehouse.cloud, SOURCE, {
      Recorder: { Type: 'AWS::Config::ConfigurationRecorder', Properties: { RoleARN: roleARN, RecordingGroup: { AllSupported: false, ResourceTypes: ['AWS::Redshift::Cluster'] } } },
      Channel: { Type: 'AWS::Config::DeliveryChannel', Properties: { S3BucketName: BUCKET, ConfigSnapshotDeliveryProperties: { DeliveryFrequency: 'TwentyFour_Hours' } } },
      Rule: { Type: 'AWS::Config::ConfigRule', DependsOn: ['Recorder'], Properties: { Source: { Owner: 'AWS', SourceIdentifier: 'REDSHIFT_BACKUP_ENABLED' }, InputParameters: { MinRetentionPeriod: 2 }, Scope: { ComplianceResourceTypes: ['AWS::Redshift::Cluster'] } } },
    });

    const names = [];
    for await (const { ConfigRules } of paginateDescribeConfigRules({ client: config }, {})) names.push(...ConfigRules!.map((rule) => rule.ConfigRuleName));

    expect(names).toEqual([stack.resources.get('Rule')!.ref]);
    expect((await config.send(new DescribeConfigurationRecorderStatusCommand({}))).ConfigurationRecordersStatus).toMatchObject([{ recording: true }]);
  });
});
