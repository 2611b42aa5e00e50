import { startReplicator, type TestReplicator } from './replicator';

describe('a run in trouble', () => {
  let replicator: TestReplicator;
  let tables = 0;

  beforeAll(async () => {
    replicator = await startReplicator();
  });

  afterEach(() => replicator.warehouse.control.clearFaults());

  afterAll(() => replicator.close());

  /** A table that was loaded and has changed since. */
  async function changed(): Promise<{ readonly name: string; readonly table: string }> {
    const name = `troubled_${(tables += 1)}`;
    await replicator.master.query(`CREATE TABLE ${name} (id int PRIMARY KEY, name text); INSERT INTO ${name} SELECT n, 'name ' || n FROM generate_series(1, 500) n`);
    replicator.configure(`public.${name}`, {});
    await replicator.replicate({ table: `public.${name}` });
    await replicator.master.query(`UPDATE ${name} SET name = 'changed' WHERE id % 5 = 0; INSERT INTO ${name} VALUES (501, 'new')`);
    return { name, table: `public.${name}` };
  }

  const isSame = async (table: string) => replicator.verify({ table });

  test('whose reply to the COMMIT is lost finds out that it was done', async () => {
    const { name, table } = await changed();
    await replicator.warehouse.control.addFault({ on: 'query', pattern: '^COMMIT', effect: { kind: 'loseReply' } });

    await replicator.replicate({ table, operationId: 'lost-reply' }).catch(() => replicator.replicate({ table, operationId: 'lost-reply' }));

    const batches = await replicator.warehouse.control.execute(`SELECT BATCH FROM DB.HOLDFAST.REPLICATION_LEDGER WHERE TABLE_ID = 'test/public.${name}' ORDER BY BATCH`);
    expect(batches.map(({ BATCH }) => BATCH)).toEqual(['1', '2']);
    expect(await isSame(table)).toMatchObject({ compared: 501, missing: 0, altered: 0, extra: 0 });
  });

  test.each([
    ['refuses for want of patience', { kind: 'status', status: 429 }],
    ['has an error of its own', { kind: 'status', status: 500 }],
  ] as const)('whose MERGE Snowflake %s once goes on', async (_what, effect) => {
    const { table } = await changed();
    await replicator.warehouse.control.addFault({ on: 'query', pattern: '^MERGE', effect });

    await replicator.replicate({ table, operationId: 'struck' }).catch(() => replicator.replicate({ table, operationId: 'struck' }));

    expect(await isSame(table)).toMatchObject({ missing: 0, altered: 0, extra: 0 });
  });

  test('whose source breaks the connection while it is read says so, and then goes on', async () => {
    const { name, table } = await changed();
    const cut = async (step: string) => {
      if (step === 'snapshot taken') await replicator.master.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdfast-replicator%'`);
    };

    await expect(replicator.replicate({ table, operationId: `cut-${name}` }, { checkpoint: cut })).rejects.toMatchObject({ name: 'SnowflakeReplicator.SourceUnavailable' });
    await replicator.replicate({ table, operationId: `cut-${name}` });

    expect(await isSame(table)).toMatchObject({ missing: 0, altered: 0, extra: 0 });
  });

  test('whose state another one has moved on changes nothing that readers see', async () => {
    const { name, table } = await changed();
    const seen = () => replicator.warehouse.control.execute(`SELECT * FROM DB.APP.${name.toUpperCase()} ORDER BY ID`);
    const before = await seen();
    const overtake = async (step: string) => {
      if (step === 'staging made') await replicator.warehouse.control.execute(`UPDATE DB.HOLDFAST.REPLICATION_STATE SET VERSION = VERSION + 1 WHERE TABLE_ID = 'test/${table}'`);
    };

    await expect(replicator.replicate({ table, operationId: `overtaken-${name}` }, { checkpoint: overtake })).rejects.toMatchObject({ name: 'SnowflakeReplicator.StateMoved' });

    expect(await seen()).toEqual(before);
    await replicator.replicate({ table, operationId: `overtaken-${name}` });
    expect(await isSame(table)).toMatchObject({ compared: 501, missing: 0, altered: 0, extra: 0 });
  });

  test('keeps others off its table until it ends', async () => {
    const { table } = await changed();
    let other: Promise<unknown> | undefined;
    const meanwhile = async (step: string) => {
      if (step !== 'merged') return;
      other = replicator.replicate({ table, operationId: 'second' });
      await other.catch(() => undefined);
    };

    await replicator.replicate({ table, operationId: 'first' }, { checkpoint: meanwhile });

    await expect(other).rejects.toMatchObject({ name: 'SnowflakeReplicator.TableBusy' });
    await expect(replicator.replicate({ table, operationId: 'second' })).resolves.toMatchObject({ rowsExtracted: expect.any(Number) as number });
  });

  test('finds rows that were damaged on their way, and brings them again before anybody sees them', async () => {
    const { name, table } = await changed();
    const damage = async (step: string) => {
      if (step !== 'all parts loaded') return;
      const [staged] = await replicator.warehouse.control.execute(`SELECT TABLE_NAME FROM DB.INFORMATION_SCHEMA.TABLES WHERE STARTSWITH(TABLE_NAME, 'HF_')`);
      await replicator.warehouse.control.corrupt({ table: `DB.HOLDFAST."${staged?.['TABLE_NAME']}"`, set: `"NAME" = 'damaged'`, where: '"ID" IN (7, 300)' });
    };

    const summary = await replicator.replicate({ table, mode: 'full' }, { checkpoint: damage });

    expect(summary).toMatchObject({ rowsExtracted: 501, verifiedBatch: 2 });
    const [found] = await replicator.warehouse.control.execute(`SELECT COUNT_IF(NAME = 'damaged') AS DAMAGED, COUNT(*) AS N FROM DB.APP.${name.toUpperCase()}`);
    expect(found).toEqual({ DAMAGED: '0', N: '501' });
    const findings = await replicator.warehouse.control.execute(`SELECT ROW_KEY, OUTCOME FROM DB.HOLDFAST.REPLICATION_FINDING WHERE TABLE_ID = 'test/${table}' ORDER BY ROW_KEY`);
    expect(findings).toEqual([{ ROW_KEY: '["300"]', OUTCOME: 'repaired' }, { ROW_KEY: '["7"]', OUTCOME: 'repaired' }]);
  });

  test('leaves a busy source alone, and says for how long', async () => {
    const { table } = await changed();
    replicator.limit({ mostSessions: 2, readers: 2, restSeconds: 7 });
    const holder = await replicator.source.openSession({ applicationName: 'holdfast-replicator/another' });
    const outputs: unknown[] = [];

    await replicator.replicate({ table }, {
      checkpoint: async (step) => {
        if (step !== 'state read') return;
        outputs.push(step);
        if (outputs.length === 2) await holder.close();
      },
    });
    replicator.limit({});

    expect(outputs).toHaveLength(2);
  });
});
