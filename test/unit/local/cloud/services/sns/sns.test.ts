import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('SNS', () => {
  let cloud: LocalCloud;
  let sns: SNSClient;
  let sqs: SQSClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    sns = cloud.client(SNSClient, place);
    sqs = cloud.client(SQSClient, place);
  });
  afterAll(() => cloud.stop());

  const topic = async (Name: string, Attributes = {}) => (await sns.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn!;
  const queue = async (QueueName: string, Attributes = {}) => {
    const arn = `arn:aws:sqs:${place.region}:${place.account}:${QueueName}`;
    const Policy = JSON.stringify(policyFor('sns.amazonaws.com', 'sqs:SendMessage', arn));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy, ...Attributes } }));
    return { QueueUrl: QueueUrl!, arn };
  };
  const bodies = async (QueueUrl: string) => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] }));
    return Messages;
  };

  it('delivers mail to the outbox, after the recipient has confirmed', async () => {
    const TopicArn = await topic('mail');
    const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' }));
    await sns.send(new PublishCommand({ TopicArn, Subject: 'restored', Message: 'it works', MessageAttributes: { severity: { DataType: 'String', StringValue: 'page' } } }));

    const mails = cloud.services.integration.outbox.messages({ topicArn: TopicArn });

    expect(SubscriptionArn).toBe('pending confirmation');
    expect(mails.map(({ subject }) => subject)).toEqual(['AWS Notification - Subscription Confirmation', 'restored']);
    expect(mails[1]).toMatchObject({ protocol: 'email', endpoint: 'ops@example.com', body: 'it works', attributes: { severity: 'page' } });
  });

  it('wraps messages to queues, and leaves them as they are when asked for raw delivery', async () => {
    const TopicArn = await topic('wrapped');
    const wrapped = await queue('wrapped');
    const raw = await queue('raw');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: wrapped.arn }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: raw.arn, Attributes: { RawMessageDelivery: 'true' } }));
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message: 'hello', MessageAttributes: { n: { DataType: 'Number', StringValue: '7' } } }));

    const [first] = await bodies(wrapped.QueueUrl);
    const [second] = await bodies(raw.QueueUrl);

    expect(JSON.parse(first!.Body!)).toMatchObject({ Type: 'Notification', MessageId, TopicArn, Message: 'hello', MessageAttributes: { n: { Type: 'Number', Value: '7' } } });
    expect(second).toMatchObject({ Body: 'hello', MessageAttributes: { n: { DataType: 'Number', StringValue: '7' } } });
  });

  it('delivers only what the filter policy lets through', async () => {
    const TopicArn = await topic('filtered');
    const byAttribute = await queue('by-attribute');
    const byBody = await queue('by-body');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: byAttribute.arn, Attributes: { FilterPolicy: '{"kind":["alarm"]}', RawMessageDelivery: 'true' } }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: byBody.arn, Attributes: { FilterPolicy: '{"size":[{"numeric":[">",5]}]}', FilterPolicyScope: 'MessageBody', RawMessageDelivery: 'true' } }));
    await sns.send(new PublishCommand({ TopicArn, Message: '{"size":6}' }));
    await sns.send(new PublishCommand({ TopicArn, Message: '{"size":5}', MessageAttributes: { kind: { DataType: 'String', StringValue: 'alarm' } } }));

    expect((await bodies(byAttribute.QueueUrl)).map(({ Body }) => Body)).toEqual(['{"size":5}']);
    expect((await bodies(byBody.QueueUrl)).map(({ Body }) => Body)).toEqual(['{"size":6}']);
  });

  it('sends what it cannot deliver to the dead-letter queue of the subscription', async () => {
    const TopicArn = await topic('undeliverable');
    const gone = await queue('gone');
    const letters = await queue('letters');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: gone.arn, Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn }) } }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: gone.QueueUrl }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'lost?' }));

    const [letter] = await bodies(letters.QueueUrl);

    expect(JSON.parse(letter!.Body!)).toMatchObject({ Message: 'lost?' });
  });

  it('asks the owner of a foreign queue to confirm', async () => {
    const TopicArn = await topic('abroad');
    const foreign = cloud.client(SQSClient, { ...place, account: '222222222222' });
    const { QueueUrl } = await foreign.send(new CreateQueueCommand({ QueueName: 'abroad', Attributes: { Policy: JSON.stringify(policyFor('sns.amazonaws.com', 'sqs:SendMessage', '*')) } }));
    const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:eu-west-1:222222222222:abroad', ReturnSubscriptionArn: true }));
    const { Messages } = await foreign.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    const pending = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));

    const { Token } = JSON.parse(Messages![0]!.Body!) as { Token: string };
    const confirmed = await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));

    expect(pending.Attributes).toMatchObject({ PendingConfirmation: 'true' });
    expect(confirmed.SubscriptionArn).toBe(SubscriptionArn);
  });

  it('chooses the text of each protocol from a structured message', async () => {
    const TopicArn = await topic('structured');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
    await sns.send(new PublishCommand({ TopicArn, MessageStructure: 'json', Message: JSON.stringify({ default: 'short', email: 'long' }) }));

    expect(cloud.services.integration.outbox.messages({ topicArn: TopicArn }).at(-1)).toMatchObject({ body: 'long' });
    await expect(sns.send(new PublishCommand({ TopicArn, MessageStructure: 'json', Message: '{"email":"x"}' }))).rejects.toThrow('No default entry');
  });

  it('repeats no FIFO message within five minutes, and keeps their order', async () => {
    const TopicArn = await topic('order.fifo', { FifoTopic: 'true', ContentBasedDeduplication: 'true' });
    const target = await queue('order.fifo', { FifoQueue: 'true' });
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: target.arn, Attributes: { RawMessageDelivery: 'true' } }));
    for (const Message of ['1', '2', '1']) await sns.send(new PublishCommand({ TopicArn, Message, MessageGroupId: 'g' }));

    expect((await bodies(target.QueueUrl)).map(({ Body }) => Body)).toEqual(['1', '2']);
    await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toBeInstanceOf(InvalidParameterException);
  });

  it('reports each entry of a batch by itself', async () => {
    const TopicArn = await topic('batch');

    const { Successful, Failed } = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: 'a', Message: 'fine' }, { Id: 'b', Message: 'bad', Subject: 'two\nlines' }] }));

    expect(Successful!.map(({ Id }) => Id)).toEqual(['a']);
    expect(Failed).toEqual([expect.objectContaining({ Id: 'b', SenderFault: true })]);
  });

  it('keeps a policy as it is, refuses one that is none, and returns to the default', async () => {
    const TopicArn = await topic('policy');
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: TopicArn }] });
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));

    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));

    expect(Attributes!.Policy).toBe(AttributeValue);
    await expect(sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: '{"Statement":1}' }))).rejects.toBeInstanceOf(InvalidParameterException);
  });

  it('forgets a subscription that was cancelled', async () => {
    const TopicArn = await topic('cancelled');
    const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com', ReturnSubscriptionArn: true }));
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));

    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));

    expect(Subscriptions).toEqual([]);
    await expect(sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).rejects.toBeInstanceOf(NotFoundException);
  });

  it('has no topics of other regions', async () => {
    await expect(sns.send(new PublishCommand({ TopicArn: `arn:aws:sns:us-east-1:${place.account}:mail`, Message: 'x' }))).rejects.toBeInstanceOf(InvalidParameterException);
    await expect(sns.send(new PublishCommand({ TopicArn: `arn:aws:sns:eu-west-1:${place.account}:nothing`, Message: 'x' }))).rejects.toBeInstanceOf(NotFoundException);
  });

  it('creates the resources of a template', async () => {
    const { resources } = await deployResources(cloud, place, {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Letters', 'Arn'] }, maxReceiveCount: 3 } } },
      Letters: { Type: 'AWS::SQS::Queue' },
      QueuePolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: policyFor('sns.amazonaws.com', 'sqs:SendMessage', { 'Fn::GetAtt': ['Queue', 'Arn'] }) } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Alarms', Tags: [{ Key: 'team', Value: 'data' }] } },
      TopicPolicy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: policyFor('cloudwatch.amazonaws.com', 'sns:Publish', { Ref: 'Topic' }) } },
      Subscription: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] }, RawMessageDelivery: true, FilterPolicy: { kind: ['alarm'] } } },
    });
    await sns.send(new PublishCommand({ TopicArn: resources.get('Topic')!.ref, Message: 'deployed', MessageAttributes: { kind: { DataType: 'String', StringValue: 'alarm' } } }));

    expect((await bodies(resources.get('Queue')!.ref)).map(({ Body }) => Body)).toEqual(['deployed']);
  });
});

function policyFor(service: string, action: string, resource: object | string) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource }] };
}
