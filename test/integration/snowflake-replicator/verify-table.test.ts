import { startReplicator, type TestReplicator } from './replicator';

describe('verifyTable', () => {
  let replicator: TestReplicator;

  beforeAll(async () => {
    replicator = await startReplicator();
  });

  afterAll(() => replicator.close());

  /** A table of its own with 5000 rows, loaded. */
  async function loadedTable(name: string, settings: object = {}): Promise<string> {
    const table = `public.${name}`;
    await replicator.master.query(`CREATE TABLE ${name} (id bigint PRIMARY KEY, name text, changed_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    await replicator.master.query(`INSERT INTO ${name} SELECT n, 'name ' || n FROM generate_series(1, 5000) n`);
    replicator.configure(table, { cursor: { kind: 'column', column: 'changed_at', skewSeconds: 0 }, ...settings });
    await replicator.replicate({ table });
    return table;
  }

  const found = async (sql: string) => (await replicator.warehouse.control.execute(sql))[0];

  test('finds nothing where both sides are the same', async () => {
    const table = await loadedTable('same');

    const summary = await replicator.verify({ table });

    expect(summary).toMatchObject({ whole: true, compared: 5000, missing: 0, altered: 0, extra: 0, repaired: 0 });
  });

  test('marks rows that the source deleted, and brings back those that somebody deleted or altered in the target', async () => {
    const table = await loadedTable('damaged');
    await replicator.master.query('DELETE FROM damaged WHERE id IN (7, 4999)');
    await replicator.warehouse.control.corrupt({ table: 'DB.APP.DAMAGED', set: `"NAME" = 'wrong'`, where: '"ID" = 2500' });
    await replicator.warehouse.control.execute('DELETE FROM DB.APP.DAMAGED WHERE ID IN (1, 5000)');

    const summary = await replicator.verify({ table });
    const again = await replicator.verify({ table });

    expect(summary).toMatchObject({ whole: true, missing: 2, altered: 1, extra: 2, repaired: 5 });
    expect(again).toMatchObject({ missing: 0, altered: 0, extra: 0 });
    expect(await found(`SELECT COUNT(*) AS N, COUNT(_HOLDFAST_DELETED_AT) AS DELETED, COUNT_IF(NAME = 'wrong') AS WRONG FROM DB.APP.DAMAGED`)).toEqual({ N: '5000', DELETED: '2', WRONG: '0' });
    const findings = await replicator.warehouse.control.execute(`SELECT KIND, ROW_KEY, OUTCOME FROM DB.HOLDFAST.REPLICATION_FINDING WHERE TABLE_ID = 'test/public.damaged' ORDER BY ROW_KEY`);
    expect(findings).toEqual([
      { KIND: 'missing', ROW_KEY: '["1"]', OUTCOME: 'repaired' },
      { KIND: 'altered', ROW_KEY: '["2500"]', OUTCOME: 'repaired' },
      { KIND: 'extra', ROW_KEY: '["4999"]', OUTCOME: 'deleted' },
      { KIND: 'missing', ROW_KEY: '["5000"]', OUTCOME: 'repaired' },
      { KIND: 'extra', ROW_KEY: '["7"]', OUTCOME: 'deleted' },
    ]);
  });

  test('deletes rows for good where the settings say so', async () => {
    const table = await loadedTable('hard', { deletes: 'hard' });
    await replicator.master.query('DELETE FROM hard WHERE id <= 10');

    await replicator.verify({ table });

    expect(await found('SELECT COUNT(*) AS N FROM DB.APP.HARD')).toEqual({ N: '4990' });
  });

  test('only reports what it finds where the settings do not let it repair', async () => {
    const table = await loadedTable('reported', { repair: false });
    await replicator.warehouse.control.execute('DELETE FROM DB.APP.REPORTED WHERE ID = 17');

    const summary = await replicator.verify({ table });

    expect(summary).toMatchObject({ missing: 1, repaired: 0 });
    expect(await found('SELECT COUNT(*) AS N FROM DB.APP.REPORTED')).toEqual({ N: '4999' });
  });

  test('brings rows whose cursor was set back or emptied, which no cursor ever would', async () => {
    const table = await loadedTable('backdated');
    await replicator.master.query(`ALTER TABLE backdated ALTER changed_at DROP NOT NULL; UPDATE backdated SET name = 'late', changed_at = '2020-01-01' WHERE id = 5; UPDATE backdated SET name = 'lost', changed_at = NULL WHERE id = 6`);
    await replicator.replicate({ table });

    const summary = await replicator.verify({ table });

    expect(summary).toMatchObject({ altered: 2, repaired: 2, missedByCursor: 2 });
    expect(await found(`SELECT COUNT(*) AS N FROM DB.APP.BACKDATED WHERE NAME IN ('late', 'lost')`)).toEqual({ N: '2' });
  });

  test('does not take for missing what the next run is going to bring', async () => {
    const table = await loadedTable('due');
    await replicator.master.query(`INSERT INTO due VALUES (6000, 'new'); UPDATE due SET name = 'changed', changed_at = clock_timestamp() WHERE id = 3`);

    const summary = await replicator.verify({ table });

    expect(summary).toMatchObject({ compared: 5001, missing: 0, altered: 0, repaired: 0 });
  });

  test('refuses a source that is another one than the table was loaded from', async () => {
    const table = await loadedTable('moved');
    const clusters = { find: () => Promise.resolve({ endpoint: 'orders.test', resourceId: 'cluster-OTHER', port: replicator.source.server.port } as never) };

    await expect(replicator.verify({ table }, { clusters })).rejects.toMatchObject({ name: 'SnowflakeReplicator.WrongSource', message: expect.stringContaining('clusterResourceId was cluster-ORDERS, is cluster-OTHER: replicate the table before its sides are compared') as string });
    await expect(replicator.replicate({ table }, { clusters })).resolves.toMatchObject({ mode: 'full', reasons: ['the state is of another source: clusterResourceId was cluster-ORDERS, is cluster-OTHER'] });
  });

  test('repairs a key that the target has twice', async () => {
    const table = await loadedTable('twice');
    await replicator.warehouse.control.execute(`INSERT INTO DB.APP.TWICE SELECT * FROM DB.APP.TWICE WHERE ID = 42`);

    const summary = await replicator.verify({ table });

    expect(summary).toMatchObject({ altered: 1, repaired: 1 });
    expect(await found('SELECT COUNT(*) AS N FROM DB.APP.TWICE')).toEqual({ N: '5000' });
  });

  test('stops at its budget of rows and goes on there the next time', async () => {
    const table = await loadedTable('budgeted');
    await replicator.master.query('DELETE FROM budgeted WHERE id IN (10, 3000)');
    replicator.limit({ verifyRows: 2000 });

    const first = await replicator.verify({ table });
    const second = await replicator.verify({ table });
    const third = await replicator.verify({ table });
    replicator.limit({});

    expect([first, second, third]).toMatchObject([{ whole: false, compared: 2000, extra: 1 }, { whole: false, compared: 2000, extra: 1 }, { whole: true, compared: 998, extra: 0 }]);
  });
});
