import { startReplicator, type TestReplicator } from './replicator';

describe('replicateTable', () => {
  let replicator: TestReplicator;

  beforeAll(async () => {
    replicator = await startReplicator();
  }, 60_000);

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
});
