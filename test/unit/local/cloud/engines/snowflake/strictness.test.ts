import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, rows, startWarehouse, value } from './driver';

let warehouse: SnowflakeWarehouse;
let connection: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse();
  connection = await connect(warehouse);
  await rows(connection, 'CREATE TABLE T (ID NUMBER(5,0), N VARCHAR(3), "mixed" NUMBER, V VARIANT, TZ TIMESTAMP_TZ)');
  await rows(connection, 'CREATE TABLE U (ID NUMBER, X NUMBER)');
});

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
});

describe('a statement', () => {
  test.each([
    ['SELEC 1', '001003', "unexpected 'SELEC'"],
    ['SELECT FROM T', '001003', "unexpected 'FROM'"],
    ['SELECT 1 +', '001003', "unexpected '<EOF>'"],
    ['SELECT 1; SELECT 2', '000008', 'did not match the desired statement count 1'],
    ['SELECT 1 LIMIT -1', '001003', "unexpected '-'"],
    ['INSERT INTO T (ID) VALUSE (1)', '001003', "unexpected 'VALUSE'"],
    ['CREATE TABLE X1 (A NUMBR(3))', '002040', "Unsupported data type 'NUMBR'"],
    ['CREATE TABLE X1 (A NUMBER) FOO = 1', '001003', "unexpected 'FOO'"],
    ['CREATE TABLE X1 (A NUMBER, A NUMBER)', '002025', "duplicate column name 'A'"],
    ['CREATE TABLE X1 (A NUMBER(39,0))', '002039', 'Invalid parameter 39'],
    ['COPY INTO T FORM @S', '001003', "unexpected 'FORM'"],
    ['VACUUM T', '001003', "unexpected 'VACUUM'"],
    ['SELECT NOPE(1)', '002140', 'Unknown function NOPE'],
    ['SELECT list_value(1, 2)', '002140', 'Unknown function LIST_VALUE'],
    ['SELECT LENGTH()', '000938', 'not enough arguments for function [LENGTH()]'],
    ["SELECT LENGTH('a', 'b')", '000939', 'too many arguments for function'],
    ['SELECT SUBSTR(1, TRUE)', '001044', "Invalid argument types for function 'SUBSTR'"],
    ['SELECT NOPE FROM T', '000904', "invalid identifier 'NOPE'"],
    ['SELECT "id" FROM T', '000904', `invalid identifier '"id"'`],
    ['SELECT MIXED FROM T', '000904', "invalid identifier 'MIXED'"],
    ['SELECT T.X FROM T', '000904', "invalid identifier 'T.X'"],
    ['SELECT ID FROM T, U', '000904', "ambiguous column name 'ID'"],
    ['SELECT * FROM NOPE', '002003', "Object 'DB.APP.NOPE' does not exist or not authorized"],
    ['SELECT * FROM "t"', '002003', "Object 'DB.APP.t' does not exist or not authorized"],
    ['SELECT * FROM NOPE.PUBLIC.T', '002003', "Database 'NOPE' does not exist or not authorized"],
    ['SELECT ID, COUNT(*) FROM T', '000979', 'is not a valid group by expression'],
    ['INSERT INTO T (ID, N) VALUES (1)', '002020', 'expecting 2 but got 1'],
    ['INSERT INTO T (ID, ID) VALUES (1, 1)', '002025', "duplicate column name 'ID'"],
    ["INSERT INTO T (V) VALUES (PARSE_JSON('{}'))", '002014', 'in VALUES clause'],
    ['INSERT INTO T (ID) VALUES (?)', '002049', 'Bind variable 1 not set'],
    ['SELECT 1 UNION SELECT 1, 2', '001789', 'expected 1, got 2'],
    ['SELECT ROW_NUMBER() FROM T', '002076', 'Missing window specification'],
    ['ALTER SESSION SET NOPE = 1', '001006', "invalid property 'NOPE'"],
    ["ALTER SESSION SET TIMEZONE = 'Mars/Olympus'", '001008', "invalid value [Mars/Olympus] for parameter 'TIMEZONE'"],
    ['ALTER WAREHOUSE NOPE SUSPEND', '002043', 'Object does not exist'],
    ['CREATE STAGE S1 FILE_FORMAT = (TYPE = CSV NOPE = 1)', '001003', "invalid property 'NOPE'"],
    ['PUT file:///tmp/x @S OVERWRIT=TRUE', '001003', "invalid property 'OVERWRIT'"],
  ])('%s is refused with %s', async (sql, code, message) => {
    const error = await errorOf(rows(connection, sql));

    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
  });

  test.each([
    'SELECT TOP 5 * FROM T',
    'SELECT * FROM T SAMPLE (10)',
    'SELECT * FROM T AT (OFFSET => -60)',
    'SELECT * FROM T JOIN U USING (ID)',
    'SELECT * FROM T, LATERAL FLATTEN(INPUT => V)',
    'SELECT * FROM TABLE(GENERATOR(ROWCOUNT => 5))',
    'WITH RECURSIVE R AS (SELECT 1) SELECT * FROM R',
    'SELECT TZ FROM T GROUP BY TZ',
    'SELECT DISTINCT V FROM T',
    'CREATE VIEW W AS SELECT 1',
    "SELECT * FROM IDENTIFIER('T')",
    'CREATE TABLE X1 (A NUMBER AUTOINCREMENT)',
    'CREATE TABLE X1 (A GEOGRAPHY)',
    'COPY INTO @S FROM T',
    "EXECUTE IMMEDIATE 'SELECT 1'",
    'BEGIN LET x := 1; END',
    'ALTER SESSION SET AUTOCOMMIT = FALSE',
    'UPDATE T SET ID = 1 FROM U WHERE T.ID = U.ID AND REGEXP_COUNT(N, N) = 1',
  ])('%s is refused as beyond the stand-in', async (sql) => {
    expect(await errorOf(rows(connection, sql))).toMatchObject({ code: '000002', sqlState: '0A000' });
  });

  test('fails once, without being sent again', async () => {
    const before = (await warehouse.counters()).queries;

    await errorOf(rows(connection, 'SELECT NOPE FROM T'));

    expect((await warehouse.counters()).queries).toBe(before + 1);
  });
});

describe('identifiers', () => {
  test('fold to upper case unless they are quoted, and both can exist side by side', async () => {
    await rows(connection, 'CREATE TABLE "t2" ("a" NUMBER, A NUMBER)');
    await rows(connection, 'CREATE TABLE T2 (A NUMBER)');
    await rows(connection, 'INSERT INTO "t2" ("a", A) VALUES (1, 2)');

    await expect(rows(connection, 'SELECT "a", a FROM "t2"')).resolves.toEqual([{ a: '1', A: '2' }]);
    await expect(value(connection, 'SELECT COUNT(*) FROM t2')).resolves.toBe('0');
  });

  test('are found through aliases in WHERE, QUALIFY and other select items, columns first', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE A1 (X NUMBER, Y NUMBER)');
    await rows(connection, 'INSERT INTO A1 VALUES (1, 10), (2, 20)');

    await expect(rows(connection, 'SELECT X + 1 AS NEXT, NEXT * 2 AS TWICE FROM A1 WHERE NEXT > 2')).resolves.toEqual([
      { NEXT: '3', TWICE: '6' },
    ]);
    await expect(rows(connection, 'SELECT Y AS X FROM A1 WHERE X = 1')).resolves.toEqual([{ X: '10' }]);
  });
});

describe('the bulk of SQL', () => {
  test.each([
    ['WITH a AS (SELECT 1 AS x UNION ALL SELECT 2), b (y) AS (SELECT x FROM a) SELECT SUM(y) FROM b', '3'],
    [
      "SELECT COUNT(*) FROM (SELECT * FROM (VALUES (1, 'a'), (1, 'b'), (2, 'c')) AS v(k, s) QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY s DESC) = 1)",
      '2',
    ],
    ["SELECT LISTAGG(s, '|') WITHIN GROUP (ORDER BY s DESC) FROM (VALUES ('a'), ('b')) AS v(s)", 'b|a'],
    ["SELECT LISTAGG(s) FROM (VALUES ('a')) AS v(s) WHERE s = 'x'", ''],
    ['SELECT BITXOR_AGG(x) FROM (VALUES (5), (3), (5)) AS v(x)', '3'],
    ['SELECT AVG(x) FROM (VALUES (1), (2), (2)) AS v(x)', '1.666667'],
    ['SELECT COUNT(DISTINCT x) FROM (VALUES (1), (1), (NULL)) AS v(x)', '1'],
    ['SELECT MAX(x) FROM (VALUES (1), (3)) AS v(x) WHERE EXISTS (SELECT 1 FROM (VALUES (3)) AS w(y) WHERE w.y = v.x)', '3'],
    ['SELECT (SELECT MAX(y) FROM (VALUES (7)) AS w(y))', '7'],
    ['SELECT x FROM (VALUES (1), (NULL), (2)) AS v(x) ORDER BY x DESC LIMIT 1', null],
    ['SELECT x FROM (VALUES (1), (NULL), (2)) AS v(x) ORDER BY x DESC NULLS LAST LIMIT 1', '2'],
    ['SELECT COUNT(*) FROM (SELECT 1 AS k) AS a LEFT JOIN (SELECT 2 AS k) AS b ON a.k = b.k WHERE b.k IS NULL', '1'],
    ['SELECT x FROM (VALUES (3), (1)) AS v(x) INTERSECT SELECT 3', '3'],
    ['SELECT SUM(n) FROM (SELECT k, COUNT(*) AS n FROM (VALUES (1), (1), (2)) AS v(k) GROUP BY ALL HAVING n > 1)', '2'],
    ["SELECT CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", 'b'],
    ['SELECT LAG(x) OVER (ORDER BY x) FROM (VALUES (1), (2)) AS v(x) ORDER BY x DESC LIMIT 1', '1'],
    ['SELECT COUNT(*) FROM (VALUES (1, 2), (3, 4)) AS v(a, b) WHERE (a, b) IN ((1, 2), (3, 5))', '1'],
    ['SELECT x FROM (SELECT * EXCLUDE (y) FROM (VALUES (1, 2)) AS v(x, y))', '1'],
  ])('%s gives %s', async (sql, expected) => {
    await expect(value(connection, sql)).resolves.toBe(expected);
  });
});
