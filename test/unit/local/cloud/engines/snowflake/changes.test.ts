import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, execute, rows, startWarehouse, value } from './driver';

let warehouse: SnowflakeWarehouse;
let connection: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse();
  connection = await connect(warehouse);
});

beforeEach(async () => {
  await rows(
    connection,
    `CREATE OR REPLACE TABLE T (ID NUMBER(10,0) PRIMARY KEY, N VARCHAR(20), AT TIMESTAMP_NTZ(6) DEFAULT '2024-01-01 00:00:00')`,
  );
  await rows(connection, `INSERT INTO T (ID, N) VALUES (1, 'one'), (2, 'two'), (3, NULL)`);
  await rows(connection, 'CREATE OR REPLACE TEMPORARY TABLE S (ID NUMBER(10,0), N VARCHAR(20), GONE BOOLEAN)');
});

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
});

const contents = (table = 'T') => rows(connection, `SELECT ID, N FROM ${table} ORDER BY ID, N`);

describe('INSERT', () => {
  test('reports the number of rows to the driver', async () => {
    const { statement } = await execute(connection, `INSERT INTO T (ID, N) SELECT ID + 10, N FROM T`);

    expect(statement.getNumUpdatedRows()).toBe(3);
  });

  test('takes a second row with the same primary key, because Snowflake enforces none', async () => {
    await rows(connection, `INSERT INTO T (ID, N) VALUES (1, 'again')`);

    expect(await contents()).toHaveLength(4);
  });

  test('fills in defaults, for omitted columns and for DEFAULT', async () => {
    await rows(connection, `INSERT INTO T (ID) VALUES (7)`);
    await rows(connection, `INSERT INTO T (ID, AT) VALUES (8, DEFAULT), (9, NULL)`);

    await expect(rows(connection, 'SELECT AT IS NULL AS X FROM T WHERE ID IN (7, 8, 9) ORDER BY ID')).resolves.toEqual([
      { X: 'FALSE' },
      { X: 'FALSE' },
      { X: 'TRUE' },
    ]);
  });

  test('with OVERWRITE replaces the rows, also by rows of the table itself', async () => {
    await rows(connection, 'INSERT OVERWRITE INTO T (ID, N) SELECT ID * 100, N FROM T WHERE ID > 1');

    expect(await contents()).toEqual([
      { ID: '200', N: 'two' },
      { ID: '300', N: null },
    ]);
  });

  test.each([
    ['in the request', 2500],
    ['over the bind stage', 40_000],
  ])('takes array binds %s, with NULL, quotes and line ends', async (_where, count) => {
    const nasty = [null, '', 'a,b', 'say "x"', 'two\nlines', String.raw`back\slash`, 'é€'];
    const binds = Array.from({ length: count }, (_, index) => [String(index + 100), nasty[index % nasty.length] ?? null]);

    const { statement } = await execute(connection, 'INSERT INTO T (ID, N) VALUES (?, ?)', binds);

    expect(statement.getNumUpdatedRows()).toBe(count);
    const stored = await rows(connection, 'SELECT N, COUNT(*) AS C FROM T WHERE ID BETWEEN 100 AND 106 GROUP BY N');
    expect(new Set(stored.map(({ N }) => N))).toEqual(new Set(nasty));
  });

  test('applies functions to array binds', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE J (ID NUMBER, V VARIANT)');

    await rows(connection, 'INSERT INTO J SELECT ?, PARSE_JSON(?)', [
      ['1', '{"a": 1}'],
      ['2', null],
    ] as never);

    await expect(rows(connection, 'SELECT ID, TO_JSON(V) AS V FROM J ORDER BY ID')).resolves.toEqual([
      { ID: '1', V: '{"a":1}' },
      { ID: '2', V: null },
    ]);
  });
});

describe('UPDATE and DELETE', () => {
  test('report their rows', async () => {
    expect((await execute(connection, `UPDATE T SET N = UPPER(N) WHERE N IS NOT NULL`)).statement.getNumUpdatedRows()).toBe(2);
    expect((await execute(connection, 'DELETE FROM T WHERE ID >= 2')).statement.getNumUpdatedRows()).toBe(2);
    expect(await contents()).toEqual([{ ID: '1', N: 'ONE' }]);
  });

  test('can take their rows from another table', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, 'new', FALSE), (2, NULL, TRUE)`);

    await rows(connection, 'UPDATE T SET N = S.N FROM S WHERE T.ID = S.ID AND NOT S.GONE');
    await rows(connection, 'DELETE FROM T USING S WHERE T.ID = S.ID AND S.GONE');

    expect(await contents()).toEqual([
      { ID: '1', N: 'new' },
      { ID: '3', N: null },
    ]);
  });
});

describe('MERGE', () => {
  const MERGE =
    'MERGE INTO T AS t USING S AS s ON t.ID = s.ID WHEN MATCHED AND s.GONE THEN DELETE WHEN MATCHED THEN UPDATE SET t.N = s.N WHEN NOT MATCHED AND NOT s.GONE THEN INSERT (ID, N) VALUES (s.ID, s.N)';

  test('does the first clause that applies to each row, and counts', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, 'uno', FALSE), (2, NULL, TRUE), (4, 'four', FALSE), (5, 'never', TRUE)`);

    const { statement, rows: result } = await execute(connection, MERGE);

    expect(result).toEqual([{ 'number of rows inserted': '1', 'number of rows updated': '1', 'number of rows deleted': '1' }]);
    expect(statement.getNumUpdatedRows()).toBe(3);
    expect(await contents()).toEqual([
      { ID: '1', N: 'uno' },
      { ID: '3', N: null },
      { ID: '4', N: 'four' },
    ]);
  });

  test('fails when two source rows change one target row, and changes nothing', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, 'uno', FALSE), (1, 'eins', FALSE), (9, 'nine', FALSE)`);
    const before = await contents();

    expect(await errorOf(rows(connection, MERGE))).toMatchObject({
      code: '100090',
      sqlState: '42P18',
      message: 'Duplicate row detected during DML action',
    });
    expect(await contents()).toEqual(before);
  });

  test('lets several source rows delete one target row, which is no contradiction', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, NULL, TRUE), (1, NULL, TRUE)`);

    await expect(
      rows(connection, 'MERGE INTO T t USING S s ON t.ID = s.ID WHEN MATCHED AND s.GONE THEN DELETE WHEN MATCHED THEN UPDATE SET N = s.N'),
    ).resolves.toEqual([{ 'number of rows updated': '0', 'number of rows deleted': '1' }]);
  });

  test('fails when one source row deletes what another updates', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, NULL, TRUE), (1, 'kept', FALSE)`);

    expect(await errorOf(rows(connection, MERGE))).toMatchObject({ code: '100090' });
  });

  test('inserts both of two source rows that match nothing', async () => {
    await rows(connection, `INSERT INTO S VALUES (9, 'a', FALSE), (9, 'b', FALSE)`);

    await rows(connection, MERGE);

    expect((await contents()).slice(3)).toEqual([
      { ID: '9', N: 'a' },
      { ID: '9', N: 'b' },
    ]);
  });

  test('takes a subquery that removes the duplicates', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, 'old', FALSE), (1, 'young', FALSE)`);

    await rows(
      connection,
      'MERGE INTO "DB"."APP"."T" t USING (SELECT ID, N FROM S QUALIFY ROW_NUMBER() OVER (PARTITION BY ID ORDER BY N DESC) = 1) s ON t.ID = s.ID WHEN MATCHED AND (t.N IS NULL OR t.N <> s.N) THEN UPDATE SET N = s.N WHEN NOT MATCHED THEN INSERT VALUES (s.ID, s.N, DEFAULT)',
    );

    expect((await contents())[0]).toEqual({ ID: '1', N: 'young' });
  });

  test('checks values as INSERT and UPDATE do', async () => {
    await rows(connection, `INSERT INTO S VALUES (1, 'x', FALSE)`);

    expect(
      await errorOf(rows(connection, `MERGE INTO T t USING S s ON t.ID = s.ID WHEN MATCHED THEN UPDATE SET N = REPEAT('x', 21)`)),
    ).toMatchObject({ code: '100078' });
    expect(await errorOf(rows(connection, `MERGE INTO T t USING S s ON t.ID = s.ID WHEN MATCHED THEN UPDATE SET NOPE = 1`))).toMatchObject({
      code: '000904',
    });
  });
});

describe('CREATE TABLE', () => {
  test('LIKE copies the columns, CLONE the rows too, AS the result of a query', async () => {
    await rows(connection, 'CREATE TABLE L LIKE T');
    await rows(connection, 'CREATE TABLE C CLONE T');
    await rows(connection, `CREATE TABLE Q AS SELECT ID * 1.5 AS X, N || '!' AS N FROM T`);

    expect(await contents('L')).toEqual([]);
    expect(await contents('C')).toEqual(await contents());
    await expect(rows(connection, 'SELECT * FROM Q ORDER BY X LIMIT 1')).resolves.toEqual([{ X: '1.5', N: 'one!' }]);
    const types = (await rows(connection, 'DESCRIBE TABLE Q')).map(({ name, type }) => [name, type]);
    expect(types).toEqual([
      ['X', 'NUMBER(12,1)'],
      ['N', 'VARCHAR(16777216)'],
    ]);
  });

  test('keeps the kind, and a transient table is not cloned into a permanent one', async () => {
    await rows(connection, 'CREATE OR REPLACE TRANSIENT TABLE TR (A NUMBER)');

    expect((await rows(connection, "SHOW TABLES LIKE 'TR'"))[0]).toMatchObject({ name: 'TR', kind: 'TRANSIENT' });
    await expect(value(connection, `SELECT IS_TRANSIENT FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'TR'`)).resolves.toBe('YES');
    expect(await errorOf(rows(connection, 'CREATE TABLE PC CLONE TR'))).toMatchObject({ code: '002120' });
  });

  test('refuses a name that exists unless told what to do', async () => {
    expect(await errorOf(rows(connection, 'CREATE TABLE T (A NUMBER)'))).toMatchObject({ code: '002002' });
    await expect(value(connection, 'CREATE TABLE IF NOT EXISTS T (A NUMBER)')).resolves.toBe('T already exists, statement succeeded.');
    expect(await contents()).toHaveLength(3);
  });

  test('lets a temporary table hide a permanent one until the session ends', async () => {
    const other = await connect(warehouse);
    await rows(other, 'CREATE TEMPORARY TABLE T (ID NUMBER, N VARCHAR)');

    await expect(value(other, 'SELECT COUNT(*) FROM T')).resolves.toBe('0');
    await expect(value(connection, 'SELECT COUNT(*) FROM T')).resolves.toBe('3');
    await rows(other, 'DROP TABLE T');
    await expect(value(other, 'SELECT COUNT(*) FROM T')).resolves.toBe('3');
    await disconnect(other);
  });
});

describe('ALTER TABLE', () => {
  test('adds, renames, widens and drops columns', async () => {
    await rows(connection, 'ALTER TABLE T ADD COLUMN IF NOT EXISTS N VARCHAR, EXTRA NUMBER(5,0) DEFAULT 7');
    await rows(connection, 'ALTER TABLE T RENAME COLUMN N TO NAME');
    await rows(connection, 'ALTER TABLE T ALTER COLUMN NAME SET DATA TYPE VARCHAR(40)');
    await rows(connection, 'ALTER TABLE T ALTER COLUMN ID SET DATA TYPE NUMBER(20,0)');
    await rows(connection, 'ALTER TABLE T DROP COLUMN AT');

    await expect(rows(connection, 'SELECT * FROM T WHERE ID = 1')).resolves.toEqual([{ ID: '1', NAME: 'one', EXTRA: '7' }]);
    expect((await rows(connection, 'DESCRIBE TABLE T')).map(({ type }) => type)).toEqual(['NUMBER(20,0)', 'VARCHAR(40)', 'NUMBER(5,0)']);
  });

  test.each([
    ['ALTER TABLE T ALTER COLUMN N SET DATA TYPE VARCHAR(5)', '002108'],
    ['ALTER TABLE T ALTER COLUMN ID SET DATA TYPE NUMBER(10,2)', '002108'],
    ['ALTER TABLE T ALTER COLUMN N SET NOT NULL', '100072'],
    ['ALTER TABLE T ADD COLUMN X NUMBER NOT NULL', '002212'],
    ['ALTER TABLE T ADD COLUMN N NUMBER', '001430'],
    ['ALTER TABLE T DROP COLUMN NOPE', '000904'],
  ])('%s fails with %s', async (sql, code) => {
    expect((await errorOf(rows(connection, sql))).code).toBe(code);
  });

  test('renames a table, not onto another', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE OLD_NAME (A NUMBER)');
    await rows(connection, 'DROP TABLE IF EXISTS NEW_NAME');

    expect(await errorOf(rows(connection, 'ALTER TABLE OLD_NAME RENAME TO T'))).toMatchObject({ code: '002002' });
    await rows(connection, 'ALTER TABLE OLD_NAME RENAME TO NEW_NAME');

    expect(await errorOf(rows(connection, 'SELECT * FROM OLD_NAME'))).toMatchObject({ code: '002003' });
    await expect(value(connection, 'SELECT COUNT(*) FROM NEW_NAME')).resolves.toBe('0');
  });
});

describe('TRUNCATE and DROP', () => {
  test('empty and remove', async () => {
    await rows(connection, 'TRUNCATE TABLE IF EXISTS T');
    await expect(value(connection, 'SELECT COUNT(*) FROM T')).resolves.toBe('0');
    await rows(connection, 'TRUNCATE TABLE IF EXISTS NOPE');
    await rows(connection, 'DROP TABLE IF EXISTS NOPE');

    await rows(connection, 'DROP TABLE T');

    expect(await errorOf(rows(connection, 'DROP TABLE T'))).toMatchObject({ code: '002003' });
  });
});
