import { PutParameterCommand, type ParameterTier, type ParameterType } from '@aws-sdk/client-ssm';
import type { ResourceProviders } from '../../deploy/resource-provider';

/** CloudFormation's Parameter Store resource. */
export const ssmResources: ResourceProviders = {
  'AWS::SSM::Parameter': {
    async create(properties, { aws, generatedName }) {
      const Name = properties.optionalText('Name') ?? generatedName();
      const Value = properties.text('Value');
      const Type = properties.text('Type') as ParameterType;
      await aws.send(
        new PutParameterCommand({
          Name,
          Value,
          Type,
          Description: properties.optionalText('Description'),
          AllowedPattern: properties.optionalText('AllowedPattern'),
          DataType: properties.optionalText('DataType'),
          Tier: properties.optionalText('Tier') as ParameterTier | undefined,
          // The only resource type whose tags are a plain map.
          Tags: Object.entries(properties.raw<Record<string, string>>('Tags') ?? {}).map(([Key, TagValue]) => ({ Key, Value: TagValue })),
        }),
      );
      return { ref: Name, attributes: { Type, Value } };
    },
  },
};
