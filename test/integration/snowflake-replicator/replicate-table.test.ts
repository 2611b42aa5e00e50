import type { ReplicateTableOutput, TableInput } from '../../../lambda/snowflake-replicator/contract';
import { replicateTable } from '../../../lambda/snowflake-replicator/replicate-table';
import { invocation, startReplicator, type TestReplicator } from './replicator';

describe('replicateTable', () => {
  let replicator: TestReplicator;

  beforeAll(async () => {
    replicator = await startReplicator();
  });

  afterAll(() => replicator.close());

  test('loads a whole table, and afterwards what has changed', async () => {
    const { master, warehouse } = replicator;
    await master.query(`CREATE TABLE plain (id bigint PRIMARY KEY, name text, amount numeric(12,2), changed_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    await master.query(`INSERT INTO plain SELECT n, 'name ' || n, n * 1.25 FROM generate_series(1, 5000) n`);
    replicator.configure('public.plain', { cursor: { kind: 'column', column: 'changed_at' } });

    const first = await replicator.replicate({ table: 'public.plain' });
    await master.query(`UPDATE plain SET name = 'changed', changed_at = clock_timestamp() WHERE id % 100 = 0; INSERT INTO plain VALUES (5001, NULL, NULL)`);
    const second = await replicator.replicate({ table: 'public.plain' });

    expect(first).toMatchObject({ mode: 'full', rowsExtracted: 5000, rowsQuarantined: 0, verifiedBatch: 1 });
    expect(second).toMatchObject({ mode: 'incremental', verifiedBatch: 2 });
    const [found] = await warehouse.control.execute(`SELECT COUNT(*) AS N, COUNT_IF(NAME = 'changed') AS CHANGED, COUNT_IF(NAME IS NULL) AS EMPTY, SUM(AMOUNT) AS TOTAL FROM DB.APP.PLAIN`);
    expect(found).toEqual({ N: '5001', CHANGED: '50', EMPTY: '1', TOTAL: '15628125.00' });
  });

  test('leaves the rest to the next call when little of its time is left, and that one goes on behind it', async () => {
    const { master, warehouse } = replicator;
    const [table, operationId] = ['public.long', 'long-run'];
    await master.query(`CREATE TABLE long (id bigint PRIMARY KEY, name text, changed_at timestamptz NOT NULL DEFAULT now())`);
    await master.query(`INSERT INTO long SELECT n, 'name ' || n FROM generate_series(1, 450) n`);
    replicator.configure(table, { cursor: { kind: 'column', column: 'changed_at', skewSeconds: 0 } });
    await replicator.replicate({ table });
    // All of one time, so that only the key tells where the reading stopped.
    await master.query(`UPDATE long SET name = 'changed', changed_at = now()`);
    replicator.limit({ batchMb: 0.0001 });
    const short = { ...invocation, getRemainingTimeInMillis: () => 60_000 };

    const outputs: ReplicateTableOutput[] = [];
    for (let continuation: TableInput['continuation'] = null; outputs.at(-1)?.done !== true; continuation = outputs.at(-1)!.continuation) {
      outputs.push(await replicateTable({ table, operationId, continuation }, replicator.ports(), short));
    }
    replicator.limit({});

    expect(outputs.map(({ done }) => done)).toEqual([false, false, false, false, true]);
    expect(outputs.map(({ continuation }) => continuation?.calls)).toEqual([1, 2, 3, 4, undefined]);
    expect(outputs.at(-1)?.summary).toMatchObject({ mode: 'incremental', rowsExtracted: 450, batches: 5 });
    expect((await warehouse.control.execute(`SELECT COUNT(*) AS N FROM DB.APP.LONG WHERE NAME = 'changed'`))[0]).toEqual({ N: '450' });
  });
});
