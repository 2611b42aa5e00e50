import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import type { ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';

/** CloudFormation's SNS resources. */
export const snsResources: ResourceProviders = {
  'AWS::SNS::Topic': {
    async create(properties, { aws, generatedName }) {
      const isFifo = properties.flag('FifoTopic');
      const TopicName = properties.optionalText('TopicName') ?? `${generatedName(251)}${isFifo ? '.fifo' : ''}`;
      const Attributes = texts({
        DisplayName: properties.optionalText('DisplayName'),
        KmsMasterKeyId: properties.optionalText('KmsMasterKeyId'),
        FifoTopic: isFifo ? 'true' : undefined,
        ContentBasedDeduplication: properties.optionalText('ContentBasedDeduplication'),
        FifoThroughputScope: properties.optionalText('FifoThroughputScope'),
        SignatureVersion: properties.optionalText('SignatureVersion'),
        TracingConfig: properties.optionalText('TracingConfig'),
      });
      const { TopicArn = '' } = await aws.send(new CreateTopicCommand({ Name: TopicName, Attributes, Tags: properties.tags() }));
      for (const subscription of properties.groups('Subscription')) {
        await aws.send(new SubscribeCommand({ TopicArn, Protocol: subscription.text('Protocol'), Endpoint: subscription.text('Endpoint') }));
      }
      return { ref: TopicArn, attributes: { TopicArn, TopicName } };
    },
  },
  'AWS::SNS::TopicPolicy': {
    async create(properties, { aws, generatedName }) {
      const AttributeValue = properties.json('PolicyDocument');
      for (const TopicArn of properties.texts('Topics') ?? []) await aws.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
      return { ref: generatedName(), attributes: { Id: generatedName() } };
    },
  },
  'AWS::SNS::Subscription': {
    async create(properties, { aws }) {
      const { SubscriptionArn = '' } = await aws.send(
        new SubscribeCommand({
          TopicArn: properties.text('TopicArn'),
          Protocol: properties.text('Protocol'),
          Endpoint: properties.optionalText('Endpoint'),
          Attributes: texts({
            FilterPolicy: optionalJson(properties, 'FilterPolicy'),
            FilterPolicyScope: properties.optionalText('FilterPolicyScope'),
            RawMessageDelivery: properties.optionalText('RawMessageDelivery'),
            RedrivePolicy: optionalJson(properties, 'RedrivePolicy'),
            DeliveryPolicy: optionalJson(properties, 'DeliveryPolicy'),
          }),
          ReturnSubscriptionArn: true,
        }),
      );
      // Topics of other regions cannot be subscribed to from here; the local cloud would refuse the topic's ARN.
      properties.ignore('Region');
      return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
    },
  },
};

function optionalJson(properties: TemplateProperties, name: string): string | undefined {
  return properties.has(name) ? properties.json(name) : undefined;
}

function texts(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
