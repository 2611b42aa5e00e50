import { generateKeyPairSync } from 'node:crypto';
import type { HoldPorts } from '../../../lambda/snowflake-replicator/load/hold-table';
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
  });

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
    ['has no right to use the schema', 'REVOKE USAGE ON SCHEMA closed FROM visitor', /the role may not use schema closed: GRANT USAGE ON SCHEMA closed to it/],
    ['has no right to read the table', 'GRANT USAGE ON SCHEMA closed TO visitor', /the role may not read it: GRANT SELECT ON closed\.books to it/],
    ['may read some of its columns only', 'GRANT USAGE ON SCHEMA closed TO visitor; GRANT SELECT (id) ON closed.books TO visitor', /the role may not read (it|column title): GRANT SELECT ON closed\.books to it/],
  ])('says so when the role %s', async (_what, grants, words) => {
    const { master, source } = replicator;
    await master.query(`CREATE SCHEMA closed; CREATE TABLE closed.books (id int PRIMARY KEY, title text); CREATE ROLE visitor LOGIN PASSWORD '${source.details.password}'; GRANT pg_monitor TO visitor; ${grants}`);
    replicator.configure('closed.books', {});
    const openSource: HoldPorts['openSource'] = (props) => source.openSession({ ...props, details: { ...source.details, user: 'visitor' } });

    await expect(replicator.replicate({ table: 'closed.books' }, { openSource })).rejects.toMatchObject({ name: 'SnowflakeReplicator.TableNotReplicable', message: expect.stringMatching(words) as string });
    await master.query('DROP SCHEMA closed CASCADE; DROP ROLE visitor');
  });

  test.each([
    ['the warehouse is suspended and does not resume', ['ALTER WAREHOUSE WH SET AUTO_RESUME = FALSE', 'ALTER WAREHOUSE WH SUSPEND'], ['ALTER WAREHOUSE WH RESUME'], /; create warehouse WH, resume it, or grant USAGE on it to the role$/],
    ['the role may not use the warehouse, or there is none', ['REVOKE USAGE ON WAREHOUSE WH FROM ROLE LOADER'], ['GRANT USAGE ON WAREHOUSE WH TO ROLE LOADER'], /; create warehouse WH, resume it, or grant USAGE on it to the role$/],
    ['the role may not make tables in the schema', ['GRANT OWNERSHIP ON SCHEMA DB.APP TO ROLE ACCOUNTADMIN REVOKE CURRENT GRANTS'], ['GRANT OWNERSHIP ON SCHEMA DB.APP TO ROLE LOADER REVOKE CURRENT GRANTS'], /APP|privilege/],
  ])('says what to do where %s', async (_what, before, after, words) => {
    const { control } = replicator.warehouse;
    for (const statement of before) await control.execute(statement);
    replicator.configure('public.fine', {});

    const failure: unknown = await replicator.replicate({ table: 'public.fine' }).catch((error: unknown) => error);
    for (const statement of after) await control.execute(statement);

    expect(failure).toMatchObject({ name: expect.stringMatching(/Warehouse(Misconfigured|AccessDenied)$/) as string, message: expect.stringMatching(words) as string });
    expect(await control.execute(`SELECT STATE FROM DB.HOLDFAST.REPLICATION_STATE WHERE TABLE_ID = 'test/public.fine' AND STATE IS NOT NULL`).catch(() => [])).toEqual([]);
  });

  test.each([
    ['does not know the key', 'LOADER'],
    ['does not know the user', 'NOBODY'],
  ])('says what to check where Snowflake %s', async (_what, user) => {
    replicator.configure('public.fine', {});
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const openVault: HoldPorts['openVault'] = async () => ({ ...(await replicator.ports().openVault()), readSecret: (_mount, path) => Promise.resolve(path === 'snowflake' ? { user, privateKey } : { pepper: 'a pepper of sixteen characters' }) });

    await expect(replicator.replicate({ table: 'public.fine' }, { openVault })).rejects.toMatchObject({ name: 'SnowflakeReplicator.WarehouseAccessDenied', message: expect.stringMatching(new RegExp(`logging in to Snowflake account LOCAL as ${user}: .*check the user's RSA_PUBLIC_KEY`)) as string });
  });

  test.each([
    ['there is none', undefined, /secret secret\/snowflake/],
    ['it holds a password', { user: 'LOADER', password: 'x-secret-x' }, /secret\/snowflake holds a password, which Snowflake does not take from services: replace it with user and privateKey/],
    ['the key is no key', { user: 'LOADER', privateKey: 'x-secret-x' }, /secret\/snowflake: privateKey:.*expected a private key, PKCS#8 in PEM/],
    ['the user is missing', { privateKey: '-----BEGIN PRIVATE KEY-----\nx-secret-x' }, /secret\/snowflake: user: is missing/],
  ])('names the secret for Snowflake where %s, and tells nothing of what is in it', async (_what, secret, words) => {
    replicator.configure('public.fine', {});
    const openVault: HoldPorts['openVault'] = async () => ({ ...(await replicator.ports().openVault()), readSecret: () => Promise.resolve(secret) });

    const failure = (await replicator.replicate({ table: 'public.fine' }, { openVault }).catch((error: unknown) => error)) as Error;

    expect(failure.name).toBe('SnowflakeReplicator.SecretUnusable');
    expect(failure.message).toMatch(words);
    expect(JSON.stringify([failure.message, failure])).not.toContain('x-secret-x');
  });
});
