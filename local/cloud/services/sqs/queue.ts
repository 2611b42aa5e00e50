import { randomUUID } from 'node:crypto';
import type { Place } from '../../gateway/service';
import type { MessageAttributes } from './message-digest';
import { queueArnOf, queueUrlOf } from './queue-url';

/** A message as a queue keeps it. Times are cloud milliseconds. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
  /** The wrapped data key of an encrypted queue. */
  readonly dataKey: Uint8Array | undefined;
  readonly deadLetterSourceArn: string | undefined;
  readonly sentAtMs: number;
  /** The end of its delay, or of the time for which its receiver has it. */
  visibleAtMs: number;
  /** Whether `visibleAtMs` is the end of a delay. */
  isDelayed: boolean;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  receiptHandle: string | undefined;
}

/** Where the messages that nobody could handle go, and after how many receives. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The messages that can be received, are with a receiver, or wait for their delay to end. */
export interface QueueCounts {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  readonly oldestSentAtMs: number | undefined;
}

/** One queue with its messages, in the order in which they came. */
export class Queue implements Place {
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly url: string;
  readonly isFifo: boolean;
  readonly attributes = new Map<string, string>();
  tags: Record<string, string> = {};
  modifiedAt: Date;
  purgedAtMs = -Infinity;
  /** FIFO only: deduplication ids with the message they stand for. */
  private readonly seen = new Map<string, { readonly message: QueuedMessage; readonly untilMs: number }>();
  private readonly usedHandles = new Set<string>();
  private readonly kept: QueuedMessage[] = [];
  private sequence = 18_870_000_000_000_000_000n;

  constructor(
    place: Place,
    readonly name: string,
    readonly createdAt: Date,
  ) {
    this.account = place.account;
    this.region = place.region;
    this.arn = queueArnOf(place, name);
    this.url = queueUrlOf(place, name);
    this.isFifo = name.endsWith('.fifo');
    this.modifiedAt = createdAt;
  }

  /** The value of a numeric attribute. */
  number(attribute: string): number {
    return Number(this.attributes.get(attribute) ?? 0);
  }

  get redrivePolicy(): RedrivePolicy | undefined {
    const text = this.attributes.get('RedrivePolicy');
    if (text === undefined) return undefined;
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as { deadLetterTargetArn: string; maxReceiveCount: number | string };
    return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
  }

  add(message: QueuedMessage): void {
    this.kept.push(message);
  }

  /** The message that a repeated deduplication id stands for. */
  duplicateOf(deduplicationId: string, nowMs: number): QueuedMessage | undefined {
    const entry = this.seen.get(deduplicationId);
    return entry && entry.untilMs > nowMs ? entry.message : undefined;
  }

  remember(deduplicationId: string, message: QueuedMessage, untilMs: number): void {
    this.seen.set(deduplicationId, { message, untilMs });
  }

  nextSequenceNumber(): string {
    this.sequence += 256n;
    return this.sequence.toString();
  }

  /** Messages that can be received now, in order; of each FIFO group only as far as none is with a receiver. */
  receivable(nowMs: number): readonly QueuedMessage[] {
    const blocked = new Set<string | undefined>();
    return this.kept.filter((message) => {
      const isVisible = message.visibleAtMs <= nowMs;
      if (!this.isFifo) return isVisible;
      if (!isVisible) blocked.add(message.groupId);
      return isVisible && !blocked.has(message.groupId);
    });
  }

  /** Hands the message to a receiver, who has it until then. */
  handOut(message: QueuedMessage, nowMs: number, visibilityMs: number): string {
    if (message.receiptHandle !== undefined) this.usedHandles.add(message.receiptHandle);
    message.receiptHandle = Buffer.from(`${randomUUID()} ${message.id}`).toString('base64');
    message.receiveCount += 1;
    message.firstReceivedAtMs ??= nowMs;
    message.visibleAtMs = nowMs + visibilityMs;
    message.isDelayed = false;
    return message.receiptHandle;
  }

  byHandle(handle: string): QueuedMessage | undefined {
    return this.kept.find(({ receiptHandle }) => receiptHandle === handle);
  }

  /** Whether the handle was given out once and means nothing any more. */
  wasHandle(handle: string): boolean {
    return this.usedHandles.has(handle);
  }

  remove(message: QueuedMessage): void {
    const index = this.kept.indexOf(message);
    if (index >= 0) this.kept.splice(index, 1);
    if (message.receiptHandle !== undefined) this.usedHandles.add(message.receiptHandle);
  }

  clear(): void {
    for (const message of [...this.kept]) this.remove(message);
  }

  /** Drops what has been kept for longer than the queue keeps messages. */
  expire(nowMs: number): void {
    const keptMs = this.number('MessageRetentionPeriod') * 1000;
    for (const message of this.kept.filter(({ sentAtMs }) => sentAtMs + keptMs <= nowMs)) this.remove(message);
  }

  counts(nowMs: number): QueueCounts {
    const waiting = this.kept.filter(({ visibleAtMs }) => visibleAtMs > nowMs);
    const delayed = waiting.filter(({ isDelayed }) => isDelayed).length;
    const oldest = this.kept.reduce((earliest, { sentAtMs }) => Math.min(earliest, sentAtMs), Infinity);
    return { visible: this.kept.length - waiting.length, notVisible: waiting.length - delayed, delayed, oldestSentAtMs: oldest === Infinity ? undefined : oldest };
  }

  /** The next time at which messages change without anybody doing anything: a delay or visibility timeout ends, or one expires. */
  nextChangeMs(nowMs: number): number | undefined {
    const keptMs = this.number('MessageRetentionPeriod') * 1000;
    const times = this.kept.flatMap(({ visibleAtMs, sentAtMs }) => (visibleAtMs > nowMs ? [visibleAtMs, sentAtMs + keptMs] : [sentAtMs + keptMs]));
    return times.length === 0 ? undefined : times.reduce((earliest, time) => Math.min(earliest, time));
  }
}
