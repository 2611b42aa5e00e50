import type { ReplicationRequest } from '../../../lambda/snowflake-replicator/contract';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import type { PipelineWorld } from './world';

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
  stage.check(outcome.status === 'SUCCEEDED', `${title}: the run succeeded`, ...(outcome.status === 'SUCCEEDED' ? [] : evidenceOf(outcome)));
  return outcome;
}

function evidenceOf({ status, output, error, cause }: ExecutionOutcome): string[] {
  return [status, ...(output === undefined ? [] : [JSON.stringify(output)]), ...(error === undefined ? [] : [`${error}: ${cause ?? ''}`])];
}
