import {
  DescribeConfigRulesCommand,
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
  type EvaluationModeConfiguration,
  type MaximumExecutionFrequency,
  type Owner,
  type RecordingGroup,
  type RecordingMode,
  type ResourceType,
} from '@aws-sdk/client-config-service';
import { AwsError } from '../../gateway/aws-error';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import { until } from '../../deploy/until';
import { TemplateError, type TemplateProperties } from '../../deploy/template-properties';

/** CloudFormation's AWS Config resources. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Config.html */
export const configResources: ResourceProviders = {
  'AWS::Config::ConfigurationRecorder': {
    async create(properties, context) {
      const name = properties.optionalText('Name') ?? 'default';
      const group = properties.group('RecordingGroup');
      const mode = properties.group('RecordingMode');
      const recordingMode: RecordingMode | undefined = mode && { recordingFrequency: mode.text('RecordingFrequency') as RecordingMode['recordingFrequency'] };
      await context.aws.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name, roleARN: properties.text('RoleARN'), recordingGroup: group && groupOf(group), recordingMode } }));
      await start(context, name);
      return { ref: name };
    },
  },
  'AWS::Config::DeliveryChannel': {
    async create(properties, context) {
      const name = properties.optionalText('Name') ?? 'default';
      const snapshots = properties.group('ConfigSnapshotDeliveryProperties');
      const put = new PutDeliveryChannelCommand({
        DeliveryChannel: {
          name,
          s3BucketName: properties.text('S3BucketName'),
          s3KeyPrefix: properties.optionalText('S3KeyPrefix'),
          s3KmsKeyArn: properties.optionalText('S3KmsKeyArn'),
          snsTopicARN: properties.optionalText('SnsTopicARN'),
          ...(snapshots && { configSnapshotDeliveryProperties: { deliveryFrequency: snapshots.optionalText('DeliveryFrequency') as MaximumExecutionFrequency | undefined } }),
        },
      });
      // Neither names the other in a template, and the recorder comes first.
      await until(context, `a recorder for delivery channel ${name}`, () => context.aws.send(put).then(() => true, isWithoutRecorder));
      await start(context, 'default');
      return { ref: name };
    },
  },
  'AWS::Config::ConfigRule': {
    async create(properties, { aws, generatedName }) {
      const ConfigRuleName = properties.optionalText('ConfigRuleName') ?? generatedName(128);
      const source = properties.group('Source');
      const scope = properties.group('Scope');
      await aws.send(
        new PutConfigRuleCommand({
          ConfigRule: {
            ConfigRuleName,
            Description: properties.optionalText('Description'),
            Source: source && { Owner: source.text('Owner') as Owner, SourceIdentifier: source.optionalText('SourceIdentifier') },
            Scope: scope && {
              ComplianceResourceTypes: scope.texts('ComplianceResourceTypes'),
              ComplianceResourceId: scope.optionalText('ComplianceResourceId'),
              TagKey: scope.optionalText('TagKey'),
              TagValue: scope.optionalText('TagValue'),
            },
            ...(properties.has('InputParameters') && { InputParameters: properties.json('InputParameters') }),
            MaximumExecutionFrequency: properties.optionalText('MaximumExecutionFrequency') as MaximumExecutionFrequency | undefined,
            EvaluationModes: properties.raw<EvaluationModeConfiguration[]>('EvaluationModes'),
          },
          Tags: properties.tags(),
        }),
      );
      const { ConfigRules } = await aws.send(new DescribeConfigRulesCommand({ ConfigRuleNames: [ConfigRuleName] }));
      const rule = ConfigRules?.[0];
      if (!rule) throw new TemplateError(`the rule ${ConfigRuleName} was not created`);
      return { ref: ConfigRuleName, attributes: { Arn: rule.ConfigRuleArn, ConfigRuleId: rule.ConfigRuleId, 'Compliance.Type': 'INSUFFICIENT_DATA' } };
    },
  },
};

/** Recorder and channel wait for each other: CloudFormation starts the recorder when both are there. */
async function start({ aws }: ResourceContext, ConfigurationRecorderName: string): Promise<void> {
  try {
    await aws.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName }));
  } catch (error) {
    if (!(error instanceof AwsError) || !['NoAvailableDeliveryChannelException', 'NoSuchConfigurationRecorderException'].includes(error.code)) throw error;
  }
}

function isWithoutRecorder(error: unknown): false {
  if (error instanceof AwsError && error.code === 'NoAvailableConfigurationRecorderException') return false;
  throw error;
}

function groupOf(group: TemplateProperties): RecordingGroup {
  const strategy = group.group('RecordingStrategy');
  const exclusion = group.group('ExclusionByResourceTypes');
  return {
    allSupported: group.flag('AllSupported'),
    includeGlobalResourceTypes: group.flag('IncludeGlobalResourceTypes'),
    resourceTypes: group.texts('ResourceTypes') as ResourceType[] | undefined,
    ...(strategy && { recordingStrategy: { useOnly: strategy.text('UseOnly') as NonNullable<RecordingGroup['recordingStrategy']>['useOnly'] } }),
    ...(exclusion && { exclusionByResourceTypes: { resourceTypes: exclusion.texts('ResourceTypes') as ResourceType[] | undefined } }),
  };
}
