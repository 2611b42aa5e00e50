import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import { checkSucceeded, functionName, request } from './replicate';
import { within } from './soon';
import type { PipelineWorld } from './pipeline-world';

/** Loaded by several functions. */
const LARGE = ['sales.order_lines'];
/** Loaded by one. */
const SMALL = ['sales.orders'];

/** Statements at which functions die, in the order in which loads by several functions and by one come to them, and a batch of changes; the last brings what changed in all of them. */
const DEADLY_STATEMENTS: readonly (readonly [tables: readonly string[] | undefined, mode: 'full' | 'incremental', pattern: RegExp])[] = [
  [LARGE, 'full', /^PUT/],
  [LARGE, 'full', /^COPY INTO/],
  [SMALL, 'full', /^CREATE (TRANSIENT )?TABLE/],
  [SMALL, 'full', /SWAP WITH/],
  [SMALL, 'full', /^DROP TABLE/],
  [SMALL, 'incremental', /^COPY INTO/],
  [SMALL, 'incremental', /^BEGIN/],
  [SMALL, 'incremental', /^MERGE/],
  [undefined, 'incremental', /^COMMIT/],
];
const WORKERS = ['plan-replication', 'extract-partition', 'commit-load', 'replicate-table'];

/** Functions die right after a statement of theirs was done in Snowflake, before they hear of it. */
export const killedFunctions: Scenario<PipelineWorld> = {
  name: 'killed-functions',
  title: 'Functions are killed in mid-work, once after each kind of statement: the tables come out the same',
  async run(stage) {
    const source = await loadedShop(stage, 'killed');
    for (const [index, [tables, mode, pattern]] of DEADLY_STATEMENTS.entries()) {
      await changeSome(source, `before death ${index}`);
      const operationId = `killed-${index + 1}`;
      // Without its answer the function waits for a second before it asks again, so that it dies here however fast it is.
      await stage.world.warehouse.addFault({ on: 'query', pattern: pattern.source, effect: { kind: 'loseReply' } });
      const executionArn = await request(stage, { operationId, mode, ...(tables && { tables }) });
      const killed = await stage.step(`${mode} load of ${tables?.join() ?? "all tables"}: killed after ${pattern.source}`, () => killAfter(stage, operationId, pattern), (count) => [`${count} functions`]);
      stage.check(killed > 0, 'a function died at its work');
      const outcome = await stage.executionEnd(stage.world.place, executionArn);
      await stage.world.warehouse.clearFaults();
      await checkSucceeded(stage, outcome, 'the run whose function died');
    }
    await checkEqual(stage);
  },
};

/** Kills whatever works on the operation as soon as such a statement of it was run. Returns how many functions that were. */
async function killAfter(stage: Stage<PipelineWorld>, operationId: string, { source: pattern }: RegExp): Promise<number> {
  await within(`a statement like ${pattern}`, stage.world.warehouse.statementLike({ pattern, queryTagEnd: ` ${operationId}` }));
  return WORKERS.reduce((sum, operation) => sum + stage.cloud.services.compute.killFunction(functionName(stage.world, operation)), 0);
}
