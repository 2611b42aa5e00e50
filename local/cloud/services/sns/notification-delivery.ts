import { InvokeCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { AwsError } from '../../gateway/aws-error';
import { parseArn } from '../../gateway/arn';
import type { CloudContext } from '../../gateway/cloud-context';
import type { CloudClient } from '../../gateway/cloud-client';
import { servicePrincipal } from '../../gateway/principal';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { queueUrlOfArn } from '../sqs/queue-url';
import { retryDelaysMs } from './delivery-retries';
import type { Outbox } from './outbox';
import type { Subscription, Topic } from './sns-state';
import { deadLetterQueueOf } from './subscription-attributes';
import { bodyFor, notificationOf, passesFilter, type TopicMessage } from './topic-message';

/** Posts to a web address inside the cloud's networks; resolves with the status, or with nothing when nobody there has that name. */
export type HttpPost = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<number | undefined>;

export interface DeliveryPorts {
  readonly context: CloudContext;
  readonly metrics: MetricSink;
  readonly outbox: Outbox;
  readonly post: HttpPost;
}

/** Takes messages to the subscribers of their topic, again and again where the receiver has a fault, and to dead-letter queues. */
export class NotificationDelivery {
  constructor(private readonly ports: DeliveryPorts) {}

  /** Delivers in the background; the publisher does not wait. */
  fanOut(message: TopicMessage, subscriptions: readonly Subscription[]): void {
    for (const subscription of subscriptions) {
      if (!subscription.isConfirmed) continue;
      if (!passesFilter(message, subscription)) {
        this.count(message.topic, 'NumberOfNotificationsFilteredOut');
        continue;
      }
      this.deliver(message, subscription).catch((error: Error) => this.ports.context.reportDefect(error, `delivery of ${message.topic.arn} to ${subscription.endpoint}`));
    }
  }

  /** Sends the message that asks an endpoint to confirm its subscription. */
  async askToConfirm(topic: Topic, subscription: Subscription, messageId: string): Promise<void> {
    const { clock } = this.ports.context;
    const text = `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
    const SubscribeURL = `https://sns.${topic.region}.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic.arn}&Token=${subscription.token}`;
    const body = JSON.stringify({ Type: 'SubscriptionConfirmation', MessageId: messageId, Token: subscription.token, TopicArn: topic.arn, Message: text, SubscribeURL, Timestamp: clock.now().toISOString() });
    if (subscription.protocol === 'sqs') {
      await this.sendToQueue(subscription.endpoint, body, topic).catch((error: Error) => this.ports.context.reportDefect(error, `confirmation of ${subscription.endpoint}`));
      return;
    }
    const isWeb = subscription.protocol === 'http' || subscription.protocol === 'https';
    const status = isWeb ? await this.ports.post(subscription.endpoint, webHeaders('SubscriptionConfirmation', messageId, topic, subscription), body) : undefined;
    if (status !== undefined) return;
    // Whoever reads the outbox is taken to agree.
    subscription.isConfirmed = true;
    this.toOutbox(topic, subscription, { subject: 'AWS Notification - Subscription Confirmation', body: isWeb ? body : text, messageId, attributes: {} });
  }

  private async deliver(message: TopicMessage, subscription: Subscription): Promise<void> {
    const { clock } = this.ports.context;
    const delays = retryDelaysMs(subscription.protocol);
    for (;;) {
      const failure = await clock.whileWorking(() => this.attempt(message, subscription));
      if (!failure) return this.count(message.topic, 'NumberOfNotificationsDelivered');
      const next = failure === 'final' ? undefined : delays.next();
      if (!next || next.done) return this.giveUp(message, subscription);
      if (next.value > 0) await clock.sleep(next.value);
    }
  }

  private async attempt(message: TopicMessage, subscription: Subscription): Promise<DeliveryFailure | undefined> {
    const { protocol, endpoint, attributes } = subscription;
    const isRaw = attributes.get('RawMessageDelivery')?.toLowerCase() === 'true';
    const body = isRaw ? bodyFor(message, protocol) : JSON.stringify(notificationOf(message, subscription));
    switch (protocol) {
      case 'lambda':
        return failureOf(() => this.invoke(message, subscription));
      case 'sqs':
        return failureOf(() => this.sendToQueue(endpoint, body, message.topic, message, isRaw));
      case 'http':
      case 'https':
        return this.postToWeb(message, subscription, body, isRaw);
      case 'email':
      case 'email-json':
      case 'sms':
        this.toOutbox(message.topic, subscription, {
          subject: message.subject ?? 'AWS Notification Message',
          body: protocol === 'email-json' ? body : bodyFor(message, protocol),
          messageId: message.id,
          attributes: textAttributes(message),
        });
        return undefined;
    }
  }

  private async invoke(message: TopicMessage, subscription: Subscription): Promise<void> {
    const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns: notificationOf(message, subscription) };
    const Payload = Buffer.from(JSON.stringify({ Records: [record] }));
    await this.actingAt(subscription.endpoint, message.topic).send(new InvokeCommand({ FunctionName: subscription.endpoint, InvocationType: 'Event', Payload }));
  }

  private async sendToQueue(queueArn: string, body: string, topic: Topic, message?: TopicMessage, withAttributes = false): Promise<void> {
    const isFifo = queueArn.endsWith('.fifo');
    await this.actingAt(queueArn, topic).send(
      new SendMessageCommand({
        QueueUrl: queueUrlOfArn(queueArn),
        MessageBody: body,
        ...(withAttributes && Object.keys(message?.attributes ?? {}).length > 0 && { MessageAttributes: queueAttributes(message?.attributes ?? {}) }),
        ...((isFifo || message?.groupId !== undefined) && { MessageGroupId: message?.groupId }),
        ...(isFifo && { MessageDeduplicationId: message?.deduplicationId }),
      }),
    );
  }

  private async postToWeb(message: TopicMessage, subscription: Subscription, body: string, isRaw: boolean): Promise<DeliveryFailure | undefined> {
    const headers = { ...webHeaders('Notification', message.id, message.topic, subscription), ...(isRaw && { 'x-amz-sns-rawdelivery': 'true' }) };
    const status = await this.ports.post(subscription.endpoint, headers, body);
    if (status === undefined) {
      this.toOutbox(message.topic, subscription, { subject: message.subject ?? '', body, messageId: message.id, attributes: textAttributes(message) });
      return undefined;
    }
    if (status >= 200 && status < 300) return undefined;
    // 429 and 5xx are the receiver's own trouble; any other 4xx says that it will never take the message.
    return status < 500 && status !== 429 ? 'final' : 'transient';
  }

  private async giveUp(message: TopicMessage, subscription: Subscription): Promise<void> {
    this.count(message.topic, 'NumberOfNotificationsFailed');
    const queueArn = deadLetterQueueOf(subscription);
    if (queueArn === undefined) return;
    const isRaw = subscription.attributes.get('RawMessageDelivery')?.toLowerCase() === 'true';
    const body = isRaw ? bodyFor(message, subscription.protocol) : JSON.stringify(notificationOf(message, subscription));
    const refused = await failureOf(() => this.sendToQueue(queueArn, body, message.topic, message, true));
    this.count(message.topic, refused ? 'NumberOfNotificationsFailedToRedriveToDlq' : 'NumberOfNotificationsRedrivenToDlq');
  }

  private actingAt(arn: string, topic: Topic): CloudClient {
    const { account, region } = parseArn(arn) ?? topic;
    return this.ports.context.as(servicePrincipal('sns.amazonaws.com', topic.account, topic.arn), { account, region });
  }

  private toOutbox(topic: Topic, { protocol, endpoint }: Subscription, mail: { readonly subject: string; readonly body: string; readonly messageId: string; readonly attributes: Readonly<Record<string, string>> }): void {
    this.ports.outbox.add({ protocol, endpoint, topicArn: topic.arn, at: this.ports.context.clock.now(), ...mail });
  }

  private count(topic: Topic, name: string): void {
    this.ports.metrics.put({ place: topic, namespace: 'AWS/SNS', name, dimensions: { TopicName: topic.name }, value: 1, unit: 'Count' });
  }
}

/** A final failure stays one however often the delivery is tried. */
type DeliveryFailure = 'final' | 'transient';

/** Refusals such as a missing permission or a deleted queue are final; faults of the receiving service are not. */
async function failureOf(attempt: () => Promise<unknown>): Promise<DeliveryFailure | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const isTransient = /Throttl|TooManyRequests|ServiceException|InternalFailure|Unavailable/.test(error.code) || (error.status ?? 400) >= 500;
    return isTransient ? 'transient' : 'final';
  }
}

function webHeaders(type: string, messageId: string, topic: Topic, subscription: Subscription): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topic.arn,
    'x-amz-sns-subscription-arn': subscription.arn,
  };
}

function queueAttributes(attributes: TopicMessage['attributes']): Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }> {
  const entries = Object.entries(attributes).map(([name, { DataType = 'String', StringValue, BinaryValue }]) => {
    return [name, { DataType, ...(BinaryValue === undefined ? { StringValue: StringValue ?? '' } : { BinaryValue }) }] as const;
  });
  return Object.fromEntries(entries);
}

function textAttributes({ attributes }: TopicMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue]));
}
