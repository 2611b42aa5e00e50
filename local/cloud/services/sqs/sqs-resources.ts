import { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { ResourceProviders } from '../../deploy/resource-provider';

const SIMPLE = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
] as const;
const STRUCTURED = ['RedriveAllowPolicy', 'RedrivePolicy'] as const;

/** CloudFormation's SQS resources. */
export const sqsResources: ResourceProviders = {
  'AWS::SQS::Queue': {
    async create(properties, { aws, generatedName }) {
      const isFifo = properties.flag('FifoQueue');
      const QueueName = properties.optionalText('QueueName') ?? `${generatedName(75)}${isFifo ? '.fifo' : ''}`;
      const Attributes: Record<string, string> = isFifo ? { FifoQueue: 'true' } : {};
      for (const name of SIMPLE) {
        const value = properties.optionalText(name);
        if (value !== undefined) Attributes[name] = value;
      }
      for (const name of STRUCTURED) if (properties.has(name)) Attributes[name] = properties.json(name);
      const tags = Object.fromEntries(properties.tags().map(({ Key, Value }) => [Key, Value]));
      const { QueueUrl = '' } = await aws.send(new CreateQueueCommand({ QueueName, Attributes, tags }));
      const { Attributes: described = {} } = await aws.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
      return { ref: QueueUrl, attributes: { Arn: described['QueueArn'], QueueName, QueueUrl } };
    },
  },
  'AWS::SQS::QueuePolicy': {
    async create(properties, { aws, generatedName }) {
      const Policy = properties.json('PolicyDocument');
      for (const QueueUrl of properties.texts('Queues') ?? []) await aws.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
      return { ref: generatedName(), attributes: { Id: generatedName() } };
    },
  },
};
