import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual, differencesOf } from './compare';
import { loadedShop } from './loaded';
import { replicate } from './replicate';
import type { PipelineWorld } from './pipeline-world';

/** What no cursor can see: rows that are gone. */
export const deletedRows: Scenario<PipelineWorld> = {
  name: 'deleted-rows',
  title: 'Rows that were deleted in PostgreSQL are found by comparing both sides, and marked as deleted',
  async run(stage) {
    const { bastion, administrator } = await loadedShop(stage, 'deletes');
    const deleted = await stage.step('order lines are deleted', () =>
      bastion.query(administrator, async (client) => (await client.query(`DELETE FROM sales.order_lines WHERE order_id % 97 = 5 AND order_id < 3000`)).rowCount ?? 0),
    );
    await replicate(stage, 'a run that cannot see it', { operationId: 'deletes-1' });
    const { extra } = await differencesOf(stage, 'order_lines');
    stage.check(extra.length === deleted, `Snowflake still has the ${deleted} rows`);
    await replicate(stage, 'compare both sides', { operationId: 'deletes-2', mode: 'verify' });
    await checkEqual(stage);
  },
};
