import { paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import { TableBusy } from '../../../lambda/snowflake-replicator/contract';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import { checkSucceeded, request } from './replicate';
import type { PipelineWorld } from './pipeline-world';

/** A person starts a run while another one works. */
export const twoAtOnce: Scenario<PipelineWorld> = {
  name: 'two-at-once',
  title: 'Two runs are started at once: the second waits for each table, and neither undoes the other',
  async run(stage) {
    const source = await loadedShop(stage, 'two');
    await changeSome(source, 'for two runs');
    const executions = await stage.step('two people request a run', () => Promise.all(['two-1', 'two-2'].map((operationId) => request(stage, { operationId, mode: 'full' }))));
    for (const executionArn of executions) {
      const outcome = await stage.step('one of the runs', () => stage.executionEnd(stage.world.place, executionArn), ({ status }) => [status]);
      await checkSucceeded(stage, outcome, 'the run');
    }
    const waits = (await Promise.all(executions.map((executionArn) => timesBusy(stage, executionArn)))).reduce((sum, count) => sum + count, 0);
    stage.check(waits > 0, `tables that the other run worked on were waited for ${waits} times`);
    await checkEqual(stage);
  },
};

async function timesBusy(stage: Stage<PipelineWorld>, executionArn: string): Promise<number> {
  let times = 0;
  for await (const { events = [] } of paginateGetExecutionHistory({ client: stage.client(SFNClient, stage.world.place) }, { executionArn })) {
    times += events.filter(({ lambdaFunctionFailedEventDetails, taskFailedEventDetails }) => (lambdaFunctionFailedEventDetails ?? taskFailedEventDetails)?.error === TableBusy.errorName).length;
  }
  return times;
}
