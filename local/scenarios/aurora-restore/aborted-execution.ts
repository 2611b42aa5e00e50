import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import { BEFORE_RELEASE, snapshotByHand } from './same-account';
import type { AuroraRestoreWorld } from './world';

const HOUR_MS = 3_600_000;

/** Somebody stops an execution: nothing in it gets to run any more, not even its failure path. */
export const abortedExecution: Scenario<AuroraRestoreWorld> = {
  name: 'aborted-execution',
  title: 'Somebody stops an execution while the cluster is being restored: the same request takes its run over',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const operationId = 'aborted';
    await snapshotByHand(stage, pipeline, BEFORE_RELEASE);
    await stage.step('request a restore, and stop its execution when the cluster is being restored', async () => {
      const { executionArn } = await pipeline.request({ operationId, snapshotIdentifier: BEFORE_RELEASE });
      await reached(stage, pipeline, executionArn, 'WaitUntilRestored');
      const states = stage.client(SFNClient, pipeline.target);
      await states.send(new StopExecutionCommand({ executionArn, cause: 'maintenance' }));
      const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
      stage.check(status === 'ABORTED', 'the execution is ABORTED');
    });
    await pipeline.restoreProven({ operationId }, 'request the same operation again');
    await pipeline.audit(operationId);
  },
};

async function reached(stage: Stage<AuroraRestoreWorld>, { target }: PipelineOnStage, executionArn: string, state: string): Promise<void> {
  const states = stage.client(SFNClient, target);
  await stage.until(`${executionArn} reaches ${state}`, HOUR_MS, async () => {
    const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 10 }));
    return events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state) ? true : undefined;
  });
}
