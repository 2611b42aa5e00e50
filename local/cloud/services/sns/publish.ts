import { createHash, randomUUID } from 'node:crypto';
import type { PublishBatchRequestEntry, PublishInput } from '@aws-sdk/client-sns';
import { AwsError } from '../../gateway/aws-error';
import { PROTOCOLS, type Protocol, type Topic } from './sns-state';
import type { TopicMessage } from './topic-message';

/** 256 KiB, attributes included. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MOST_BYTES = 262_144;
/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html */
const DEDUPLICATION_MS = 5 * 60_000;

type Publication = Pick<PublishInput, 'Message' | 'MessageStructure' | 'Subject' | 'MessageAttributes' | 'MessageGroupId' | 'MessageDeduplicationId'>;

/** What became of a publication: a repeated FIFO message is accepted and goes nowhere. */
export interface Accepted {
  readonly message: TopicMessage;
  readonly isDuplicate: boolean;
  readonly bytes: number;
}

/** Checks a publication as SNS does and makes a message of it. */
export function acceptPublication(topic: Topic, input: Publication, now: Date): Accepted {
  const bodies = bodiesOf(input);
  const bytes = sizeOf(input);
  if (bytes > MOST_BYTES) throw new AwsError('InvalidParameterException', 'Invalid parameter: Message too long');
  if (input.Subject !== undefined) checkSubject(input.Subject);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(input.MessageAttributes ?? {})) {
    if (!DataType || !/^(String|Number|Binary|String\.Array)(\.|$)/.test(DataType)) throw invalid(`The message attribute '${name}' has an invalid message attribute type`);
    if (!StringValue && !BinaryValue?.length) throw invalid(`The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`);
  }
  const order = topic.isFifo ? orderOf(topic, input, now) : { isDuplicate: false, deduplicationId: undefined, sequenceNumber: undefined };
  if (!topic.isFifo && input.MessageDeduplicationId !== undefined) throw invalid('The request includes MessageDeduplicationId parameter that is not valid for this topic type');
  const message: TopicMessage = {
    id: randomUUID(),
    topic,
    subject: input.Subject,
    bodies,
    attributes: input.MessageAttributes ?? {},
    publishedAt: now,
    groupId: input.MessageGroupId,
    deduplicationId: order.deduplicationId,
    sequenceNumber: order.sequenceNumber,
  };
  return { message, isDuplicate: order.isDuplicate, bytes };
}

/** Puts the members of a batch entry under the names of a single publication. */
export function entryAsPublication({ Message, MessageStructure, Subject, MessageAttributes, MessageGroupId, MessageDeduplicationId }: PublishBatchRequestEntry): Publication {
  return { Message, MessageStructure, Subject, MessageAttributes, MessageGroupId, MessageDeduplicationId };
}

function bodiesOf({ Message, MessageStructure }: Publication): TopicMessage['bodies'] {
  const text = Message ?? '';
  if (text === '') throw invalid('Empty message');
  if (MessageStructure === undefined || MessageStructure === '') return { default: text };
  if (MessageStructure !== 'json') throw invalid('Invalid MessageStructure');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const record = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (typeof record['default'] !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  const known = PROTOCOLS.filter((protocol): protocol is Protocol => typeof record[protocol] === 'string').map((protocol) => [protocol, record[protocol] as string]);
  return { ...(Object.fromEntries(known) as Partial<Record<Protocol, string>>), default: record['default'] };
}

function checkSubject(subject: string): void {
  if (subject.length === 0 || subject.length > 100 || /[\n\r\t\p{Cc}]/u.test(subject)) throw invalid('Subject');
}

function orderOf(topic: Topic, { Message = '', MessageGroupId, MessageDeduplicationId }: Publication, now: Date) {
  if (!MessageGroupId) throw invalid('The MessageGroupId parameter is required for FIFO topics');
  const byContent = topic.attributes.get('ContentBasedDeduplication') === 'true';
  const deduplicationId = MessageDeduplicationId ?? (byContent ? createHash('sha256').update(Message).digest('hex') : undefined);
  if (deduplicationId === undefined) throw invalid('The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');
  const isDuplicate = (topic.seen.get(deduplicationId) ?? 0) > now.getTime();
  if (!isDuplicate) {
    topic.seen.set(deduplicationId, now.getTime() + DEDUPLICATION_MS);
    topic.sequence += 1n;
  }
  return { isDuplicate, deduplicationId, sequenceNumber: topic.sequence.toString().padStart(20, '0') };
}

function sizeOf({ Message = '', MessageAttributes = {} }: Publication): number {
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType = '', StringValue = '', BinaryValue }]) => Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0));
  return attributes.reduce((total, bytes) => total + bytes, Buffer.byteLength(Message));
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`);
}
