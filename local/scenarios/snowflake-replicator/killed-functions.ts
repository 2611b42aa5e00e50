import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import { checkSucceeded, functionName, request } from './replicate';
import { soon } from './soon';
import type { PipelineWorld } from './pipeline-world';

/** Statements at which functions die, in the order in which a full load and a batch of changes come to them. */
const DEADLY_STATEMENTS: readonly (readonly [mode: 'full' | 'incremental', pattern: RegExp])[] = [
  ['full', /^CREATE (TRANSIENT )?TABLE/],
  ['full', /^PUT/],
  ['full', /^COPY INTO/],
  ['full', /SWAP WITH/],
  ['full', /^DROP TABLE/],
  ['incremental', /^COPY INTO/],
  ['incremental', /^BEGIN/],
  ['incremental', /^MERGE/],
  ['incremental', /^COMMIT/],
];
const WORKERS = ['plan-replication', 'extract-partition', 'commit-load', 'replicate-table'];

/** Functions die right after a statement of theirs has reached Snowflake. */
export const killedFunctions: Scenario<PipelineWorld> = {
  name: 'killed-functions',
  title: 'Functions are killed in mid-work, once after each kind of statement: the tables come out the same',
  async run(stage) {
    const source = await loadedShop(stage, 'killed');
    for (const [index, [mode, pattern]] of DEADLY_STATEMENTS.entries()) {
      await changeSome(source, `before death ${index}`);
      const operationId = `killed-${index + 1}`;
      const executionArn = await request(stage, { operationId, mode, tables: ['sales.order_lines'] });
      const killed = await stage.step(`${mode}: killed after ${pattern.source}`, () => killAfter(stage, operationId, pattern), (count) => [`${count} functions`]);
      const outcome = await stage.executionEnd(stage.world.place, executionArn);
      await checkSucceeded(stage, outcome, killed > 0 ? 'the run whose function died' : 'the run, which was over before it could be killed');
    }
    await checkEqual(stage, ['order_lines']);
  },
};

/** Kills whatever works on the operation as soon as such a statement of it was run. Returns how many functions that were. */
async function killAfter(stage: Stage<PipelineWorld>, operationId: string, pattern: RegExp): Promise<number> {
  const { warehouse } = stage.world;
  return soon(`a statement like ${pattern.source}`, async () => {
    const statements = await warehouse.statements();
    if (!statements.some(({ queryTag, sqlText }) => queryTag.endsWith(` ${operationId}`) && pattern.test(sqlText))) return undefined;
    return WORKERS.reduce((sum, operation) => sum + stage.cloud.services.compute.killFunction(functionName(stage.world, operation)), 0);
  });
}
