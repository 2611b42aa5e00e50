import { createHash, randomUUID } from 'node:crypto';
import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { md5Of, md5OfAttributes } from './message-digest';
import type { Queue, QueuedMessage } from './queue';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html */
const DEDUPLICATION_MS = 5 * 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: characters outside XML 1.0 are refused. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

export type Sending = Pick<SendMessageCommandInput, 'MessageBody' | 'DelaySeconds' | 'MessageAttributes' | 'MessageSystemAttributes' | 'MessageGroupId' | 'MessageDeduplicationId'>;

/** What a sender is told. */
export interface Sent {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes: string | undefined;
  readonly SequenceNumber: string | undefined;
}

/** Refuses what SQS refuses; to be called before anything is touched. */
export function checkSending(queue: Queue, { MessageBody = '', MessageAttributes = {}, MessageGroupId, MessageDeduplicationId, DelaySeconds }: Sending): void {
  if (MessageBody === '') throw missing('MessageBody');
  if (NOT_XML.test(MessageBody)) throw new AwsError('InvalidMessageContents', 'Invalid characters found in the message body.');
  const most = queue.number('MaximumMessageSize');
  const bytes = Object.entries(MessageAttributes).reduce(
    (total, [name, { DataType = '', StringValue = '', BinaryValue }]) => total + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    Buffer.byteLength(MessageBody),
  );
  if (bytes > most) throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  if (Object.keys(MessageAttributes).length > 10) throw invalid('Number of message attributes exceeds the allowed maximum [10].');
  if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > 900)) throw invalid(`Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`);
  if (!queue.isFifo) {
    if (MessageDeduplicationId !== undefined) throw invalid('The request includes a parameter that is not valid for this queue type. Reason: MessageDeduplicationId');
    return;
  }
  if (MessageGroupId === undefined) throw missing('MessageGroupId');
  if (DelaySeconds !== undefined && DelaySeconds > 0) throw invalid(`Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`);
  if (MessageDeduplicationId === undefined && queue.attributes.get('ContentBasedDeduplication') !== 'true') {
    throw invalid('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');
  }
}

/** Puts a checked message into the queue; of a FIFO queue's repeated message the first stays. */
export function enqueue(queue: Queue, sending: Sending, dataKey: Uint8Array | undefined, { principal }: Call, nowMs: number): Sent {
  const deduplicationId = queue.isFifo ? (sending.MessageDeduplicationId ?? createHash('sha256').update(sending.MessageBody ?? '').digest('hex')) : undefined;
  const duplicate = deduplicationId === undefined ? undefined : queue.duplicateOf(deduplicationId, nowMs);
  const message = duplicate ?? newMessage(queue, sending, { deduplicationId, dataKey, nowMs, senderId: principal.kind === 'role-session' ? `${principal.roleId}:${principal.sessionName}` : principal.account });
  if (!duplicate) {
    queue.add(message);
    if (deduplicationId !== undefined) queue.remember(deduplicationId, message, nowMs + DEDUPLICATION_MS);
  }
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5Of(sending.MessageBody ?? ''),
    MD5OfMessageAttributes: md5OfAttributes(sending.MessageAttributes ?? {}),
    SequenceNumber: message.sequenceNumber,
  };
}

function newMessage(queue: Queue, sending: Sending, { deduplicationId, dataKey, nowMs, senderId }: { deduplicationId: string | undefined; dataKey: Uint8Array | undefined; nowMs: number; senderId: string }): QueuedMessage {
  const delayMs = (sending.DelaySeconds ?? queue.number('DelaySeconds')) * 1000;
  return {
    id: randomUUID(),
    body: sending.MessageBody ?? '',
    attributes: sending.MessageAttributes ?? {},
    traceHeader: sending.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
    senderId,
    groupId: sending.MessageGroupId,
    deduplicationId,
    sequenceNumber: queue.isFifo ? queue.nextSequenceNumber() : undefined,
    dataKey,
    deadLetterSourceArn: undefined,
    sentAtMs: nowMs,
    visibleAtMs: nowMs + delayMs,
    isDelayed: delayMs > 0,
    receiveCount: 0,
    firstReceivedAtMs: undefined,
    receiptHandle: undefined,
  };
}

function missing(parameter: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${parameter}.`, { status: 400 });
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message, { status: 400 });
}
