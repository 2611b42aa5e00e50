import type * as sdk from '@aws-sdk/client-sqs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { Queue } from './queue';
import { accessTo, queueAccess } from './queue-access';
import { applyDefaults, describeQueue, setQueueAttribute } from './queue-attributes';
import { queueArnOf } from './queue-url';
import type { SqsState } from './sqs-state';

const QUEUE_NAME = /^[\w-]{1,80}$/;
const FIFO_QUEUE_NAME = /^[\w-]{1,75}\.fifo$/;

/** The operations on queues. */
export function queueOperations(state: SqsState, clock: CloudClock): Operations<typeof sdk> {
  const byUrl = ({ QueueUrl }: { QueueUrl: string | undefined }, call: Call) => queueAccess(state, call, QueueUrl);
  const find = (url: string | undefined, { region }: Call) => state.byUrl(region, url);
  return {
    CreateQueue: {
      access: ({ QueueName, tags = {} }, call) => {
        const resource = queueArnOf(call, QueueName ?? '');
        const context = requestTagContext(tags);
        return [{ resource, context }, ...(Object.keys(tags).length > 0 ? [{ action: 'sqs:TagQueue', resource, context }] : [])];
      },
      run: ({ QueueName = '', Attributes = {}, tags = {} }, call) => {
        const isFifo = Attributes['FifoQueue'] === 'true';
        if (!(isFifo ? FIFO_QUEUE_NAME : QUEUE_NAME).test(QueueName)) {
          throw new AwsError('InvalidParameterValue', 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length', { status: 400 });
        }
        const existing = state.byArn(queueArnOf(call, QueueName));
        if (existing) {
          const differing = Object.entries(Attributes).find(([name, value]) => existing.attributes.get(name) !== value);
          if (differing) throw new AwsError('QueueNameExists', `A queue already exists with the same name and a different value for attribute ${differing[0]}`);
          return { QueueUrl: existing.url };
        }
        const queue = new Queue(call, QueueName, clock.now());
        if (state.wasJustDeleted(queue.arn)) throw new AwsError('QueueDeletedRecently', 'You must wait 60 seconds after deleting a queue before you can create another with the same name.');
        for (const [name, value] of Object.entries(Attributes)) setQueueAttribute(state, queue, name, value);
        applyDefaults(queue);
        queue.tags = { ...tags };
        state.add(queue);
        return { QueueUrl: queue.url };
      },
    },
    DeleteQueue: {
      access: byUrl,
      run: ({ QueueUrl }, call) => {
        state.remove(find(QueueUrl, call));
        return {};
      },
    },
    GetQueueUrl: {
      access: ({ QueueName, QueueOwnerAWSAccountId }, call) => {
        const arn = queueArnOf({ account: QueueOwnerAWSAccountId ?? call.account, region: call.region }, QueueName ?? '');
        const queue = state.byArn(arn);
        return [queue ? accessTo(queue) : { resource: arn }];
      },
      run: ({ QueueName = '', QueueOwnerAWSAccountId }, { account, region }) => {
        const queue = state.byArn(queueArnOf({ account: QueueOwnerAWSAccountId ?? account, region }, QueueName));
        if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
        return { QueueUrl: queue.url };
      },
    },
    ListQueues: {
      access: () => [{ resource: '*' }],
      run: ({ QueueNamePrefix = '', MaxResults = 1000, NextToken }, call) => {
        const page = pageOf(state.queuesIn(call).filter(({ name }) => name.startsWith(QueueNamePrefix)), MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidParameterValue', 'Invalid or expired next token.', { status: 400 });
        return { QueueUrls: page.items.map(({ url }) => url), NextToken: page.nextToken };
      },
    },
    GetQueueAttributes: {
      access: byUrl,
      run: ({ QueueUrl, AttributeNames = [] }, call) => {
        const all = describeQueue(find(QueueUrl, call), clock.nowMs());
        const names: readonly string[] = AttributeNames;
        const unknown = names.find((name) => name !== 'All' && !(name in all) && !KNOWN_WHEN_ABSENT.has(name));
        if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
        return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name))) };
      },
    },
    SetQueueAttributes: {
      access: byUrl,
      run: ({ QueueUrl, Attributes = {} }, call) => {
        const queue = find(QueueUrl, call);
        for (const [name, value] of Object.entries(Attributes)) setQueueAttribute(state, queue, name, value);
        applyDefaults(queue);
        queue.modifiedAt = clock.now();
        return {};
      },
    },
    ListDeadLetterSourceQueues: { access: byUrl, run: ({ QueueUrl }, call) => ({ queueUrls: state.sourcesOf(find(QueueUrl, call)).map(({ url }) => url) }) },
    TagQueue: {
      access: ({ QueueUrl, Tags = {} }, call) => queueAccess(state, call, QueueUrl, undefined, requestTagContext(Tags)),
      run: ({ QueueUrl, Tags = {} }, call) => {
        const queue = find(QueueUrl, call);
        queue.tags = { ...queue.tags, ...Tags };
        return {};
      },
    },
    UntagQueue: {
      access: byUrl,
      run: ({ QueueUrl, TagKeys = [] }, call) => {
        const queue = find(QueueUrl, call);
        queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListQueueTags: { access: byUrl, run: ({ QueueUrl }, call) => ({ Tags: { ...find(QueueUrl, call).tags } }) },
  };
}

const KNOWN_WHEN_ABSENT = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']);
