import { commitLoad } from '../../../lambda/snowflake-replicator/commit-load';
import { SourceBusy, TableBusy } from '../../../lambda/snowflake-replicator/contract';
import { extractPartition } from '../../../lambda/snowflake-replicator/extract-partition';
import { planReplication } from '../../../lambda/snowflake-replicator/plan-replication';
import { replicateTable } from '../../../lambda/snowflake-replicator/replicate-table';
import { invocation, startReplicator, type TestReplicator } from './replicator';

const LIMITS = { spreadAboveGb: 0.0001, partMb: 0.2, partitions: 3 };

describe('a load that several functions do together', () => {
  let replicator: TestReplicator;

  beforeAll(async () => {
    replicator = await startReplicator();
    replicator.limit(LIMITS);
  });

  afterAll(() => replicator.close());

  const found = async (sql: string) => (await replicator.warehouse.control.execute(sql))[0];

  test('has all rows, those that changed meanwhile too, once its changes are read', async () => {
    const { master } = replicator;
    await master.query(`CREATE TABLE large (region text COLLATE "C", id int, name text NOT NULL, ratio float8, PRIMARY KEY (region, id))`);
    await master.query(`INSERT INTO large SELECT 'r' || n % 7, n, 'name ' || n, n / 3.0 FROM generate_series(1, 20000) n`);
    await master.query('ANALYZE large');
    const run = { operationId: 'spread-1', table: 'public.large' };

    const { load, partitions, strategy } = await planReplication(run, replicator.ports(), invocation);
    await master.query(`UPDATE large SET name = 'meanwhile' WHERE id % 500 = 0; INSERT INTO large VALUES ('r9', 30000, 'new', 'NaN')`);
    const extracted = await Promise.all(partitions.map(async (partition) => {
      let output = await extractPartition({ operationId: run.operationId, load: load!, partition, rests: 0 }, replicator.ports(), { ...invocation, getRemainingTimeInMillis: () => 1000 });
      while (!output.done) output = await extractPartition({ operationId: run.operationId, load: load!, partition, rests: 0 }, replicator.ports(), invocation);
      return output;
    }));
    const committed = await commitLoad({ operationId: run.operationId, load: load! }, replicator.ports(), invocation);
    const changes = await replicator.replicate({ ...run, mode: 'incremental' });

    expect(strategy).toBe('spread');
    expect(partitions).toHaveLength(3);
    expect(extracted.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_001);
    expect(committed).toMatchObject({ mode: 'full', rowsExtracted: 20_001, verifiedBatch: 1 });
    expect(changes).toMatchObject({ mode: 'incremental', rowsExtracted: 41 });
    expect(await found(`SELECT COUNT(*) AS N, COUNT_IF(NAME = 'meanwhile') AS CHANGED FROM DB.APP.LARGE`)).toEqual({ N: '20001', CHANGED: '40' });
    expect(await replicator.verify({ table: run.table })).toMatchObject({ compared: 20_001, missing: 0, altered: 0, extra: 0 });
    expect(await found(`SELECT COUNT(*) AS N FROM DB.HOLDFAST.REPLICATION_PART WHERE LOAD_ID = '${load!.loadId}'`)).toEqual({ N: '0' });
  });

  test('leaves a source that is busy alone, for so many rests and no more', async () => {
    const { master } = replicator;
    await master.query(`CREATE TABLE resting (id int PRIMARY KEY, name text); INSERT INTO resting SELECT n, 'name ' || n FROM generate_series(1, 5000) n; ANALYZE resting`);
    const run = { operationId: 'spread-2', table: 'public.resting' };
    const { load, partitions } = await planReplication(run, replicator.ports(), invocation);
    const call = (rests: number, index = 0) => extractPartition({ ...run, load: load!, partition: { index }, rests }, replicator.ports(), invocation);
    await master.query(`SET application_name = 'holdfast-replicator/another'`);
    replicator.limit({ ...LIMITS, mostSessions: 1, readers: 1 });

    const [first, last] = [await call(0), await call(29)];

    expect(first).toMatchObject({ done: false, waitSeconds: 60, rests: 1 });
    expect(last).toMatchObject({ done: false, waitSeconds: 60, rests: 30 });
    await expect(call(30)).rejects.toThrow(SourceBusy);
    await master.query('RESET application_name');
    replicator.limit(LIMITS);
    for (const { index } of partitions) await expect(call(30, index)).resolves.toMatchObject({ done: true, waitSeconds: 0, rests: 0 });
    await expect(commitLoad({ ...run, load: load! }, replicator.ports(), invocation)).resolves.toMatchObject({ rowsExtracted: 5000 });
  });

  test('is planned for few rows with long values, too, and one function would load them in parts as small', async () => {
    const [table, seen] = ['public.long_values', [] as string[]];
    await replicator.master.query(`CREATE TABLE long_values (id int PRIMARY KEY, body text STORAGE EXTERNAL); INSERT INTO long_values SELECT n, repeat(md5(n::text), 300) FROM generate_series(1, 200) n; ANALYZE long_values`);
    await replicator.master.query(`INSERT INTO long_values SELECT n, 'short' FROM generate_series(1001, 3000) n`);

    const plan = await planReplication({ operationId: 'long-1', table }, replicator.ports(), invocation);
    await replicator.replicate({ table, operationId: 'long-1' }, { checkpoint: (step) => void seen.push(step) });

    expect(plan.strategy).toBe('spread');
    expect(plan.estimatedBytes).toBeGreaterThan(200 * 9600);
    expect(seen.filter((step) => step === 'part extracted').length).toBeGreaterThan(5);
  });

  test('is what one function leaves it to where it may, with the table still taken and nothing in the warehouse', async () => {
    const run = { operationId: 'left-1', table: 'public.left_over' };
    await replicator.master.query(`CREATE TABLE left_over (id int PRIMARY KEY, name text); INSERT INTO left_over SELECT n, 'name ' || n FROM generate_series(1, 5000) n; ANALYZE left_over`);

    const left = await replicateTable({ ...run, divisible: true }, replicator.ports(), invocation);

    expect(left).toEqual({ done: false, summary: null, continuation: null, spread: true });
    await expect(replicateTable({ ...run, operationId: 'another' }, replicator.ports(), invocation)).rejects.toThrow(TableBusy);
    expect(await found(`SELECT COUNT(*) AS N FROM DB.INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME LIKE 'LEFT_OVER%'`)).toEqual({ N: '0' });
    await expect(planReplication(run, replicator.ports(), invocation)).resolves.toMatchObject({ strategy: 'spread', mode: 'full' });
  });

  test('is not planned for a table that one function can load', async () => {
    await replicator.master.query('CREATE TABLE small (id int PRIMARY KEY)');

    const plan = await planReplication({ operationId: 'single-1', table: 'public.small' }, replicator.ports(), invocation);

    expect(plan).toMatchObject({ strategy: 'single', mode: 'full', load: null, partitions: [] });
    await expect(replicator.replicate({ table: 'public.small', divisible: true })).resolves.toMatchObject({ rowsExtracted: 0 });
  });
});
