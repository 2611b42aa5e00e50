import type { RestoreRequest } from '../../../lambda/aurora-restore/contract';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import { sourceOf, type AuroraRestoreWorld } from './world';

/** Requests a restore as an operator would, by the function made for it, and waits for its end. */
export async function restore(stage: Stage<AuroraRestoreWorld>, pipeline: string, request: RestoreRequest): Promise<ExecutionOutcome> {
  const { config } = sourceOf(stage.world, pipeline);
  const place = stage.place(config.target.account, config.target.region);
  const { executionArn } = await stage.step('request the restore', () => stage.invoke<{ executionArn: string }>(place, `aurora-restore-${pipeline}-request-restore`, request));
  return stage.step('the pipeline runs to its end', () => stage.executionEnd(place, executionArn), ({ status, error, cause }) => [status, ...(error ? [`${error}: ${cause ?? ''}`] : [])]);
}
