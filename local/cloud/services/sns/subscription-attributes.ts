import { compileEventPattern } from '../../engines/event-pattern/event-pattern';
import { AwsError } from '../../gateway/aws-error';
import type { Subscription } from './sns-state';

/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
const SETTABLE = new Set(['DeliveryPolicy', 'FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy', 'SubscriptionRoleArn']);
const RAW_PROTOCOLS: readonly string[] = ['http', 'https', 'sqs'];

/** Applies one attribute of a subscription; an empty value takes it away. */
export function setSubscriptionAttribute(subscription: Subscription, name: string, value: string): void {
  if (!SETTABLE.has(name)) throw invalid('AttributeName');
  if (name === 'RawMessageDelivery' && (!/^(true|false)$/i.test(value) || !RAW_PROTOCOLS.includes(subscription.protocol))) {
    throw invalid(`Attributes Reason: Delivery protocol [${subscription.protocol}] does not support raw message delivery.`);
  }
  if (name === 'FilterPolicyScope' && value !== 'MessageAttributes' && value !== 'MessageBody') throw invalid(`FilterPolicyScope: ${value}`);
  if (name === 'RedrivePolicy' && value !== '') deadLetterArnIn(value);
  if (name === 'FilterPolicy') subscription.filter = value === '' || value === '{}' ? undefined : compileFilter(value);
  if (value === '') subscription.attributes.delete(name);
  else subscription.attributes.set(name, value);
}

/** What GetSubscriptionAttributes says. */
export function describeSubscription(subscription: Subscription): Record<string, string> {
  const { arn, attributes, endpoint, isConfirmed, owner, protocol, topicArn } = subscription;
  return {
    RawMessageDelivery: 'false',
    ...(attributes.has('FilterPolicy') && { FilterPolicyScope: 'MessageAttributes' }),
    ...Object.fromEntries(attributes),
    SubscriptionArn: arn,
    TopicArn: topicArn,
    Owner: owner,
    Protocol: protocol,
    Endpoint: endpoint,
    PendingConfirmation: String(!isConfirmed),
    ConfirmationWasAuthenticated: String(isConfirmed),
    SubscriptionPrincipal: `arn:aws:iam::${owner}:root`,
  };
}

/** The queue that takes what cannot be delivered, if the subscription has one. */
export function deadLetterQueueOf({ attributes }: Subscription): string | undefined {
  const policy = attributes.get('RedrivePolicy');
  return policy === undefined ? undefined : deadLetterArnIn(policy);
}

function deadLetterArnIn(policy: string): string {
  let parsed: { readonly deadLetterTargetArn?: unknown };
  try {
    parsed = JSON.parse(policy) as typeof parsed;
  } catch {
    throw invalid('RedrivePolicy: failed to parse JSON');
  }
  const arn = parsed.deadLetterTargetArn;
  if (typeof arn !== 'string' || !arn.startsWith('arn:aws:sqs:')) throw invalid('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  return arn;
}

function compileFilter(policy: string) {
  try {
    return compileEventPattern(policy);
  } catch (error) {
    throw invalid(`FilterPolicy: ${(error as Error).message}`);
  }
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`);
}
