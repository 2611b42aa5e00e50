import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import { sourceOf, type AuroraRestoreWorld } from './world';

/** Takes a snapshot of the source between two manifests, as its schedule would. */
export async function capture(stage: Stage<AuroraRestoreWorld>, pipeline: string): Promise<ExecutionOutcome> {
  const { place } = sourceOf(stage.world, pipeline);
  const { executionArn } = await stage.step('start a capture at the source', () => stage.invoke<{ executionArn: string }>(place, `aurora-restore-${pipeline}-start-capture`, {}));
  const outcome = await stage.step('manifest, snapshot, manifest', () => stage.executionEnd(place, executionArn), ({ status, error, cause }) => [status, ...(error ? [`${error}: ${cause ?? ''}`] : [])]);
  stage.check(outcome.status === 'SUCCEEDED', 'the capture succeeded');
  return outcome;
}
