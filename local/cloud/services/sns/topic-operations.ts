import type * as sdk from '@aws-sdk/client-sns';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Access, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagList, tagMap } from '../../gateway/tags';
import { topicArn, type SnsState, type Topic } from './sns-state';
import { defaultTopicPolicy, describeTopic, setTopicAttribute } from './topic-attributes';

const PAGE = 100;
/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;
const FIFO_TOPIC_NAME = /^[A-Za-z0-9_-]{1,251}\.fifo$/;

/** What IAM is asked about an existing topic. */
export function topicAccess(state: SnsState, arn: string | undefined, context: Access['context'] = {}): readonly Access[] {
  const topic = state.topic(arn);
  if (!topic) return [{ resource: arn ?? '' }];
  return [{ resource: topic.arn, context: { ...resourceTagContext(topic.tags), ...context }, policy: { kind: 'ordinary', account: topic.account, document: topic.policy } }];
}

/** The operations on topics. */
export function topicOperations(state: SnsState): Operations<typeof sdk> {
  const byArn = ({ TopicArn }: { TopicArn: string | undefined }) => topicAccess(state, TopicArn);
  const byResource = ({ ResourceArn }: { ResourceArn: string | undefined }) => topicAccess(state, ResourceArn);
  return {
    CreateTopic: {
      access: ({ Name, Tags }, call) => {
        const resource = topicArn(call, Name ?? '');
        const context = requestTagContext(tagMap(Tags));
        // https://docs.aws.amazon.com/sns/latest/dg/sns-tags-configuring.html: tags at creation need sns:TagResource too.
        return [{ resource, context }, ...(Tags?.length ? [{ action: 'sns:TagResource', resource, context }] : [])];
      },
      run: ({ Name = '', Attributes = {}, Tags }, { account, region }) => {
        const { topics } = state.in({ account, region });
        const created = newTopic({ account, region }, Name, Attributes, tagMap(Tags));
        const existing = topics.get(created.arn);
        if (existing && !sameAttributes(existing, created)) throw new AwsError('InvalidParameterException', 'Invalid parameter: Attributes Reason: Topic already exists with different attributes');
        if (!existing) topics.set(created.arn, created);
        return { TopicArn: created.arn };
      },
    },
    DeleteTopic: {
      access: byArn,
      run: ({ TopicArn }) => {
        const topic = state.topic(TopicArn);
        if (!topic) return {};
        for (const { arn } of state.subscriptionsOf(topic)) state.in(topic).subscriptions.delete(arn);
        state.in(topic).topics.delete(topic.arn);
        return {};
      },
    },
    GetTopicAttributes: {
      access: byArn,
      run: ({ TopicArn }, { region }) => {
        const topic = state.topicIn(region, TopicArn);
        return { Attributes: describeTopic(topic, state.subscriptionsOf(topic)) };
      },
    },
    SetTopicAttributes: {
      access: byArn,
      run: ({ TopicArn, AttributeName = '', AttributeValue = '' }, { region }) => {
        setTopicAttribute(state.topicIn(region, TopicArn), AttributeName, AttributeValue);
        return {};
      },
    },
    ListTopics: {
      access: () => [{ resource: '*' }],
      run: ({ NextToken }, call) => {
        const page = pageOf([...state.in(call).topics.values()], PAGE, NextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid parameter: NextToken');
        return { Topics: page.items.map(({ arn }) => ({ TopicArn: arn })), NextToken: page.nextToken };
      },
    },
    TagResource: {
      access: ({ ResourceArn, Tags }) => topicAccess(state, ResourceArn, requestTagContext(tagMap(Tags))),
      run: ({ ResourceArn, Tags }) => {
        const topic = taggedTopic(state, ResourceArn);
        topic.tags = { ...topic.tags, ...tagMap(Tags) };
        return {};
      },
    },
    UntagResource: {
      access: byResource,
      run: ({ ResourceArn, TagKeys = [] }) => {
        const topic = taggedTopic(state, ResourceArn);
        topic.tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: { access: byResource, run: ({ ResourceArn }) => ({ Tags: tagList(taggedTopic(state, ResourceArn).tags) }) },
  };
}

function newTopic(place: { account: string; region: string }, name: string, attributes: Readonly<Record<string, string>>, tags: Record<string, string>): Topic {
  const isFifo = attributes['FifoTopic'] === 'true';
  if (!(isFifo ? FIFO_TOPIC_NAME : TOPIC_NAME).test(name)) throw new AwsError('InvalidParameterException', 'Invalid parameter: Topic Name');
  const arn = topicArn(place, name);
  const topic: Topic = { ...place, name, arn, isFifo, policy: defaultTopicPolicy({ arn, account: place.account }), attributes: new Map(), tags, seen: new Map(), sequence: 0n };
  for (const [attribute, value] of Object.entries(attributes)) setTopicAttribute(topic, attribute, value);
  return topic;
}

/** Creating a topic again is fine as long as it asks for nothing else. */
function sameAttributes(existing: Topic, wanted: Topic): boolean {
  return [...wanted.attributes].every(([name, value]) => existing.attributes.get(name) === value);
}

function taggedTopic(state: SnsState, arn: string | undefined): Topic {
  const topic = state.topic(arn);
  if (!topic) throw new AwsError('ResourceNotFoundException', 'Resource does not exist');
  return topic;
}
