import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Place } from '../../cloud/gateway/service';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** Somebody stops executions: nothing in them gets to run any more, not even a failure path. */
export const abortedExecution: Scenario<AuroraRestoreWorld> = {
  name: 'aborted-execution',
  title: 'Somebody stops a capture, whose second manifest the live source replaces, and a restore, which the same request takes over',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const operationId = 'aborted';
    const snapshotIdentifier = await brokenCapture(stage, pipeline);
    await stage.step('request a restore, and stop its execution when the cluster is being restored', async () => {
      const { executionArn } = await pipeline.request({ operationId, snapshotIdentifier });
      await stopAt(stage, pipeline.target, executionArn, 'WaitUntilRestored');
    });
    await pipeline.restoreProven({ operationId }, 'request the same operation again');
    await pipeline.audit(operationId);
  },
};

/** Leaves a snapshot that has only its first manifest. */
async function brokenCapture(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage): Promise<string> {
  const { place } = pipeline.source;
  return stage.step('capture the source, and stop that when the snapshot is being taken', async () => {
    const { executionArn, captureId } = await stage.invoke<{ executionArn: string; captureId: string }>(place, pipeline.functionName('start-capture'), {});
    await stopAt(stage, place, executionArn, 'WaitForSnapshot');
    await pipeline.untilSnapshotAvailable(captureId);
    return captureId;
  });
}

async function stopAt(stage: Stage<AuroraRestoreWorld>, place: Place, executionArn: string, state: string): Promise<void> {
  const states = stage.client(SFNClient, place);
  await stage.untilEntered(place, executionArn, state);
  await states.send(new StopExecutionCommand({ executionArn, cause: 'maintenance' }));
  const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
  stage.check(status === 'ABORTED', 'the execution is ABORTED');
}
