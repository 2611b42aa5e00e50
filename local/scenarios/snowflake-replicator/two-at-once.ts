import { paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import { TableBusy } from '../../../lambda/snowflake-replicator/contract';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { loadedShop } from './loaded';
import { checkSucceeded, request } from './replicate';
import type { PipelineWorld } from './pipeline-world';

const TABLES = ['sales.orders', 'sales.products'];

/** A person starts a run while another one works. */
export const twoAtOnce: Scenario<PipelineWorld> = {
  name: 'two-at-once',
  title: 'Two runs are started at once: the second waits for each table, and neither undoes the other',
  async run(stage) {
    const source = await loadedShop(stage, 'two');
    await source.bastion.query(source.administrator, (client) => client.query(`UPDATE sales.orders SET state = 'paid' WHERE id <= 200; UPDATE sales.products SET price = price * 2 WHERE sku LIKE 'SKU-1%'`));
    const executions = await stage.step('two people request a run', () => Promise.all(['two-1', 'two-2'].map((operationId) => request(stage, { operationId, mode: 'full', tables: TABLES }))));
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
