import type { CloudClock, Timer } from '../../gateway/clock';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { Queue } from './queue';
import { parseQueueUrl, queueArnOf } from './queue-url';

/** For how long an empty queue that nobody uses still reports metrics. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html */
const ACTIVE_MS = 6 * 3_600_000;

/** Queues of all accounts and regions, and who waits for their messages. */
export class SqsState {
  private readonly regions = new PerRegion<Map<string, Queue>>(() => new Map());
  private readonly deletedAtMs = new Map<string, number>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly timers = new Map<string, Timer>();

  constructor(
    private readonly clock: CloudClock,
    private readonly metrics: MetricSink,
  ) {}

  queuesIn(place: Place): readonly Queue[] {
    return [...this.regions.in(place).values()];
  }

  byArn(arn: string | undefined): Queue | undefined {
    const parts = parseArn(arn ?? '');
    return parts?.service === 'sqs' ? this.regions.in(parts).get(parts.resource) : undefined;
  }

  /** The queue that the URL names in the region that was called. */
  byUrl(region: string, url: string | undefined): Queue {
    const address = parseQueueUrl(url);
    if (!address) throw new AwsError('InvalidAddress', `The address ${url ?? ''} is not valid for this endpoint.`);
    const queue = this.regions.in({ account: address.account, region }).get(address.name);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  /** The ARN that the URL stands for, whether the queue exists or not. */
  arnOfUrl(region: string, url: string | undefined): string {
    const { account = '', name = '' } = parseQueueUrl(url) ?? {};
    return queueArnOf({ account, region }, name);
  }

  add(queue: Queue): void {
    this.regions.in(queue).set(queue.name, queue);
    this.changed(queue);
  }

  remove(queue: Queue): void {
    this.regions.in(queue).delete(queue.name);
    this.timers.get(queue.arn)?.cancel();
    this.deletedAtMs.set(queue.arn, this.clock.nowMs());
  }

  /** A name is not free for 60 seconds after its queue was deleted. */
  wasJustDeleted(arn: string): boolean {
    return this.clock.nowMs() - (this.deletedAtMs.get(arn) ?? -Infinity) < 60_000;
  }

  /** The queues that send what they cannot handle to this one. */
  sourcesOf(deadLetterQueue: Queue): readonly Queue[] {
    return this.regions.all().flatMap(([, queues]) => [...queues.values()].filter((queue) => queue.redrivePolicy?.deadLetterTargetArn === deadLetterQueue.arn));
  }

  /**
   * Calls the listener whenever there may be something to receive: for event source mappings, which need not poll then.
   *
   * The returned function ends that.
   */
  onAvailable(queueArn: string, listener: () => void): () => void {
    const listeners = this.listeners.get(queueArn) ?? new Set();
    this.listeners.set(queueArn, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** To be called after every change of a queue's messages: tells listeners and metrics, and wakes up for the next change that needs nobody. */
  changed(queue: Queue): void {
    const nowMs = this.clock.nowMs();
    queue.expire(nowMs);
    this.timers.get(queue.arn)?.cancel();
    const nextMs = queue.nextChangeMs(nowMs);
    if (nextMs !== undefined) this.timers.set(queue.arn, this.clock.after(nextMs - nowMs, () => this.changed(queue)));
    this.reportLevels(queue, nowMs);
    if (queue.receivable(nowMs).length === 0) return;
    for (const listener of [...(this.listeners.get(queue.arn) ?? [])]) listener();
  }

  private reportLevels(queue: Queue, nowMs: number): void {
    const { visible, notVisible, delayed, oldestSentAtMs } = queue.counts(nowMs);
    const shared = { place: queue, namespace: 'AWS/SQS', dimensions: { QueueName: queue.name } };
    const lasting = oldestSentAtMs === undefined ? { lastsMs: ACTIVE_MS } : {};
    this.metrics.level({ ...shared, ...lasting, name: 'ApproximateNumberOfMessagesVisible', value: visible, unit: 'Count' });
    this.metrics.level({ ...shared, ...lasting, name: 'ApproximateNumberOfMessagesNotVisible', value: notVisible, unit: 'Count' });
    this.metrics.level({ ...shared, ...lasting, name: 'ApproximateNumberOfMessagesDelayed', value: delayed, unit: 'Count' });
    const ageSeconds = oldestSentAtMs === undefined ? 0 : Math.floor((nowMs - oldestSentAtMs) / 1000);
    this.metrics.level({ ...shared, ...lasting, name: 'ApproximateAgeOfOldestMessage', value: ageSeconds, unit: 'Seconds', ...(oldestSentAtMs !== undefined && { risePerMinute: 60 }) });
  }
}
