import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { replicate } from './replicate';
import type { PipelineWorld } from './pipeline-world';
import { sourceOf } from './world';

/** The main story: all tables arrive, then what changed. */
export const fullLoad: Scenario<PipelineWorld> = {
  name: 'full-load',
  title: 'Tables of PostgreSQL arrive in Snowflake, then what changed in them, and both sides hold the same rows',
  async run(stage) {
    const { config, warehouse } = stage.world;
    const { bastion, administrator } = await stage.step('a shop is open: four tables in the private subnets', () => sourceOf(stage));
    await replicate(stage, 'load all tables', { operationId: 'full-load-1' });
    await checkEqual(stage);
    const [{ LEAKED: leaked = null } = {}] = await warehouse.execute(`SELECT COUNT_IF(EMAIL LIKE '%@%') AS LEAKED FROM CUSTOMERS`, { database: config.snowflake.database, schema: config.snowflake.schema });
    stage.check(leaked === '0', 'no address of a customer has left PostgreSQL: what arrived is a keyed hash');
    await stage.step('customers order, change their minds and pay', () =>
      bastion.query(administrator, async (client) => {
        await client.query(`INSERT INTO sales.orders (customer_id, total, placed_at) SELECT n, n * 2.5, now() FROM generate_series(1, 200) n`);
        await client.query(`UPDATE sales.orders SET state = 'paid' WHERE id <= 500`);
        await client.query(`INSERT INTO sales.order_lines SELECT 1000000 + n, 1, 'SKU-1', 1, 9.99, NULL FROM generate_series(1, 200) n`);
        await client.query(`UPDATE sales.customers SET note = 'moved' WHERE id <= 50`);
        await client.query(`UPDATE sales.products SET price = price + 1`);
      }),
    );
    await replicate(stage, 'bring over what changed', { operationId: 'changes-1' });
    await replicate(stage, 'the same request again, which is done already', { operationId: 'changes-1' });
    await checkEqual(stage);
  },
};
