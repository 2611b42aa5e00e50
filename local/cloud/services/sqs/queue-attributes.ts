import { AwsError } from '../../gateway/aws-error';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import type { Queue } from './queue';
import type { SqsState } from './sqs-state';

/** Ranges and defaults: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const NUMBERS: Readonly<Record<string, { readonly least: number; readonly most: number; readonly usual: number }>> = {
  DelaySeconds: { least: 0, most: 900, usual: 0 },
  MaximumMessageSize: { least: 1024, most: 1_048_576, usual: 1_048_576 },
  MessageRetentionPeriod: { least: 60, most: 1_209_600, usual: 345_600 },
  ReceiveMessageWaitTimeSeconds: { least: 0, most: 20, usual: 0 },
  VisibilityTimeout: { least: 0, most: 43_200, usual: 30 },
  KmsDataKeyReusePeriodSeconds: { least: 60, most: 86_400, usual: 300 },
};
const FIFO_ONLY = new Set(['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']);
const OTHERS = new Set(['FifoQueue', 'KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy', 'SqsManagedSseEnabled', ...FIFO_ONLY]);

/** Gives a new queue the values that it was not given. */
export function applyDefaults(queue: Queue): void {
  for (const [name, { usual }] of Object.entries(NUMBERS)) {
    const isForKms = name === 'KmsDataKeyReusePeriodSeconds';
    if (!queue.attributes.has(name) && (!isForKms || queue.attributes.has('KmsMasterKeyId'))) queue.attributes.set(name, String(usual));
  }
  if (!queue.attributes.has('SqsManagedSseEnabled')) queue.attributes.set('SqsManagedSseEnabled', String(!queue.attributes.has('KmsMasterKeyId')));
}

/** Applies one attribute, refusing what SQS would refuse; an empty value takes it away. */
export function setQueueAttribute(state: SqsState, queue: Queue, name: string, value: string): void {
  if (!(name in NUMBERS) && !OTHERS.has(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  if (FIFO_ONLY.has(name) && !queue.isFifo) throw new AwsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
  if (value === '') {
    queue.attributes.delete(name);
    return;
  }
  const range = NUMBERS[name];
  if (range && !(/^\d+$/.test(value) && Number(value) >= range.least && Number(value) <= range.most)) throw invalid(name, `it must be between ${range.least} and ${range.most}`);
  if (name === 'FifoQueue' && (value !== 'true' || !queue.isFifo)) throw invalid(name, 'a FIFO queue is named .fifo, and other queues do not have this attribute');
  if (name === 'Policy') checkPolicy(queue, value);
  if (name === 'RedrivePolicy') checkRedrivePolicy(state, queue, value);
  if (name === 'RedriveAllowPolicy') checkRedriveAllowPolicy(value);
  if (name === 'KmsMasterKeyId') queue.attributes.set('SqsManagedSseEnabled', 'false');
  queue.attributes.set(name, value);
}

/** All attributes, computed ones included. */
export function describeQueue(queue: Queue, nowMs: number): Record<string, string> {
  queue.expire(nowMs);
  const { visible, notVisible, delayed } = queue.counts(nowMs);
  return {
    ...Object.fromEntries(queue.attributes),
    QueueArn: queue.arn,
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

function checkPolicy(queue: Queue, document: string): void {
  try {
    parsePolicy({ kind: 'ordinary', holder: queue.arn, name: 'Policy', document });
  } catch (error) {
    throw invalid('Policy', (error as Error).message);
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function checkRedrivePolicy(state: SqsState, queue: Queue, value: string): void {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject('RedrivePolicy', value);
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw invalid('RedrivePolicy', 'maxReceiveCount must be between 1 and 1000');
  const target = typeof deadLetterTargetArn === 'string' ? state.byArn(deadLetterTargetArn) : undefined;
  if (!target) throw invalid('RedrivePolicy', 'Dead letter target does not exist.');
  if (target.account !== queue.account || target.region !== queue.region) throw invalid('RedrivePolicy', 'Dead letter target owned by the same account and region is required.');
  if (target.isFifo !== queue.isFifo) throw invalid('RedrivePolicy', 'Dead-letter queue must be same type of queue as the source.');
  if (!allowsRedriveFrom(target, queue.arn)) throw invalid('RedrivePolicy', 'Dead-letter queue does not allow this source.');
}

function checkRedriveAllowPolicy(value: string): void {
  const { redrivePermission, sourceQueueArns } = parseObject('RedriveAllowPolicy', value);
  if (!['allowAll', 'denyAll', 'byQueue'].includes(String(redrivePermission))) throw invalid('RedriveAllowPolicy', 'redrivePermission must be allowAll, denyAll or byQueue');
  if (redrivePermission === 'byQueue' && !(Array.isArray(sourceQueueArns) && sourceQueueArns.length > 0 && sourceQueueArns.length <= 10)) {
    throw invalid('RedriveAllowPolicy', 'byQueue needs one to ten sourceQueueArns');
  }
}

function allowsRedriveFrom(target: Queue, sourceArn: string): boolean {
  const policy = target.attributes.get('RedriveAllowPolicy');
  if (policy === undefined) return true;
  const { redrivePermission, sourceQueueArns } = parseObject('RedriveAllowPolicy', policy);
  if (redrivePermission === 'byQueue') return (sourceQueueArns as readonly string[]).includes(sourceArn);
  return redrivePermission === 'allowAll';
}

function parseObject(name: string, value: string): Record<string, unknown> {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    throw invalid(name, 'it is not JSON');
  }
}

function invalid(name: string, reason: string): AwsError {
  return new AwsError('InvalidAttributeValue', `Value for parameter ${name} is invalid. Reason: ${reason}`);
}

function seconds(date: Date): string {
  return String(Math.floor(date.getTime() / 1000));
}
