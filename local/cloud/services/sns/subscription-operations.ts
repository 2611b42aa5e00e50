import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sns';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import type { NotificationDelivery } from './notification-delivery';
import { PROTOCOLS, type Protocol, type SnsState, type Subscription, type Topic } from './sns-state';
import { describeSubscription, setSubscriptionAttribute } from './subscription-attributes';
import { topicAccess } from './topic-operations';

const PAGE = 100;

/** The operations on subscriptions. */
export function subscriptionOperations(state: SnsState, delivery: NotificationDelivery): Operations<typeof sdk> {
  // Actions on a subscription are authorized against its topic.
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
  const bySubscription = ({ SubscriptionArn }: { SubscriptionArn: string | undefined }): readonly Access[] => {
    const topic = (SubscriptionArn ?? '').split(':').slice(0, 6).join(':');
    return topicAccess(state, topic);
  };
  return {
    Subscribe: {
      access: ({ TopicArn, Protocol, Endpoint }) => topicAccess(state, TopicArn, { 'sns:Protocol': Protocol ?? '', ...(Endpoint !== undefined && { 'sns:Endpoint': Endpoint }) }),
      run: async ({ TopicArn, Protocol, Endpoint = '', Attributes = {}, ReturnSubscriptionArn = false }, call) => {
        const topic = state.topicIn(call.region, TopicArn);
        const protocol = checkedEndpoint(Protocol, Endpoint, topic);
        const known = state.subscriptionsOf(topic).find((subscription) => subscription.protocol === protocol && subscription.endpoint === Endpoint);
        const subscription = known ?? newSubscription(topic, protocol, Endpoint, call);
        for (const [name, value] of Object.entries(Attributes)) setSubscriptionAttribute(subscription, name, value);
        state.in(topic).subscriptions.set(subscription.arn, subscription);
        const wasPending = !subscription.isConfirmed;
        if (wasPending) await delivery.askToConfirm(topic, subscription, randomUUID());
        return { SubscriptionArn: wasPending && !ReturnSubscriptionArn ? 'pending confirmation' : subscription.arn };
      },
    },
    ConfirmSubscription: {
      access: ({ TopicArn }) => topicAccess(state, TopicArn),
      run: ({ TopicArn, Token }, { region }) => {
        const subscription = state.subscriptionsOf(state.topicIn(region, TopicArn)).find(({ token }) => token === Token);
        if (!subscription) throw new AwsError('InvalidParameterException', 'Invalid parameter: Invalid token');
        subscription.isConfirmed = true;
        return { SubscriptionArn: subscription.arn };
      },
    },
    Unsubscribe: {
      access: bySubscription,
      run: ({ SubscriptionArn }) => {
        const { arn, topicArn } = state.subscription(SubscriptionArn);
        const topic = state.topic(topicArn);
        if (topic) state.in(topic).subscriptions.delete(arn);
        return {};
      },
    },
    GetSubscriptionAttributes: { access: bySubscription, run: ({ SubscriptionArn }) => ({ Attributes: describeSubscription(state.subscription(SubscriptionArn)) }) },
    SetSubscriptionAttributes: {
      access: bySubscription,
      run: ({ SubscriptionArn, AttributeName = '', AttributeValue = '' }) => {
        setSubscriptionAttribute(state.subscription(SubscriptionArn), AttributeName, AttributeValue);
        return {};
      },
    },
    ListSubscriptions: { access: () => [{ resource: '*' }], run: ({ NextToken }, call) => list([...state.in(call).subscriptions.values()], NextToken) },
    ListSubscriptionsByTopic: {
      access: ({ TopicArn }) => topicAccess(state, TopicArn),
      run: ({ TopicArn, NextToken }, { region }) => list(state.subscriptionsOf(state.topicIn(region, TopicArn)), NextToken),
    },
  };
}

function list(subscriptions: readonly Subscription[], token: string | undefined) {
  const page = pageOf(subscriptions, PAGE, token);
  if (!page) throw new AwsError('InvalidParameterException', 'Invalid parameter: NextToken');
  const described = page.items.map(({ arn, isConfirmed, topicArn, protocol, endpoint, owner }) => ({
    SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
    TopicArn: topicArn,
    Protocol: protocol,
    Endpoint: endpoint,
    Owner: owner,
  }));
  return { Subscriptions: described, NextToken: page.nextToken };
}

/** Functions, and queues of the subscriber's own account, need no confirmation. https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html */
function newSubscription(topic: Topic, protocol: Protocol, endpoint: string, call: Call): Subscription {
  const isConfirmed = protocol === 'lambda' || protocol === 'sms' || (protocol === 'sqs' && parseArn(endpoint)?.account === call.account);
  return {
    arn: `${topic.arn}:${randomUUID()}`,
    topicArn: topic.arn,
    owner: call.account,
    protocol,
    endpoint,
    token: Buffer.from(randomUUID() + randomUUID()).toString('hex'),
    isConfirmed,
    attributes: new Map(),
    filter: undefined,
  };
}

const ENDPOINTS: Readonly<Record<Protocol, RegExp>> = {
  email: /^[^@\s]+@[^@\s]+$/,
  'email-json': /^[^@\s]+@[^@\s]+$/,
  http: /^http:\/\//,
  https: /^https:\/\//,
  lambda: /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:/,
  sms: /^\+?[\d-]+$/,
  sqs: /^arn:aws:sqs:[a-z0-9-]+:\d{12}:/,
};

function checkedEndpoint(protocol: string | undefined, endpoint: string, topic: Topic): Protocol {
  const known = PROTOCOLS.find((name) => name === protocol);
  if (!known) throw new AwsError('InvalidParameterException', `Invalid parameter: Amazon SNS does not support this protocol string: ${protocol ?? ''}`);
  if (!ENDPOINTS[known].test(endpoint)) throw new AwsError('InvalidParameterException', `Invalid parameter: ${known === 'sqs' ? 'SQS endpoint ARN' : known === 'lambda' ? 'Lambda endpoint ARN' : 'Endpoint'}`);
  if (topic.isFifo && known !== 'sqs') throw new AwsError('InvalidParameterException', `Invalid parameter: Invalid protocol type: ${known}`);
  if (!topic.isFifo && known === 'sqs' && endpoint.endsWith('.fifo')) throw new AwsError('InvalidParameterException', 'Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics');
  return known;
}
