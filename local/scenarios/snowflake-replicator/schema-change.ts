import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { loadedShop } from './loaded';
import { replicate } from './replicate';
import type { PipelineWorld } from './pipeline-world';

/** The source gets a column while it is replicated. */
export const schemaChange: Scenario<PipelineWorld> = {
  name: 'schema-change',
  title: 'A column is added and another one widened between two runs: both arrive, and nothing is loaded twice',
  async run(stage) {
    const { bastion, administrator } = await loadedShop(stage, 'schema');
    await stage.step('orders get a channel, amounts more digits', () =>
      bastion.query(administrator, async (client) => {
        await client.query(`ALTER TABLE sales.orders ADD COLUMN channel text`);
        await client.query(`ALTER TABLE sales.order_lines ADD COLUMN discount numeric(6, 3) NOT NULL DEFAULT 0`);
        await client.query(`UPDATE sales.orders SET channel = 'web' WHERE id <= 300`);
        await client.query(`UPDATE sales.order_lines SET discount = 0.125 WHERE order_id <= 30`);
      }),
    );
    await replicate(stage, 'the run that meets the change', { operationId: 'schema-1' });
    await checkEqual(stage);
    const { warehouse, config } = stage.world;
    const [counts] = await warehouse.execute(`SELECT COUNT_IF(CHANNEL = 'web') AS CHANNELS, (SELECT SUM(DISCOUNT) FROM ORDER_LINES WHERE _HOLDFAST_DELETED_AT IS NULL)::VARCHAR AS DISCOUNTS FROM ORDERS`, {
      database: config.snowflake.database,
      schema: config.snowflake.schema,
    });
    const expected = await bastion.query(administrator, async (client) => (await client.query<Record<string, string>>(`SELECT count(*) FILTER (WHERE channel = 'web')::text AS channels, (SELECT sum(discount)::text FROM sales.order_lines) AS discounts FROM sales.orders`)).rows[0]);
    stage.check(counts?.['CHANNELS'] === expected?.['channels'] && counts?.['DISCOUNTS'] === expected?.['discounts'], 'the new columns hold the same on both sides', JSON.stringify({ counts, expected }));
  },
};
