import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual, differencesOf } from './compare';
import { loadedShop } from './loaded';
import { replicate } from './replicate';
import type { PipelineWorld } from './pipeline-world';

/** Somebody, or something, changes what has arrived. */
export const corruptedRow: Scenario<PipelineWorld> = {
  name: 'corrupted-row',
  title: 'A value that was altered, a row that was lost and one that nobody knows: found to the row, and repaired',
  async run(stage) {
    await loadedShop(stage, 'corrupted');
    const { warehouse, config } = stage.world;
    const place = { database: config.snowflake.database, schema: config.snowflake.schema };
    await stage.step('Snowflake is tampered with', async () => {
      await warehouse.corrupt({ table: `${place.database}.${place.schema}.ORDERS`, set: 'TOTAL = TOTAL + 0.0001', where: 'ID = 777' });
      await warehouse.execute('DELETE FROM ORDER_LINES WHERE ORDER_ID = 300 AND LINE = 2', place);
      await warehouse.execute('INSERT INTO ORDER_LINES (ORDER_ID, LINE, SKU, QUANTITY, PRICE) VALUES (300, 99, \'SKU-1\', 1, 1)', place);
    });
    const before = [await differencesOf(stage, 'orders'), await differencesOf(stage, 'order_lines')];
    stage.check(before.every(({ missing, extra }) => missing.length === 1 && extra.length === 1), 'the sides differ by one altered, one lost and one unknown row');
    const { output } = await replicate(stage, 'compare both sides', { operationId: 'corrupted-1', mode: 'verify' });
    stage.note('what the comparison says', JSON.stringify(output));
    await checkEqual(stage);
  },
};
