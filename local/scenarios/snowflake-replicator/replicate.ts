import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ReplicationRequest } from '../../../lambda/snowflake-replicator/contract';
import { ending } from '../../rehearsal/error-of-execution';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import type { PipelineWorld } from './pipeline-world';

/** A failure that waits in the queue. */
export interface WaitingFailure {
  readonly table: string | null;
  readonly errorName: string;
  readonly message: string;
}

const MOST_MESSAGES = 10;

/** Name of one of the pipeline's functions. */
export function functionName({ config }: PipelineWorld, operation: string): string {
  return `snowflake-replicator-${config.name}-${operation}`;
}

/** Requests a run as an operator would. Returns its execution. */
export async function request(stage: Stage<PipelineWorld>, asked: ReplicationRequest): Promise<string> {
  const { executionArn } = await stage.invoke<{ executionArn: string }>(stage.world.place, functionName(stage.world, 'request-replication'), asked);
  return executionArn;
}

/** Requests a run and waits for its end, however it ends. */
export async function run(stage: Stage<PipelineWorld>, title: string, asked: ReplicationRequest): Promise<ExecutionOutcome> {
  return stage.step(title, async () => stage.executionEnd(stage.world.place, await request(stage, asked)), evidenceOf);
}

/** The same for runs that must end well. */
export async function replicate(stage: Stage<PipelineWorld>, title: string, asked: ReplicationRequest): Promise<ExecutionOutcome> {
  const outcome = await run(stage, title, asked);
  await checkSucceeded(stage, outcome, title);
  return outcome;
}

export async function checkSucceeded(stage: Stage<PipelineWorld>, { status }: ExecutionOutcome, title: string): Promise<void> {
  const failures = status === 'SUCCEEDED' ? [] : await waitingFailures(stage);
  stage.check(status === 'SUCCEEDED', `${title}: the run succeeded`, ...failures.map(({ table, errorName, message }) => `${table ?? 'the run'}: ${errorName}: ${message}`));
}

/** What is in the queue of failures; looking hides it for a second. */
export async function waitingFailures(stage: Stage<PipelineWorld>): Promise<readonly WaitingFailure[]> {
  const sqs = stage.client(SQSClient, stage.world.place);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `snowflake-replicator-${stage.world.config.name}-failures` }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: MOST_MESSAGES, VisibilityTimeout: 1 }));
  return Messages.map(({ Body = 'null' }) => JSON.parse(Body) as WaitingFailure);
}

function evidenceOf(outcome: ExecutionOutcome): string[] {
  return [ending(outcome), ...(outcome.output === undefined ? [] : [JSON.stringify(outcome.output)])];
}
