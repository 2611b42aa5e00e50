import { startReplicator, type TestReplicator } from './replicator';

describe('a table that changes', () => {
  let replicator: TestReplicator;
  let tables = 0;

  beforeAll(async () => {
    replicator = await startReplicator();
  });

  afterAll(() => replicator.close());

  /** A table of three rows, loaded under the settings. */
  async function loaded(settings: object): Promise<{ readonly name: string; readonly table: string; readonly target: string }> {
    const name = `drifting_${(tables += 1)}`;
    await replicator.master.query(`CREATE TABLE ${name} (id int PRIMARY KEY, name text, amount numeric(10,2)); INSERT INTO ${name} VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', NULL)`);
    replicator.configure(`public.${name}`, settings);
    await replicator.replicate({ table: `public.${name}` });
    return { name, table: `public.${name}`, target: `DB.APP.${name.toUpperCase()}` };
  }

  const rows = (sql: string) => replicator.warehouse.control.execute(sql);

  describe('under the policy evolve', () => {
    test.each([
      ['adds a new column in place when no old row has a value in it', 'ALTER TABLE $t ADD COLUMN note text', 'incremental'],
      ['loads everything when old rows have values in a new column', `ALTER TABLE $t ADD COLUMN note text DEFAULT 'given'`, 'full'],
      ['makes room for more digits in place', 'ALTER TABLE $t ALTER amount TYPE numeric(14,2)', 'incremental'],
      ['loads everything after another change of type', 'ALTER TABLE $t ALTER amount TYPE numeric(14,4)', 'full'],
      ['takes longer texts as they are', 'ALTER TABLE $t ALTER name TYPE varchar(500); ALTER TABLE $t ALTER name TYPE varchar(900)', 'full'],
      ['goes on without a column that is gone', 'ALTER TABLE $t DROP COLUMN amount', 'incremental'],
      ['loads everything when the key is another one', 'ALTER TABLE $t DROP CONSTRAINT $t_pkey; ALTER TABLE $t ALTER name SET NOT NULL; ALTER TABLE $t ADD PRIMARY KEY (name)', 'full'],
      ['loads everything when the table was made again', `DROP TABLE $t; CREATE TABLE $t (id int PRIMARY KEY, name text, amount numeric(10,2)); INSERT INTO $t VALUES (9, 'nine', 9)`, 'full'],
    ])('%s', async (_what, change, mode) => {
      const { name, table } = await loaded({});
      await replicator.master.query(change.replaceAll('$t', name));
      await replicator.master.query(`INSERT INTO ${name} (id, name) VALUES (4, 'four')`);

      const summary = await replicator.replicate({ table });

      expect(summary).toMatchObject({ mode });
      expect(await replicator.verify({ table })).toMatchObject({ missing: 0, altered: 0, extra: 0 });
    });

    test('keeps what a column held that is gone', async () => {
      const { name, table, target } = await loaded({});
      await replicator.master.query(`ALTER TABLE ${name} DROP COLUMN amount; INSERT INTO ${name} VALUES (4, 'four')`);

      await replicator.replicate({ table });

      expect(await rows(`SELECT ID, AMOUNT FROM ${target} ORDER BY ID`)).toEqual([{ ID: '1', AMOUNT: '1.00' }, { ID: '2', AMOUNT: '2.00' }, { ID: '3', AMOUNT: null }, { ID: '4', AMOUNT: null }]);
    });

    test('loads everything when a column comes back, which the target still has from before', async () => {
      const { name, table } = await loaded({});
      await replicator.master.query(`ALTER TABLE ${name} DROP COLUMN amount`);
      await replicator.replicate({ table });
      await replicator.master.query(`ALTER TABLE ${name} ADD COLUMN amount numeric(10,2)`);

      await expect(replicator.replicate({ table })).resolves.toMatchObject({ mode: 'full', reasons: ['column AMOUNT is back'] });
      await expect(replicator.verify({ table })).resolves.toMatchObject({ altered: 0 });
    });

    test('loads everything when somebody dropped the target', async () => {
      const { table, target } = await loaded({});
      await rows(`DROP TABLE ${target}`);

      await expect(replicator.replicate({ table })).resolves.toMatchObject({ mode: 'full', reasons: ['the target is gone'] });
    });
  });

  test.each([
    ['a new column', 'ADD COLUMN note text', /column note text is new/],
    ['a column that is gone', 'DROP COLUMN amount', /column amount is gone/],
    ['another type', 'ALTER amount TYPE numeric(14,2)', /column amount is numeric\(14,2\).*was numeric\(10,2\)/],
  ])('is refused under the policy freeze for %s, and nothing moves', async (_what, change, words) => {
    const { name, table, target } = await loaded({ drift: 'freeze' });
    await replicator.master.query(`ALTER TABLE ${name} ${change}; INSERT INTO ${name} (id, name) VALUES (4, 'four')`);

    await expect(replicator.replicate({ table })).rejects.toMatchObject({ name: 'SnowflakeReplicator.SchemaDrifted', message: expect.stringMatching(words) as string });
    expect(await rows(`SELECT COUNT(*) AS N FROM ${target}`)).toEqual([{ N: '3' }]);
  });

  test('is followed under the policy discard without its new columns', async () => {
    const { name, table, target } = await loaded({ drift: 'discard' });
    await replicator.master.query(`ALTER TABLE ${name} ADD COLUMN note text DEFAULT 'x'; INSERT INTO ${name} (id, name) VALUES (4, 'four')`);

    const summary = await replicator.replicate({ table });

    expect(summary).toMatchObject({ mode: 'incremental', rowsExtracted: 1 });
    expect(Object.keys((await rows(`SELECT * FROM ${target} LIMIT 1`))[0] ?? {})).toEqual(['ID', 'NAME', 'AMOUNT', '_HOLDFAST_DELETED_AT']);
    await replicator.master.query(`ALTER TABLE ${name} ALTER amount TYPE numeric(14,4)`);
    await expect(replicator.replicate({ table })).rejects.toMatchObject({ name: 'SnowflakeReplicator.SchemaDrifted' });
  });

  test('hides masked columns: equal values stay equal, and nothing but the last characters is told', async () => {
    const { master } = replicator;
    await master.query(`CREATE TABLE people (id int PRIMARY KEY, email text, card text); INSERT INTO people VALUES (1, 'a@b.c', '4111111111111234'), (2, 'a@b.c', '99'), (3, NULL, NULL)`);
    replicator.configure('public.people', { columns: { email: { mask: { kind: 'hash' } }, card: { mask: { kind: 'redact', keepLast: 4 } } } });

    await replicator.replicate({ table: 'public.people' });
    const [one, two, three] = await rows('SELECT EMAIL, CARD FROM DB.APP.PEOPLE ORDER BY ID');

    expect(one).toEqual({ EMAIL: expect.stringMatching(/^[0-9a-f]{64}$/) as string, CARD: '************1234' });
    expect(two).toEqual({ EMAIL: one?.['EMAIL'], CARD: '**' });
    expect(three).toEqual({ EMAIL: null, CARD: null });
  });
});
