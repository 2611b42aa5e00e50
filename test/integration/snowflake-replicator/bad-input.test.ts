import { replicateTable } from '../../../lambda/snowflake-replicator/replicate-table';
import { invocation, startReplicator, type TestReplicator } from './replicator';

describe('what cannot be replicated', () => {
  let replicator: TestReplicator;

  beforeAll(async () => {
    replicator = await startReplicator();
    await replicator.master.query(`
      CREATE TABLE keyless (id int, name text);
      CREATE TABLE maybe_keyed (id int UNIQUE, name text);
      CREATE TABLE fine (id int PRIMARY KEY, name text, at timestamptz, day date);
      CREATE VIEW looked_at AS SELECT * FROM fine;
      CREATE TABLE floating (id float8 PRIMARY KEY);
      CREATE TABLE parent (id int PRIMARY KEY);
      CREATE TABLE child () INHERITS (parent);
      CREATE TABLE clashing (id int PRIMARY KEY, "Name" text, name text);
      CREATE TABLE reserved (id int PRIMARY KEY, _holdfast_digest text);
      CREATE TABLE taken (id int PRIMARY KEY);
      CREATE TABLE hidden (id int PRIMARY KEY);
      CREATE SCHEMA "we""ird.schema";
      CREATE TABLE "we""ird.schema"."Robert'); DROP TABLE students;--" ("Select" int PRIMARY KEY, "a""b'c.d" text);
      INSERT INTO "we""ird.schema"."Robert'); DROP TABLE students;--" VALUES (1, 'x')`);
    await replicator.warehouse.control.execute('CREATE TABLE DB.APP.TAKEN (X INT)', { role: 'LOADER' });
    await replicator.warehouse.control.execute('CREATE TABLE DB.APP.HIDDEN (X INT)');
  }, 60_000);

  afterAll(() => replicator.close());

  const CASES: readonly (readonly [what: string, table: string, settings: object, words: RegExp])[] = [
    ['a table that is not there', 'public.nowhere', {}, /there is no table nowhere in schema public.*check the spelling/],
    ['a schema that is not there', 'nowhere.fine', {}, /there is no schema nowhere.*check the spelling/],
    ['a table without a key', 'public.keyless', {}, /no primary key and no unique index over columns that are NOT NULL: add one/],
    ['a table whose unique columns may be NULL', 'public.maybe_keyed', {}, /no primary key and no unique index/],
    ['a key that is none', 'public.fine', { key: ['name'] }, /key: \["name"\] is not the columns of a unique index.*expected \["id"\]/],
    ['a key of a type whose equal values may look different', 'public.floating', {}, /key column id is double precision/],
    ['a view', 'public.looked_at', {}, /it is a view: replicate the tables/],
    ['a table that others inherit from', 'public.parent', {}, /tables inherit from it/],
    ['a cursor column that is not there', 'public.fine', { cursor: { kind: 'column', column: 'changed_at' } }, /cursor\.column: there is no column "changed_at".*expected one of at/],
    ['a cursor column of another type', 'public.fine', { cursor: { kind: 'column', column: 'day' } }, /cursor\.column: day is date, expected timestamp/],
    ['a masked cursor column', 'public.fine', { cursor: { kind: 'column', column: 'at' }, columns: { at: { mask: { kind: 'hash' } } } }, /cursor\.column: at must be replicated as it is/],
    ['settings of a column that is not there', 'public.fine', { columns: { nam: { exclude: true } } }, /columns\.nam: there is no such column, expected one of id, name, at, day/],
    ['a key column that is left out', 'public.fine', { columns: { id: { exclude: true } } }, /columns\.id\.exclude: a column of the key cannot be left out/],
    ['a masked key', 'public.fine', { columns: { id: { mask: { kind: 'hash' } } } }, /columns\.id\.mask: a column of the key cannot be masked/],
    ['a type that the column does not offer', 'public.fine', { columns: { name: { as: 'variant' } } }, /columns\.name\.as: "variant" is not allowed for text, expected one of "text"/],
    ['names that become one', 'public.clashing', {}, /columns Name and name would both be NAME: set names to "exact"/],
    ['a name that the replicator keeps for itself', 'public.reserved', {}, /column _holdfast_digest has a name that the replicator keeps/],
    ['a target that somebody else made', 'public.taken', {}, /TAKEN" is there and was not made from test\/public\.taken: drop or rename it, or choose another name with target/],
    ['a target that the role cannot see', 'public.hidden', {}, /an object of this name is there that the role did not make/],
    ['unknown settings', 'public.fine', { modus: 'full' }, /modus: unknown field/],
  ];

  test.each(CASES)('fails for %s, naming it and the remedy, and nothing is left', async (_what, table, settings, words) => {
    replicator.configure(table, settings);

    await expect(replicator.replicate({ table })).rejects.toThrow(words);

    const { control } = replicator.warehouse;
    const states = await control.execute(`SELECT STATE FROM DB.HOLDFAST.REPLICATION_STATE WHERE TABLE_ID = 'test/${table}' AND STATE IS NOT NULL`).catch(() => []);
    const targets = await control.execute(`SELECT TABLE_NAME FROM DB.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'APP' ORDER BY TABLE_NAME`);
    expect({ states, targets: targets.map(({ TABLE_NAME }) => TABLE_NAME) }).toEqual({ states: [], targets: ['HIDDEN', 'TAKEN'] });
  });

  test.each([
    [{ table: 'no-schema' }, /table: "no-schema" is not allowed, expected schema\.table/],
    [{ table: 'public.fine', mode: 'sideways' }, /mode: "sideways" is not allowed/],
    [{ table: 'public.fine', operationId: 'has spaces' }, /operationId: "has spaces" is not allowed/],
    [{ table: 'public.fine', tabel: 1 }, /tabel: unknown field/],
    [{}, /table: is missing/],
  ])('refuses the request %j', async (input, words) => {
    await expect(replicateTable(input as never, replicator.ports(), invocation)).rejects.toThrow(words);
  });

  test('quotes the most hostile of names', async () => {
    const table = `"we""ird.schema"."Robert'); DROP TABLE students;--"`;
    replicator.configure(table, { names: 'exact', target: 'hostile "target"' });

    const summary = await replicator.replicate({ table });

    expect(summary).toMatchObject({ rowsExtracted: 1, verifiedBatch: 1 });
    expect(await replicator.verify({ table })).toMatchObject({ compared: 1, altered: 0 });
    await replicator.warehouse.control.execute('DROP TABLE DB.APP."hostile ""target"""');
  });

  test.each([
    ['suspended and does not resume', `ALTER WAREHOUSE WH SET AUTO_RESUME = FALSE`, 'ALTER WAREHOUSE WH SUSPEND', /warehouse/i],
  ])('says that the warehouse is %s', async (_what, first, second, words) => {
    const { control } = replicator.warehouse;
    await control.execute(first);
    await control.execute(second);
    replicator.configure('public.fine', {});

    await expect(replicator.replicate({ table: 'public.fine' })).rejects.toMatchObject({ name: 'SnowflakeReplicator.WarehouseMisconfigured', message: expect.stringMatching(words) as string });
    await control.execute('ALTER WAREHOUSE WH RESUME');
  });
});
