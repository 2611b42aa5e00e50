import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutMetricFilterCommand,
  PutQueryDefinitionCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  type LogGroupClass,
  type QueryLanguage,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ResourceProviders } from '../../deploy/resource-provider';
import { groupArn } from './logs-state';

/** CloudFormation's resources of CloudWatch Logs. */
export const logsResources: ResourceProviders = {
  'AWS::Logs::LogGroup': {
    async create(properties, { aws, account, region, generatedName }) {
      const logGroupName = properties.optionalText('LogGroupName') ?? generatedName();
      await aws.send(
        new CreateLogGroupCommand({
          logGroupName,
          kmsKeyId: properties.optionalText('KmsKeyId'),
          logGroupClass: properties.optionalText('LogGroupClass') as LogGroupClass | undefined,
          deletionProtectionEnabled: properties.flag('DeletionProtectionEnabled'),
          tags: Object.fromEntries(properties.tags().map(({ Key, Value }) => [Key, Value])),
        }),
      );
      const retentionInDays = properties.number('RetentionInDays');
      if (retentionInDays !== undefined) await aws.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
      return { ref: logGroupName, attributes: { Arn: `${groupArn({ account, region }, logGroupName)}:*` } };
    },
  },
  'AWS::Logs::LogStream': {
    async create(properties, { aws, generatedName }) {
      const logStreamName = properties.optionalText('LogStreamName') ?? generatedName();
      await aws.send(new CreateLogStreamCommand({ logGroupName: properties.text('LogGroupName'), logStreamName }));
      return { ref: logStreamName };
    },
  },
  'AWS::Logs::MetricFilter': {
    async create(properties, { aws, generatedName }) {
      const filterName = properties.optionalText('FilterName') ?? generatedName();
      const metricTransformations = properties.groups('MetricTransformations').map((one) => ({
        metricName: one.text('MetricName'),
        metricNamespace: one.text('MetricNamespace'),
        metricValue: one.text('MetricValue'),
        defaultValue: one.number('DefaultValue'),
        unit: one.optionalText('Unit') as StandardUnit | undefined,
        dimensions: one.has('Dimensions') ? Object.fromEntries(one.groups('Dimensions').map((dimension) => [dimension.text('Key'), dimension.text('Value')])) : undefined,
      }));
      await aws.send(new PutMetricFilterCommand({ logGroupName: properties.text('LogGroupName'), filterName, filterPattern: properties.text('FilterPattern'), metricTransformations }));
      return { ref: filterName };
    },
  },
  'AWS::Logs::ResourcePolicy': {
    async create(properties, { aws }) {
      const policyName = properties.text('PolicyName');
      await aws.send(new PutResourcePolicyCommand({ policyName, policyDocument: properties.json('PolicyDocument') }));
      return { ref: policyName };
    },
  },
  'AWS::Logs::QueryDefinition': {
    async create(properties, { aws }) {
      const { queryDefinitionId = '' } = await aws.send(
        new PutQueryDefinitionCommand({ name: properties.text('Name'), queryString: properties.text('QueryString'), logGroupNames: properties.texts('LogGroupNames'), queryLanguage: properties.optionalText('QueryLanguage') as QueryLanguage | undefined }),
      );
      return { ref: queryDefinitionId, attributes: { QueryDefinitionId: queryDefinitionId } };
    },
  },
};
