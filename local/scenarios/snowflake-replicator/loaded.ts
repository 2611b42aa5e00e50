import type { Stage } from '../../rehearsal/stage';
import type { PipelineWorld, SourceCluster } from './pipeline-world';
import { replicate } from './replicate';
import { sourceOf } from './world';

/** The shop with all its tables in Snowflake, as of now. A scenario that ended with both sides equal has left it so. */
export async function loadedShop(stage: Stage<PipelineWorld>, scenario: string): Promise<SourceCluster> {
  const source = await stage.step('a shop is open', () => sourceOf(stage));
  if (!stage.world.areSidesEqual) await replicate(stage, 'its tables are in Snowflake', { operationId: `${scenario}-before` });
  stage.world.areSidesEqual = false;
  return source;
}

/** Work of the shop that every scenario can do again: some new orders, some changed ones. */
export async function changeSome({ bastion, administrator }: SourceCluster, remark: string): Promise<void> {
  await bastion.query(administrator, async (client) => {
    await client.query(`INSERT INTO sales.orders (customer_id, total, placed_at) SELECT n, n * 1.25, now() FROM generate_series(1, 40) n`);
    await client.query(`UPDATE sales.orders SET state = 'shipped' WHERE id BETWEEN 1000 AND 1100`);
    await client.query(`UPDATE sales.order_lines SET remark = $1 WHERE order_id BETWEEN 200 AND 260`, [remark]);
    await client.query(`UPDATE sales.customers SET note = $1 WHERE id BETWEEN 200 AND 260`, [remark]);
    await client.query(`UPDATE sales.products SET title = title || '.' WHERE sku = 'SKU-1'`);
  });
}
