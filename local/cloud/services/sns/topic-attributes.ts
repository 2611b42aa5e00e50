import { AwsError } from '../../gateway/aws-error';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import type { Place } from '../../gateway/service';
import type { Subscription, Topic } from './sns-state';

/** Attributes that CreateTopic and SetTopicAttributes take. https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
const SETTABLE = new Set([
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DeliveryPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
]);
const FEEDBACK_ATTRIBUTE = /^(Application|Firehose|HTTP|Lambda|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)$/;

/** Applies one attribute, refusing those that SNS does not have or whose value it would not take. */
export function setTopicAttribute(topic: Topic, name: string, value: string): void {
  if (!SETTABLE.has(name) && !FEEDBACK_ATTRIBUTE.test(name)) throw new AwsError('InvalidParameterException', 'Invalid parameter: AttributeName');
  if (name === 'ArchivePolicy') throw new AwsError('InvalidParameterException', 'Invalid parameter: ArchivePolicy is not available in the local cloud');
  if (name === 'SignatureVersion' && !['1', '2'].includes(value)) throw new AwsError('InvalidParameterException', 'Invalid parameter: SignatureVersion');
  if (name === 'DisplayName' && value.length > 100) throw new AwsError('InvalidParameterException', 'Invalid parameter: DisplayName must be at most 100 characters');
  if (name === 'Policy') {
    topic.policy = value === '' ? defaultTopicPolicy(topic) : checkedPolicy(topic.arn, value);
    return;
  }
  if (value === '') topic.attributes.delete(name);
  else topic.attributes.set(name, value);
}

/** What GetTopicAttributes says. https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export function describeTopic(topic: Topic, subscriptions: readonly Subscription[]): Record<string, string> {
  const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed).length;
  return {
    DisplayName: '',
    ...Object.fromEntries(topic.attributes),
    TopicArn: topic.arn,
    Owner: topic.account,
    Policy: topic.policy,
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    SubscriptionsDeleted: '0',
    ...(topic.isFifo && { FifoTopic: 'true', ContentBasedDeduplication: topic.attributes.get('ContentBasedDeduplication') ?? 'false' }),
  };
}

/**
 * The policy of a topic that was given none. It lets the owner's account in, and with `AWS:SourceOwner` the alarms of
 * that account; every other AWS service needs a statement of its own.
 */
export function defaultTopicPolicy({ arn, account }: Pick<Topic, 'arn'> & Pick<Place, 'account'>): string {
  const actions = ['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic', 'Subscribe', 'ListSubscriptionsByTopic', 'Publish'];
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  });
}

function checkedPolicy(arn: string, document: string): string {
  try {
    parsePolicy({ kind: 'ordinary', holder: arn, name: 'Policy', document });
  } catch (error) {
    throw new AwsError('InvalidParameterException', `Invalid parameter: Policy Error: ${(error as Error).message}`);
  }
  return document;
}
