import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Protocol, Subscription, Topic } from './sns-state';

/** A message on its way from a topic to its subscribers. */
export interface TopicMessage {
  readonly id: string;
  readonly topic: Topic;
  readonly subject: string | undefined;
  /** The body for every protocol: one text, or one by protocol with `default`. */
  readonly bodies: Readonly<Partial<Record<Protocol, string>>> & { readonly default: string };
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly publishedAt: Date;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
}

export function bodyFor({ bodies }: TopicMessage, protocol: Protocol): string {
  return bodies[protocol] ?? bodies.default;
}

/** The JSON around a message that is not delivered raw. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export function notificationOf(message: TopicMessage, { arn, protocol }: Subscription): Record<string, unknown> {
  const attributes = Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const Value = StringValue ?? Buffer.from(BinaryValue ?? '').toString('base64');
    return [name, { Type: DataType ?? 'String', Value }] as const;
  });
  const { region } = message.topic;
  const isLambda = protocol === 'lambda';
  return {
    Type: 'Notification',
    MessageId: message.id,
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
    TopicArn: message.topic.arn,
    ...((message.subject !== undefined || isLambda) && { Subject: message.subject ?? null }),
    Message: bodyFor(message, protocol),
    Timestamp: message.publishedAt.toISOString(),
    SignatureVersion: message.topic.attributes.get('SignatureVersion') ?? '1',
    Signature: 'not-signed-by-the-local-cloud',
    [isLambda ? 'SigningCertUrl' : 'SigningCertURL']: `https://sns.${region}.amazonaws.com/SimpleNotificationService-local.pem`,
    [isLambda ? 'UnsubscribeUrl' : 'UnsubscribeURL']: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...((attributes.length > 0 || isLambda) && { MessageAttributes: Object.fromEntries(attributes) }),
  };
}

/** Whether the subscription's filter policy lets the message through. https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
export function passesFilter(message: TopicMessage, { attributes, filter, protocol }: Subscription): boolean {
  if (!filter) return true;
  if (attributes.get('FilterPolicyScope') !== 'MessageBody') return filter(filterableAttributes(message));
  try {
    return filter(JSON.parse(bodyFor(message, protocol)));
  } catch {
    return false;
  }
}

function filterableAttributes({ attributes }: TopicMessage): Record<string, unknown> {
  const entries = Object.entries(attributes).flatMap(([name, { DataType = 'String', StringValue = '' }]) => {
    if (DataType.startsWith('Binary')) return [];
    return [[name, DataType === 'String.Array' ? parsed(StringValue) : DataType.startsWith('Number') ? Number(StringValue) : StringValue] as const];
  });
  return Object.fromEntries(entries);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
