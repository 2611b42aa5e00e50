import { Queue } from '../common/aws/queue';
import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, failureClassOf, METRIC, type RecordFailureInput, type TableOutcome } from './contract';
import type { FailureRecord } from './failure-record';

export interface RecordFailurePorts {
  readonly pipeline: string;
  readonly queue: Pick<Queue, 'send'>;
  readonly topic: Pick<Topic, 'publish'>;
  readonly now: () => Date;
}

/** What Lambda reports of an error, which Step Functions hands on as a text. */
interface Cause {
  readonly errorMessage?: string;
}

const LONGEST_MESSAGE = 2000;

/** Keeps a failure that trying again did not help: in the queue, from which it can be redriven, in the metrics, and as word to people. */
export async function recordFailure(input: RecordFailureInput, { pipeline, queue, topic, now }: RecordFailurePorts): Promise<TableOutcome> {
  const { operationId, table, mode, executionArn, error } = input;
  const errorName = error.Error;
  const message = messageOf(error.Cause).slice(0, LONGEST_MESSAGE);
  const failureClass = failureClassOf(errorName);
  const record: FailureRecord = { version: 1, pipeline, operationId, table, mode, errorName, failureClass, message, executionArn, failedAt: now().toISOString() };
  await queue.send(JSON.stringify(record));
  addMetric(table === null ? pipeline : `${pipeline}/${table}`, METRIC.failed, 1);
  await topic.publish(`${pipeline}: ${table ?? 'the run'} failed`, describe(record));
  return { table, status: 'failed', errorName, failureClass, message };
}

function messageOf(cause = ''): string {
  try {
    const { errorMessage } = JSON.parse(cause) as Cause;
    return errorMessage ?? cause;
  } catch {
    // Failures that are not of a function, such as a time-out of the state, have no JSON.
    return cause;
  }
}

/** What to do about each kind of failure. */
const REMEDIES: Readonly<Record<FailureRecord['failureClass'], string>> = {
  connection: 'It was tried again and did not help: look whether the other side is up and reachable, then redrive.',
  timeout: 'It was tried again and did not help: look what the other side is busy with, then redrive.',
  throttle: 'The other side, or another run, was busy for long: redrive later.',
  auth: 'Put the credentials or privileges right, then redrive.',
  data: 'Read the message: something about the data or the schema needs a decision. Then redrive.',
  config: 'Put the settings right, then redrive.',
  unforeseen: 'Nobody has foreseen this: look into the log of the execution.',
};

function describe({ pipeline, operationId, table, mode, errorName, failureClass, message, executionArn }: FailureRecord): string {
  return [
    `Pipeline:  ${pipeline}`,
    `Table:     ${table ?? 'all, the run failed before it knew its tables'}`,
    `Operation: ${operationId}, mode ${mode}`,
    `Error:     ${errorName} (${failureClass})`,
    '',
    message,
    '',
    REMEDIES[failureClass],
    `Execution: ${executionArn}`,
  ].join('\n');
}

export const handler = defineHandler('snowflake-replicator/record-failure', recordFailure, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    queue: Queue.in(target, env.required(ENV.FAILURE_QUEUE_URL)),
    topic: Topic.in(target, env.required(ENV.TOPIC_ARN)),
    now: () => new Date(),
  };
});
