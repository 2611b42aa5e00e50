import * as z from 'zod/mini';
import { Executions } from '../common/aws/executions';
import { Queue, type TakenMessage } from '../common/aws/queue';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV, type ReplicationRequest } from './contract';
import { parseFailureRecord, type FailureRecord } from './failure-record';

export interface RedriveInput {
  /** @default 10 */
  readonly most?: number;
}

interface Redriven {
  readonly table: string | null;
  readonly operationId: string;
  readonly executionArn: string;
}

export interface RedriveOutput {
  readonly redriven: readonly Redriven[];
  /** Messages that stay in the queue, each with the reason. */
  readonly left: readonly string[];
}

export interface RedrivePorts {
  readonly pipeline: string;
  readonly queue: Pick<Queue, 'take' | 'remove' | 'giveBack'>;
  readonly executions: Pick<Executions, 'start'>;
}

const MOST_AT_ONCE = 100;
const schema = z.strictObject({ most: z._default(z.int().check(z.positive(), z.maximum(MOST_AT_ONCE)), 10) });

/**
 * Starts what failed again, one run a failure, and takes it from the queue once its run has started.
 *
 * The run is named after the moment of the failure, so that a failure which is redriven twice starts one run. It is the
 * operation of before: what that had done already is not done again.
 */
export async function redriveFailures(input: RedriveInput, { pipeline, queue, executions }: RedrivePorts): Promise<RedriveOutput> {
  const { most } = parseInput(schema, input, `redrive request for ${pipeline}`);
  const redriven: Redriven[] = [];
  const left: { readonly message: TakenMessage; readonly reason: string }[] = [];
  const room = () => most - redriven.length - left.length;
  for (let taken = await queue.take(room()); taken.length > 0; taken = room() > 0 ? await queue.take(room()) : []) {
    for (const message of taken) {
      const record = readRecord(message, pipeline);
      if (typeof record === 'string') left.push({ message, reason: record });
      else redriven.push(await redrive(message, record, queue, executions));
    }
  }
  // Only now: given back at once they would be taken again.
  for (const { message } of left) await queue.giveBack(message);
  return { redriven, left: left.map(({ reason }) => reason) };
}

async function redrive(message: TakenMessage, record: FailureRecord, queue: RedrivePorts['queue'], executions: RedrivePorts['executions']): Promise<Redriven> {
  const { executionArn } = await executions.start(nameOf(record), requestOf(record));
  await queue.remove(message);
  return { table: record.table, operationId: record.operationId, executionArn };
}

/** The failure, or why the message is none of this pipeline's. */
function readRecord({ body }: TakenMessage, pipeline: string): FailureRecord | string {
  try {
    const record = parseFailureRecord(body);
    return record.pipeline === pipeline ? record : `a failure of pipeline ${record.pipeline}`;
  } catch (error) {
    return error instanceof Error ? error.message : 'not a failure record';
  }
}

function requestOf({ operationId, table, mode }: FailureRecord): ReplicationRequest {
  return { operationId, mode, ...(table !== null && { tables: [table] }) };
}

const LONGEST_NAME = 80;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
function nameOf({ operationId, table, failedAt }: FailureRecord): string {
  const suffix = `-redrive-${Date.parse(failedAt).toString(36)}`;
  const words = `${operationId}-${table ?? 'run'}`.replace(/[^A-Za-z0-9_-]/g, '_');
  return `${words.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}

export const handler = defineHandler('snowflake-replicator/redrive-failures', redriveFailures, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    queue: Queue.in(target, env.required(ENV.FAILURE_QUEUE_URL)),
    executions: Executions.in(target, env.required(ENV.STATE_MACHINE_ARN)),
  };
});
