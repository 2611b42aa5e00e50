import { DeleteMessageBatchCommand, ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Timer } from '../../gateway/clock';
import type { ServiceRoles } from '../../gateway/service-role';
import { queueUrlOf } from '../sqs/queue-url';
import type { EventSourceMapping } from './event-source-mapping';
import type { Answer, FunctionInvoker } from './function-invoker';
import type { LambdaState, Resolved } from './lambda-state';

/** AWS polls all the time; here a queue is looked at this often in cloud time. */
const POLL_MS = 5_000;
/** How many batches AWS starts with at a time. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const BATCHES_AT_A_TIME = 5;
const MOST_MESSAGES_A_CALL = 10;

export interface PollerPorts {
  readonly context: CloudContext;
  readonly state: LambdaState;
  readonly invoker: FunctionInvoker;
  readonly roles: ServiceRoles;
}

/** Takes messages from a queue to a function, with the function's own role, for as long as the mapping is enabled. */
export class QueuePoller {
  private timer: Timer | undefined;
  private batches = 0;

  constructor(
    private readonly ports: PollerPorts,
    private readonly mapping: EventSourceMapping,
  ) {}

  start(): void {
    this.timer ??= this.ports.context.clock.after(0, () => this.look());
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private look(): void {
    const { clock } = this.ports.context;
    // A batch gathers for as long as its window, so the queue is looked at no more often.
    this.timer = clock.after(Math.max(POLL_MS, this.mapping.batchingWindowSeconds * 1000), () => this.look());
    void clock.whileWorking(() => this.takeBatches()).catch((error: Error) => this.fail(error));
  }

  /** One batch after the other until the queue is empty; several are at work at a time. */
  private async takeBatches(): Promise<void> {
    const limit = Math.min(BATCHES_AT_A_TIME, this.mapping.maximumConcurrency ?? BATCHES_AT_A_TIME);
    while (this.timer && this.batches < limit) {
      const resolved = this.ports.state.resolve(this.mapping.functionName, this.mapping, this.mapping.qualifier);
      const queue = await this.queueOf(resolved);
      const messages = await this.receive(queue);
      if (messages.length === 0) return;
      this.batches += 1;
      void this.ports.context.clock
        .whileWorking(() => this.handOver(queue, resolved, messages))
        .catch((error: Error) => this.fail(error))
        .finally(() => (this.batches -= 1));
    }
  }

  private async handOver(queue: CloudClient, resolved: Resolved, messages: readonly Message[]): Promise<void> {
    const payload = JSON.stringify({ Records: messages.map((message) => this.recordOf(message)) });
    const answer = await this.ports.invoker.invoke(resolved, { requestId: randomUUID(), payload });
    const failed = answer.functionError ? 'all' : this.failedOf(answer, messages);
    this.mapping.lastResult = answer.functionError ? 'PROBLEM: Function call failed' : 'OK';
    const done = messages.filter(({ MessageId = '' }) => failed !== 'all' && !failed.has(MessageId));
    for (let at = 0; at < done.length; at += MOST_MESSAGES_A_CALL) {
      const Entries = done.slice(at, at + MOST_MESSAGES_A_CALL).map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await queue.send(new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl(), Entries }));
    }
  }

  /** Which messages the function says it failed on. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting */
  private failedOf({ payload }: Answer, messages: readonly Message[]): 'all' | ReadonlySet<string> {
    if (!this.mapping.responseTypes.includes('ReportBatchItemFailures')) return new Set();
    const { batchItemFailures = [] } = (JSON.parse(payload) as { readonly batchItemFailures?: readonly { readonly itemIdentifier?: string }[] } | null) ?? {};
    const ids = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    const known = new Set(messages.map(({ MessageId }) => MessageId));
    return ids.every((id) => id !== undefined && known.has(id)) ? new Set(ids as string[]) : 'all';
  }

  private async receive(queue: CloudClient): Promise<readonly Message[]> {
    const received: Message[] = [];
    while (received.length < this.mapping.batchSize) {
      const MaxNumberOfMessages = Math.min(MOST_MESSAGES_A_CALL, this.mapping.batchSize - received.length);
      const request = new ReceiveMessageCommand({ QueueUrl: this.queueUrl(), MaxNumberOfMessages, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
      const { Messages = [] } = await queue.send(request);
      if (Messages.length === 0) break;
      received.push(...Messages);
    }
    return received;
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
  private recordOf(message: Message): object {
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, BinaryValue, DataType }]) => [
          name,
          { stringValue: StringValue, binaryValue: BinaryValue && Buffer.from(BinaryValue).toString('base64'), dataType: DataType, stringListValues: [], binaryListValues: [] },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.mapping.queueArn,
      awsRegion: this.mapping.region,
    };
  }

  private queueOf({ lambda, version }: Resolved): Promise<CloudClient> {
    const { account, region } = lambda;
    return this.ports.roles.clientOf({ roleArn: version.settings.role, sourceArn: lambda.arn, sessionName: lambda.name, place: { account, region } });
  }

  private queueUrl(): string {
    const { account = '', region = '', resource = '' } = parseArn(this.mapping.queueArn) ?? {};
    return queueUrlOf({ account, region }, resource);
  }

  /** What AWS refuses or limits leaves the messages in the queue: they come back. */
  private fail(error: Error): void {
    if (error instanceof AwsError) this.mapping.lastResult = `PROBLEM: ${error.message}`;
    else this.ports.context.reportDefect(error, `event source mapping ${this.mapping.id}`);
  }
}
