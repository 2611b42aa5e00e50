import type { Message } from '@aws-sdk/client-sqs';
import { md5Of, md5OfAttributes, type MessageAttributes } from './message-digest';
import type { Queue, QueuedMessage } from './queue';
import type { SqsState } from './sqs-state';

/** Moves what was received too often to the dead-letter queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
export function sendAwayExhausted(state: SqsState, queue: Queue, nowMs: number): void {
  const { redrivePolicy } = queue;
  const target = state.byArn(redrivePolicy?.deadLetterTargetArn);
  if (!redrivePolicy || !target) return;
  const exhausted = queue.receivable(nowMs).filter(({ receiveCount }) => receiveCount >= redrivePolicy.maxReceiveCount);
  for (const message of exhausted) {
    queue.remove(message);
    // Standard queues keep the time at which the message was first sent; its retention goes on counting from there.
    target.add(moved(message, { deadLetterSourceArn: queue.arn, sentAtMs: queue.isFifo ? nowMs : message.sentAtMs, visibleAtMs: nowMs }));
  }
  if (exhausted.length > 0) state.changed(target);
}

/** The message as it arrives in another queue. */
export function moved(message: QueuedMessage, changes: Pick<QueuedMessage, 'deadLetterSourceArn' | 'sentAtMs' | 'visibleAtMs'>): QueuedMessage {
  return { ...message, isDelayed: false, receiveCount: message.receiveCount, firstReceivedAtMs: undefined, receiptHandle: undefined, ...changes };
}

/** A handed-out message as the API shows it, with the attributes that were asked for. */
export function describeMessage(message: QueuedMessage, systemNames: readonly string[], attributeNames: readonly string[]): Message {
  const chosen = chosenAttributes(message.attributes, attributeNames);
  const system = systemAttributes(message);
  const wanted = Object.entries(system).filter(([name, value]) => value !== undefined && (systemNames.includes('All') || systemNames.includes(name))) as [string, string][];
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...(Object.keys(chosen).length > 0 && { MessageAttributes: { ...chosen }, MD5OfMessageAttributes: md5OfAttributes(chosen) }),
  };
}

function systemAttributes(message: QueuedMessage): Record<string, string | undefined> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(Math.floor(message.sentAtMs)),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAtMs ?? 0)),
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
}

function chosenAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const isWanted = (name: string) => names.some((wanted) => wanted === 'All' || wanted === '.*' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -1))));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}
