import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, execute, rows, startWarehouse, value } from './driver';

let warehouse: SnowflakeWarehouse;
let connection: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse({ now: () => new Date('2026-11-21T12:34:56.789Z') });
  connection = await connect(warehouse);
  await rows(connection, `ALTER SESSION SET TIMEZONE = 'UTC'`);
});

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
});

describe('an expression', () => {
  test.each([
    ['10 / 3', '3.333333'],
    ['-5 / 2', '-2.500000'],
    ['7 % 3', '1'],
    ['1.5 * 2.25', '3.375'],
    ['99999999999999999999 + 1', '100000000000000000000'],
    ['ROUND(-2.5)', '-3'],
    ['TRUNC(2.789, 2)', '2.78'],
    ['CEIL(1.2)', '2'],
    ["'5' + 1", '6.00000'],
    ['BITXOR(12, 10)', '6'],
    ['BITAND(MD5_NUMBER_LOWER64(1), 1152921504606846975)', '994258241967195291'],
    ["MD5('Snowflake')", 'edf1439075a83a447fb8b630ddc9c8de'],
    ["MD5_NUMBER_UPPER64('Snowflake')", '17145559544104499780'],
    ["MD5_NUMBER_LOWER64('Snowflake')", '9203306159527282910'],
    ["SHA2('a')", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ["CONCAT('a', NULL)", null],
    ["CONCAT_WS('-', 'a', 'b')", 'a-b'],
    ["CONCAT_WS('-', 'a', NULL)", null],
    ["NVL(NULL, 'x') || 'y'", 'xy'],
    ["IFF(1 > 2, 'a', 'b')", 'b'],
    ["DECODE(NULL, 1, 'one', NULL, 'none', 'other')", 'none'],
    ['GREATEST(1, NULL, 3)', null],
    ["SPLIT_PART('a,b,c', ',', -1)", 'c'],
    ["SPLIT_PART('a,b,c', ',', 5)", ''],
    ["SUBSTR('hello', 2, 3)", 'ell'],
    ["SUBSTR('hello', 0, 2)", 'he'],
    ["LENGTH('é')", '1'],
    ["OCTET_LENGTH('é')", '2'],
    ["REGEXP_REPLACE('a1b22', '[0-9]+', '#')", 'a#b#'],
    [String.raw`REGEXP_REPLACE('a.b', '\\.', '-')`, 'a-b'],
    ["HEX_ENCODE('é')", 'C3A9'],
    ["TO_VARCHAR(TO_BINARY('dead', 'HEX'))", 'DEAD'],
    ["TO_VARCHAR(TO_BINARY('aGk=', 'BASE64'), 'UTF-8')", 'hi'],
    ['TO_VARCHAR(12.50)', '12.50'],
    ["TO_DECIMAL('12.345', 10, 2)", '12.35'],
    ["TRY_TO_NUMBER('12x')", null],
    ["TRY_TO_NUMBER('1_000')", null],
    ["TRY_TO_TIMESTAMP_NTZ('yesterday')", null],
    ["TRY_TO_DATE('infinity')", null],
    ["TRY_TO_DATE('2024-02-30')", null],
    ["TRY_TO_TIME('24:00:00')", null],
    ["TRY_TO_BOOLEAN('maybe')", null],
    ["TRY_TO_BINARY('xyz')", null],
    ["TO_BOOLEAN('yes')::VARCHAR", 'true'],
    ["TIMESTAMP '2024-01-02 03:04:05.678901'::VARCHAR", '2024-01-02 03:04:05.678'],
    ["TO_CHAR(TIMESTAMP '2024-01-02 03:04:05.678901', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6')", '2024-01-02T03:04:05.678901'],
    ["TO_CHAR('2024-01-02 03:04:05.6+05:30'::TIMESTAMP_TZ, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')", '2024-01-02 03:04:05.600000000 +05:30'],
    ["TO_CHAR('2024-01-02 03:04:05-03:30'::TIMESTAMP_TZ, 'HH24 TZHTZM')", '03 -0330'],
    ["'2024-01-02 03:04:05+05:30'::TIMESTAMP_TZ = '2024-01-01 21:34:05Z'::TIMESTAMP_TZ", 'TRUE'],
    ["DATE_PART(EPOCH_MICROSECOND, '2024-01-02 03:04:05.678901+01'::TIMESTAMP_TZ)", '1704161045678901'],
    ["DATEADD('month', 1, DATE '2024-01-31')::VARCHAR", '2024-02-29'],
    ["DATEDIFF('day', '2024-02-28'::DATE, '2024-03-01'::DATE)", '2'],
    ["EXTRACT(YEAR FROM DATE '2024-01-02')", '2024'],
    ["TO_CHAR(CURRENT_TIMESTAMP(), 'YYYY-MM-DD HH24:MI:SS.FF3')", '2026-11-21 12:34:56.789'],
    ["TO_CHAR(CONVERT_TIMEZONE('UTC', 'Asia/Tokyo', '2024-01-01 00:00:00'::TIMESTAMP_NTZ), 'HH24')", '09'],
    ['TO_JSON(PARSE_JSON(\'{"b": 1.50, "a": [1, 2]}\'))', '{"a":[1,2],"b":1.5}'],
    ['PARSE_JSON(\'{"a": {"b": [10, "x"]}}\'):a.b[1]::VARCHAR', 'x'],
    ['CHECK_JSON(\'{"a": 1}\')', null],
    ['TRY_PARSE_JSON(\'{"a": 1\')::VARCHAR', null],
    ["TO_JSON(ARRAY_CONSTRUCT(1, 'x', NULL))", '[1,"x",null]'],
    ['TO_JSON(TO_ARRAY(5))', '[5]'],
    ["'1.50'::DECFLOAT", '1.5'],
    ["'1234567890123456789012345678901234.56'::DECFLOAT", '1234567890123456789012345678901234.56'],
    ['COALESCE(NULL, 2)', '2'],
    ['SYSTEM$TYPEOF(1.5)', 'NUMBER(2,1)'],
    ["'a' IN ('a', 'b')", 'TRUE'],
    ['2 BETWEEN 1 AND 3', 'TRUE'],
    ["'Abc' ILIKE 'a%'", 'TRUE'],
    ['NULL IS DISTINCT FROM 1', 'TRUE'],
  ])('%s is %s', async (expression, expected) => {
    await expect(value(connection, `SELECT ${expression}`)).resolves.toBe(expected);
  });

  test.each([
    ["'abc'::NUMBER", '100038', "Numeric value 'abc' is not recognized"],
    ["'12345'::NUMBER(3,0)", '100039', "Numeric value '12345' is out of range"],
    ['12345::NUMBER(3,0)', '100046', 'Number out of representable range: type FIXED[SB2](3,0){nullable}, value 12345'],
    ['99999999999999999999999999999999999999 + 1', '100046', 'Number out of representable range'],
    ["'abc'::DATE", '100040', "Date 'abc' is not recognized"],
    ["'infinity'::TIMESTAMP_NTZ", '100035', "Timestamp 'infinity' is not recognized"],
    ["'24:00:00'::TIME", '100108', "Time '24:00:00' is not recognized"],
    ["'maybe'::BOOLEAN", '100037', "Boolean value 'maybe' is not recognized"],
    ["'abcdef'::VARCHAR(3)", '100078', "String 'abcdef' is too long and would be truncated"],
    ["TO_BINARY('abc', 'HEX')", '100115', "The following string is not a legal hex-encoded value: 'abc'"],
    ['1 / 0', '100051', 'Division by zero'],
    ['PARSE_JSON(\'{"a": 1, "a": 2}\')', '100069', 'Error parsing JSON'],
    ["PARSE_JSON('{')", '100069', 'Error parsing JSON'],
    ['TO_JSON(PARSE_JSON(\'{"a": {"b": 1, "b": 2}}\'))', '100069', 'duplicate object attribute "b"'],
  ])('%s fails with %s', async (expression, code, message) => {
    const error = await errorOf(value(connection, `SELECT ${expression}`));

    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test.each([
    ["'2024-01-01 00:00:00.1234567'::TIMESTAMP_NTZ", 'finer than a microsecond'],
    ["'2024-01-01 00:00:00+01'::TIMESTAMP_NTZ", 'text with an offset as TIMESTAMP_NTZ'],
    [`'${'1'.repeat(37)}'::DECFLOAT`, 'DECFLOAT with more than 36'],
    ['HASH_AGG(1)', 'function HASH_AGG'],
    ["REGEXP_COUNT('a', 'b')", 'function REGEXP_COUNT'],
  ])('%s is refused as beyond the stand-in', async (expression, message) => {
    const error = await errorOf(value(connection, `SELECT ${expression}`));

    expect(error).toMatchObject({ code: '000002', sqlState: '0A000' });
    expect(error.message).toContain(message);
  });
});

describe('a sum', () => {
  test('fails beyond 38 digits instead of growing', async () => {
    const error = await errorOf(value(connection, 'SELECT SUM(x) FROM (VALUES (99999999999999999999999999999999999999), (1)) AS v(x)'));

    expect(error.code).toBe('100046');
  });

  test('is exact for numbers beyond a double', async () => {
    await expect(value(connection, 'SELECT SUM(x) FROM (VALUES (9007199254740993), (0.25)) AS v(x)')).resolves.toBe('9007199254740993.25');
  });
});

describe('the session time zone', () => {
  test('is Los Angeles until it is set, as in a new account', async () => {
    const fresh = await connect(warehouse);

    await expect(
      value(fresh, "SELECT TO_CHAR('2024-07-01 00:00:00Z'::TIMESTAMP_TZ::TIMESTAMP_LTZ, 'YYYY-MM-DD HH24 TZHTZM')"),
    ).resolves.toBe('2024-06-30 17 -0700');
    await expect(value(fresh, "SELECT '2024-07-01 00:00:00'::TIMESTAMP_LTZ = '2024-07-01 07:00:00Z'::TIMESTAMP_TZ")).resolves.toBe('TRUE');
    await disconnect(fresh);
  });
});

describe('a table of every type', () => {
  const COLUMNS =
    'ID NUMBER(38,0), AMT NUMBER(38,9), N VARCHAR(5), TS TIMESTAMP_NTZ(6), TZ TIMESTAMP_TZ(6), LTZ TIMESTAMP_LTZ(3), V VARIANT, B BOOLEAN, BIN BINARY, D DATE, T TIME(6), F FLOAT, DF DECFLOAT';

  test('returns what was put into it', async () => {
    await rows(connection, `CREATE OR REPLACE TABLE EVERYTHING (${COLUMNS})`);
    await rows(connection, `INSERT INTO EVERYTHING SELECT ?, ?, ?, ?, ?, ?, PARSE_JSON(?), ?, ?, ?, ?, ?, ?`, [
      '99999999999999999999999999999999999999',
      '-12345678901234567890.123456789',
      'é€',
      '0001-01-01 00:00:00.000001',
      '9999-12-31T23:59:59.999999+14:00',
      '2024-01-01 00:00:00.123999Z',
      '{"a": null}',
      'true',
      'DEADBEEF',
      '2024-02-29',
      '23:59:59.999999',
      '1.5e300',
      '-0.00100',
    ]);

    const [row] = await rows(
      connection,
      `SELECT ID, AMT, N, TO_CHAR(TS, 'YYYY-MM-DD HH24:MI:SS.FF6') AS TS, TO_CHAR(TZ, 'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM') AS TZ, TO_CHAR(LTZ, 'HH24:MI:SS.FF6') AS LTZ, V, B, BIN, D, TO_CHAR(T, 'HH24:MI:SS.FF6') AS T, F, DF FROM EVERYTHING`,
    );

    expect(row).toEqual({
      ID: '99999999999999999999999999999999999999',
      AMT: '-12345678901234567890.123456789',
      N: 'é€',
      TS: '0001-01-01 00:00:00.000001',
      TZ: '9999-12-31 23:59:59.999999+14:00',
      LTZ: '00:00:00.123000',
      V: '{\n  "a": null\n}',
      B: 'TRUE',
      BIN: 'DEADBEEF',
      D: '2024-02-29',
      T: '23:59:59.999999',
      F: '1.5e+300',
      DF: '-0.001',
    });
  });

  test.each([
    ['ID', "'100000000000000000000000000000000000000'", '100039'],
    ['AMT', '123456789012345678901234567890', '100046'],
    ['N', "'sixsix'", '100078'],
    ['V', `'{"a": 1}'`, '002023'],
    ['D', '5', '002023'],
    ['BIN', "'zz'", '100115'],
  ])('refuses for %s the value %s', async (column, given, code) => {
    await rows(connection, `CREATE TABLE IF NOT EXISTS STRICT_ONE (${COLUMNS})`);

    expect((await errorOf(rows(connection, `INSERT INTO STRICT_ONE (${column}) VALUES (${given})`))).code).toBe(code);
  });

  test('refuses NULL where the column forbids it', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE REQUIRED (A NUMBER NOT NULL, B NUMBER)');

    expect((await errorOf(rows(connection, 'INSERT INTO REQUIRED (B) VALUES (1)'))).code).toBe('100072');
    expect((await errorOf(rows(connection, 'INSERT INTO REQUIRED VALUES (NULL, 1)'))).code).toBe('100072');
  });

  test('holds texts of 16 MB and no longer ones', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE BIG (A VARCHAR)');
    await rows(connection, "INSERT INTO BIG SELECT REPEAT('x', 16777216)");

    expect((await errorOf(rows(connection, "INSERT INTO BIG SELECT REPEAT('x', 16777217)::VARCHAR(16777216)"))).code).toBe('100078');
    await expect(value(connection, 'SELECT LENGTH(A) FROM BIG')).resolves.toBe('16777216');
  });
});

describe('the columns of a result', () => {
  test('have Snowflake types and names', async () => {
    const { statement } = await execute(
      connection,
      `SELECT 1.25 AS "lower", COUNT(*), 'abc', SYSDATE() AS NOW_UTC, TO_VARIANT(1) AS V FROM (VALUES (1)) AS v(x)`,
    );

    const described = (statement.getColumns() ?? []).map((column) => [
      column.getName(),
      column.getType(),
      column.getPrecision(),
      column.getScale(),
    ]);
    expect(described).toEqual([
      ['lower', 'fixed', 3, 2],
      ['COUNT(*)', 'fixed', 18, 0],
      ["'ABC'", 'text', null, null],
      ['NOW_UTC', 'timestamp_ntz', 0, 9],
      ['V', 'variant', null, null],
    ]);
  });

  test('come whole when there are more rows than fit into one answer', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE MANY (A NUMBER(10,0), B VARCHAR)');
    const many = Array.from({ length: 60_500 }, (_, index) => [String(index), `row "${index}"`]);
    await rows(connection, 'INSERT INTO MANY VALUES (?, ?)', many);

    const all = await rows(connection, 'SELECT A, B FROM MANY ORDER BY A');

    expect(all).toHaveLength(60_500);
    expect(all.at(-1)).toEqual({ A: '60499', B: 'row "60499"' });
  });
});
