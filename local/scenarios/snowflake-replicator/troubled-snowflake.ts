import type { ReplicationRequest } from '../../../lambda/snowflake-replicator/contract';
import type { FaultRule } from '../../cloud/engines/snowflake/faults';
import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import { replicate } from './replicate';
import type { PipelineWorld } from './pipeline-world';

/** One that changes are merged into, and one that is swapped in whole. */
const TWO_TABLES = { tables: ['sales.orders', 'sales.products'] };
/** One that several functions load. */
const LARGE = { tables: ['sales.order_lines'], mode: 'full' } as const;

/** The last run brings what changed in all tables. */
const TROUBLES: readonly (readonly [title: string, request: ReplicationRequest, rules: readonly FaultRule[]])[] = [
  ['Snowflake answers 429 to a login and to queries', TWO_TABLES, [
    { on: 'login', effect: { kind: 'status', status: 429 } },
    { on: 'query', pattern: '^COPY INTO', effect: { kind: 'status', status: 429 } },
  ]],
  ['Snowflake answers 500 and 503', TWO_TABLES, [
    { on: 'query', pattern: '^MERGE', effect: { kind: 'status', status: 500 } },
    { on: 'query', pattern: '^BEGIN', effect: { kind: 'status', status: 503 } },
  ]],
  ['the plan of a load is cancelled, a stage refuses a file, another query gets no answer', LARGE, [
    { on: 'query', pattern: '^INSERT INTO .*REPLICATION_PART', effect: { kind: 'code', code: '000604', message: 'SQL execution canceled' } },
    { on: 'stage', pattern: '^PUT', effect: { kind: 'status', status: 503 } },
    { on: 'query', pattern: '^COPY INTO', effect: { kind: 'hang', delayMs: 1_500 } },
  ]],
  ['answers to COPY, MERGE, SWAP and COMMIT are lost after they were done', {}, [
    { on: 'query', pattern: '^COPY INTO', effect: { kind: 'loseReply' } },
    { on: 'query', pattern: '^MERGE', effect: { kind: 'loseReply' } },
    { on: 'query', pattern: 'SWAP WITH', effect: { kind: 'loseReply' } },
    { on: 'query', pattern: '^COMMIT', times: 2, effect: { kind: 'loseReply' } },
  ]],
];

/** Snowflake is there, but not well. */
export const troubledSnowflake: Scenario<PipelineWorld> = {
  name: 'troubled-snowflake',
  title: 'Snowflake answers 429, 500 and 503, answers late, and loses answers after a commit: no row is lost or doubled',
  async run(stage) {
    const { warehouse } = stage.world;
    const source = await loadedShop(stage, 'troubled');
    for (const [index, [title, request, rules]] of TROUBLES.entries()) {
      await changeSome(source, title);
      for (const rule of rules) await warehouse.addFault(rule);
      await replicate(stage, title, { ...request, operationId: `troubled-${index + 1}` });
      await warehouse.clearFaults();
    }
    await checkEqual(stage);
  },
};
