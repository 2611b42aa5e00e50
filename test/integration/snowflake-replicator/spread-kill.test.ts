import { commitLoad } from '../../../lambda/snowflake-replicator/commit-load';
import type { PlanReplicationOutput } from '../../../lambda/snowflake-replicator/contract';
import { extractPartition } from '../../../lambda/snowflake-replicator/extract-partition';
import type { HoldPorts } from '../../../lambda/snowflake-replicator/load/hold-table';
import { planReplication } from '../../../lambda/snowflake-replicator/plan-replication';
import { killAt, stepsOf } from './mortal';
import { invocation, startReplicator, type TestReplicator } from './replicator';

const TABLE = 'public.victim';
/** As in the kill list: `statement` dies before and after every statement too. */
const GRAIN = process.env.KILL_AFTER_EVERY ?? 'step';
const MOST_STEPS_MS = 600_000;

/** How far the state machine has come; what has answered is not called again. */
interface Progress {
  plan?: PlanReplicationOutput;
  readonly extracted: Set<number>;
  isCommitted: boolean;
}

describe('a load by several functions of which one is killed', () => {
  let replicator: TestReplicator;
  let round = 0;

  beforeAll(async () => {
    replicator = await startReplicator();
    await sql(`CREATE TABLE victim (id bigint PRIMARY KEY, name text NOT NULL, happened timestamptz, changed_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    await sql(`INSERT INTO victim SELECT n, 'name ' || n, CASE WHEN n % 100 = 0 THEN 'infinity'::timestamptz ELSE '2024-01-01'::timestamptz + n * interval '1 hour' END FROM generate_series(1, 2000) n`);
    await sql('ANALYZE victim');
    replicator.configure(TABLE, { cursor: { kind: 'column', column: 'changed_at', skewSeconds: 0 } });
    replicator.limit({ spreadAboveGb: 0.00001, partMb: 0.05, partitions: 2, readers: 1, loaders: 1 });
  });

  afterAll(() => replicator.close());

  const sql = (text: string) => replicator.master.query(text);

  /** Goes on where the state machine would. */
  async function goOn(operationId: string, progress: Progress, ports?: Partial<HoldPorts>): Promise<void> {
    progress.plan ??= await planReplication({ operationId, table: TABLE, mode: 'full' }, replicator.ports(ports), invocation);
    const load = progress.plan.load!;
    for (const partition of progress.plan.partitions.filter(({ index }) => !progress.extracted.has(index))) {
      for (let done = false; !done; ) ({ done } = await extractPartition({ operationId, load, partition, rests: 0 }, replicator.ports(ports), invocation));
      progress.extracted.add(partition.index);
    }
    if (!progress.isCommitted) await commitLoad({ operationId, load }, replicator.ports(ports), invocation);
    progress.isCommitted = true;
    await replicator.replicate({ operationId, table: TABLE, mode: 'incremental' }, ports);
  }

  const start = (): Progress => ({ extracted: new Set(), isCommitted: false });

  test('leaves the table as the source has it, at whatever step it dies', async () => {
    const steps = [...(await stepsOf((ports) => goOn('whole', start(), ports))).keys()].filter((step) => GRAIN === 'statement' || !/^(before|after) /.test(step));
    const fates: string[] = [];

    for (const step of steps) {
      round += 1;
      await sql(`UPDATE victim SET name = 'round ${round}', changed_at = clock_timestamp() WHERE id % 50 = ${round % 50}; INSERT INTO victim VALUES (${10_000 + round}, 'new', NULL)`);
      const progress = start();
      const operationId = `spread-${round}`;
      if (await killAt(replicator, { step, nth: 1 }, (ports) => goOn(operationId, progress, ports))) fates.push(step);
      await goOn(operationId, progress);

      expect({ step, ...(await target()), ...(await bookkeeping()) }).toEqual({ step, ...(await expected()), batches: 'each once', leftovers: [], parts: '0' });
    }
    process.stderr.write(`${JSON.stringify({ killed: fates })}\n`);
    expect(fates).toEqual(expect.arrayContaining(['load divided', 'part extracted', 'part uploaded', 'share advanced', 'all parts loaded', 'load proven', 'swap announced', 'swapped', 'transaction committed', 'attempts swept']));
  }, MOST_STEPS_MS);

  async function target(): Promise<object> {
    const { control } = replicator.warehouse;
    const live = await control.execute('SELECT ID, NAME FROM DB.APP.VICTIM WHERE _HOLDFAST_DELETED_AT IS NULL ORDER BY ID');
    const aside = await control.execute('SELECT ID FROM DB.HOLDFAST.QUARANTINE_APP_VICTIM ORDER BY ID');
    return { live: live.map(({ ID, NAME }) => `${ID} ${NAME}`), aside: aside.map(({ ID }) => ID) };
  }

  async function expected(): Promise<object> {
    const rows = async (condition: string) => (await replicator.master.query<{ id: string; name: string }>(`SELECT id::text, name FROM victim WHERE happened IS ${condition} 'infinity' ORDER BY victim.id`)).rows;
    return { live: (await rows('DISTINCT FROM')).map(({ id, name }) => `${id} ${name}`), aside: (await rows('NOT DISTINCT FROM')).map(({ id }) => id) };
  }

  async function bookkeeping(): Promise<object> {
    const { control } = replicator.warehouse;
    const batches = (await control.execute('SELECT BATCH FROM DB.HOLDFAST.REPLICATION_LEDGER ORDER BY BATCH')).map(({ BATCH }) => Number(BATCH));
    const tables = await control.execute(`SELECT TABLE_NAME FROM DB.INFORMATION_SCHEMA.TABLES WHERE STARTSWITH(TABLE_NAME, 'HF_')`);
    const [parts] = await control.execute('SELECT COUNT(*) AS N FROM DB.HOLDFAST.REPLICATION_PART');
    return { batches: batches.every((number, index) => number === index + 1) ? 'each once' : batches, leftovers: tables.map(({ TABLE_NAME }) => TABLE_NAME), parts: parts?.['N'] };
  }
});
