import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  PublishVersionCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { regionalArn } from '../../gateway/arn';
import type { ResourceProviders } from '../../deploy/resource-provider';
import { until } from '../../deploy/until';
import type { FunctionCode } from './function-code';
import { functionArn, parseFunctionName } from './function-name';
import { functionResource } from './function-resource';

/** CloudFormation's Lambda resources. */
export function lambdaResources(code: FunctionCode): ResourceProviders {
  return { 'AWS::Lambda::Function': functionResource(code), ...RESOURCES };
}

const RESOURCES: ResourceProviders = {
  'AWS::Lambda::Permission': {
    async create(properties, { aws, logicalId }) {
      const StatementId = logicalId;
      await aws.send(
        new AddPermissionCommand({
          StatementId,
          FunctionName: properties.text('FunctionName'),
          Action: properties.text('Action'),
          Principal: properties.text('Principal'),
          SourceArn: properties.optionalText('SourceArn'),
          SourceAccount: properties.optionalText('SourceAccount'),
          PrincipalOrgID: properties.optionalText('PrincipalOrgID'),
        }),
      );
      return { ref: StatementId, attributes: { Id: StatementId } };
    },
  },
  'AWS::Lambda::EventInvokeConfig': {
    async create(properties, { aws, generatedName }) {
      await aws.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: properties.text('FunctionName'),
          Qualifier: properties.optionalText('Qualifier'),
          MaximumRetryAttempts: properties.number('MaximumRetryAttempts'),
          MaximumEventAgeInSeconds: properties.number('MaximumEventAgeInSeconds'),
          DestinationConfig: properties.raw('DestinationConfig'),
        }),
      );
      return { ref: generatedName() };
    },
  },
  'AWS::Lambda::EventSourceMapping': {
    async create(properties, context) {
      const { UUID = '' } = await context.aws.send(
        new CreateEventSourceMappingCommand({
          FunctionName: properties.text('FunctionName'),
          EventSourceArn: properties.text('EventSourceArn'),
          Enabled: properties.flag('Enabled'),
          BatchSize: properties.number('BatchSize'),
          MaximumBatchingWindowInSeconds: properties.number('MaximumBatchingWindowInSeconds'),
          FunctionResponseTypes: properties.raw('FunctionResponseTypes'),
          ScalingConfig: properties.raw('ScalingConfig'),
          FilterCriteria: properties.raw('FilterCriteria'),
        }),
      );
      await until(context, `event source mapping ${UUID}`, async () => (await context.aws.send(new GetEventSourceMappingCommand({ UUID }))).State !== 'Creating');
      return { ref: UUID, attributes: { Id: UUID, EventSourceMappingArn: regionalArn('lambda', context, `event-source-mapping:${UUID}`) } };
    },
  },
  'AWS::Lambda::Version': {
    async create(properties, { aws }) {
      const { FunctionArn = '', Version } = await aws.send(
        new PublishVersionCommand({ FunctionName: properties.text('FunctionName'), Description: properties.optionalText('Description'), CodeSha256: properties.optionalText('CodeSha256') }),
      );
      return { ref: FunctionArn, attributes: { FunctionArn, Version } };
    },
  },
  'AWS::Lambda::Alias': {
    async create(properties, context) {
      const [FunctionName, Name] = [properties.text('FunctionName'), properties.text('Name')];
      await context.aws.send(
        new CreateAliasCommand({ FunctionName, Name, FunctionVersion: properties.text('FunctionVersion'), Description: properties.optionalText('Description') }),
      );
      const AliasArn = functionArn(context, parseFunctionName(FunctionName, context)?.name ?? FunctionName, Name);
      return { ref: AliasArn, attributes: { AliasArn } };
    },
  },
};
