import type * as sdk from '@aws-sdk/client-sqs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call, Operations } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { runBatch } from './batch';
import type { Queue } from './queue';
import { queueAccess } from './queue-access';
import { newDataKey, openDataKey } from './queue-encryption';
import { describeMessage, sendAwayExhausted } from './receive-messages';
import { checkSending, enqueue, type Sending, type Sent } from './send-message';
import type { SqsState } from './sqs-state';

/** The operations on messages. */
export function messageOperations(state: SqsState, context: CloudContext, metrics: MetricSink): Operations<typeof sdk> {
  const { clock } = context;
  const byUrl = (action?: string) => ({ QueueUrl }: { QueueUrl: string | undefined }, call: Call) => queueAccess(state, call, QueueUrl, action);
  const count = (queue: Queue, name: string, value = 1, unit: 'Count' | 'Bytes' = 'Count') =>
    metrics.put({ place: queue, namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.name }, value, unit });

  const send = async (queue: Queue, sending: Sending, call: Call): Promise<Sent> => {
    checkSending(queue, sending);
    const sent = enqueue(queue, sending, await newDataKey(context, queue, call), call, clock.nowMs());
    count(queue, 'NumberOfMessagesSent');
    count(queue, 'SentMessageSize', Buffer.byteLength(sending.MessageBody ?? ''), 'Bytes');
    state.changed(queue);
    return sent;
  };
  const remove = (queue: Queue, handle: string): void => {
    const message = queue.byHandle(handle);
    if (!message && !queue.wasHandle(handle)) throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
    if (message) queue.remove(message);
    count(queue, 'NumberOfMessagesDeleted');
    state.changed(queue);
  };
  const changeVisibility = (queue: Queue, handle: string, seconds: number): void => {
    const message = queue.byHandle(handle);
    if (!message && !queue.wasHandle(handle)) throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
    if (!message || message.visibleAtMs <= clock.nowMs()) throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    message.visibleAtMs = clock.nowMs() + seconds * 1000;
    state.changed(queue);
  };

  return {
    SendMessage: { access: byUrl(), run: async (input, call) => ({ ...(await send(state.byUrl(call.region, input.QueueUrl), input, call)) }) },
    SendMessageBatch: {
      access: byUrl('sqs:SendMessage'),
      run: async ({ QueueUrl, Entries = [] }, call) => {
        const queue = state.byUrl(call.region, QueueUrl);
        return runBatch(Entries, async (entry) => ({ Id: entry.Id, ...(await send(queue, entry, call)) }));
      },
    },
    ReceiveMessage: {
      access: byUrl(),
      run: async (input, call) => {
        const queue = state.byUrl(call.region, input.QueueUrl);
        const most = input.MaxNumberOfMessages ?? 1;
        if (most < 1 || most > 10) throw new AwsError('InvalidParameterValue', `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`, { status: 400 });
        await waitForMessages(state, context, queue, (input.WaitTimeSeconds ?? queue.number('ReceiveMessageWaitTimeSeconds')) * 1000);
        sendAwayExhausted(state, queue, clock.nowMs());
        const chosen = queue.receivable(clock.nowMs()).slice(0, most);
        for (const { dataKey } of chosen) await openDataKey(context, queue, dataKey, call);
        const visibilityMs = (input.VisibilityTimeout ?? queue.number('VisibilityTimeout')) * 1000;
        for (const message of chosen) queue.handOut(message, clock.nowMs(), visibilityMs);
        count(queue, chosen.length === 0 ? 'NumberOfEmptyReceives' : 'NumberOfMessagesReceived', Math.max(1, chosen.length));
        if (chosen.length === 0) return {};
        state.changed(queue);
        const systemNames = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
        return { Messages: chosen.map((message) => describeMessage(message, systemNames, input.MessageAttributeNames ?? [])) };
      },
    },
    DeleteMessage: {
      access: byUrl(),
      run: ({ QueueUrl, ReceiptHandle = '' }, { region }) => {
        remove(state.byUrl(region, QueueUrl), ReceiptHandle);
        return {};
      },
    },
    DeleteMessageBatch: {
      access: byUrl('sqs:DeleteMessage'),
      run: ({ QueueUrl, Entries = [] }, { region }) => {
        const queue = state.byUrl(region, QueueUrl);
        return runBatch(Entries, async ({ Id, ReceiptHandle = '' }) => {
          remove(queue, ReceiptHandle);
          return { Id };
        });
      },
    },
    ChangeMessageVisibility: {
      access: byUrl(),
      run: ({ QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 }, { region }) => {
        changeVisibility(state.byUrl(region, QueueUrl), ReceiptHandle, VisibilityTimeout);
        return {};
      },
    },
    ChangeMessageVisibilityBatch: {
      access: byUrl('sqs:ChangeMessageVisibility'),
      run: ({ QueueUrl, Entries = [] }, { region }) => {
        const queue = state.byUrl(region, QueueUrl);
        return runBatch(Entries, async ({ Id, ReceiptHandle = '', VisibilityTimeout = 0 }) => {
          changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
          return { Id };
        });
      },
    },
    PurgeQueue: {
      access: byUrl(),
      run: ({ QueueUrl }, { region }) => {
        const queue = state.byUrl(region, QueueUrl);
        if (clock.nowMs() - queue.purgedAtMs < 60_000) throw new AwsError('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`);
        queue.purgedAtMs = clock.nowMs();
        queue.clear();
        state.changed(queue);
        return {};
      },
    },
  };
}

/** Long polling: returns as soon as there is something to receive, at the latest after the wait. */
async function waitForMessages(state: SqsState, { clock }: CloudContext, queue: Queue, waitMs: number): Promise<void> {
  if (waitMs === 0 || queue.receivable(clock.nowMs()).length > 0) return;
  await new Promise<void>((resolve) => {
    const timer = clock.after(waitMs, () => finish());
    const stopListening = state.onAvailable(queue.arn, () => finish());
    const finish = () => {
      timer.cancel();
      stopListening();
      resolve();
    };
  });
}
