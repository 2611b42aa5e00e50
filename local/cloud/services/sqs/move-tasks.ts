import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sqs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Access, Operations } from '../../gateway/service';
import { accessTo } from './queue-access';
import type { Queue } from './queue';
import { moved } from './receive-messages';
import type { SqsState } from './sqs-state';

/** What SQS does without a limit of ours: 500 messages per second. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const MOST_PER_SECOND = 500;

interface MoveTask {
  readonly handle: string;
  readonly source: Queue;
  readonly destination: Queue | undefined;
  readonly perSecond: number;
  readonly startedAtMs: number;
  readonly toMove: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  moved: number;
  failureReason: string | undefined;
}

/** Redrive of dead-letter queues: second by second, messages go back where they came from or to a queue of one's choice. */
export function moveTaskOperations(state: SqsState, clock: CloudClock): Operations<typeof sdk> {
  const tasks: MoveTask[] = [];
  const queueAt = (arn: string | undefined): Queue => {
    const queue = state.byArn(arn);
    if (!queue) throw new AwsError('ResourceNotFoundException', 'The resource that you specified for the SourceArn parameter doesn\'t exist.');
    return queue;
  };
  const byArn = (arn: string | undefined, action?: string): Access => {
    const queue = state.byArn(arn);
    return queue ? accessTo(queue, action) : { resource: arn ?? '', ...(action !== undefined && { action }) };
  };
  const step = (task: MoveTask): void => {
    if (task.status !== 'RUNNING') return;
    const batch = task.source.receivable(clock.nowMs()).slice(0, task.perSecond);
    for (const message of batch) {
      const destination = task.destination ?? state.byArn(message.deadLetterSourceArn);
      if (!destination) {
        task.status = 'FAILED';
        task.failureReason = 'CouldNotDetermineMessageSource';
        return;
      }
      task.source.remove(message);
      destination.add({ ...moved(message, { deadLetterSourceArn: undefined, sentAtMs: clock.nowMs(), visibleAtMs: clock.nowMs() }), receiveCount: 0 });
      task.moved += 1;
      state.changed(destination);
    }
    state.changed(task.source);
    if (batch.length < task.perSecond) task.status = 'COMPLETED';
    else clock.after(1000, () => step(task));
  };

  return {
    StartMessageMoveTask: {
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
      access: ({ SourceArn, DestinationArn }) => {
        const source = state.byArn(SourceArn);
        const destinations = DestinationArn !== undefined ? [DestinationArn] : source ? state.sourcesOf(source).map(({ arn }) => arn) : [];
        const onSource = [undefined, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => byArn(SourceArn, action));
        return [...onSource, ...destinations.map((arn) => byArn(arn, 'sqs:SendMessage'))];
      },
      run: ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond = MOST_PER_SECOND }) => {
        const source = queueAt(SourceArn);
        if (state.sourcesOf(source).length === 0) throw new AwsError('UnsupportedOperation', 'Source queue must be configured as a Dead Letter Queue.');
        if (tasks.some((task) => task.source === source && task.status === 'RUNNING')) throw new AwsError('UnsupportedOperation', 'There is already a task running. Only one active task is allowed for a source queue arn at a given time.');
        const task: MoveTask = {
          handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
          source,
          destination: DestinationArn === undefined ? undefined : queueAt(DestinationArn),
          perSecond: Math.min(MaxNumberOfMessagesPerSecond, MOST_PER_SECOND),
          startedAtMs: clock.nowMs(),
          toMove: source.counts(clock.nowMs()).visible,
          status: 'RUNNING',
          moved: 0,
          failureReason: undefined,
        };
        tasks.unshift(task);
        clock.after(1000, () => step(task));
        return { TaskHandle: task.handle };
      },
    },
    ListMessageMoveTasks: {
      access: ({ SourceArn }) => [byArn(SourceArn)],
      run: ({ SourceArn, MaxResults = 1 }) => {
        const source = queueAt(SourceArn);
        return { Results: tasks.filter((task) => task.source === source).slice(0, MaxResults).map(describe) };
      },
    },
    CancelMessageMoveTask: {
      access: ({ TaskHandle }) => [byArn(tasks.find(({ handle }) => handle === TaskHandle)?.source.arn)],
      run: ({ TaskHandle }) => {
        const task = tasks.find(({ handle }) => handle === TaskHandle);
        if (task?.status !== 'RUNNING') throw new AwsError('ResourceNotFoundException', 'Task does not exist or is not running.');
        task.status = 'CANCELLED';
        return { ApproximateNumberOfMessagesMoved: task.moved };
      },
    },
  };
}

function describe(task: MoveTask): sdk.ListMessageMoveTasksResultEntry {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.source.arn,
    DestinationArn: task.destination?.arn,
    MaxNumberOfMessagesPerSecond: task.perSecond === MOST_PER_SECOND ? undefined : task.perSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: Math.floor(task.startedAtMs),
  };
}
