import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, rows, startWarehouse, value } from './driver';

let warehouse: SnowflakeWarehouse;
let one: Connection;
let two: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse();
  [one, two] = [await connect(warehouse), await connect(warehouse)];
});

beforeEach(async () => {
  await rows(one, 'CREATE OR REPLACE TABLE A (X NUMBER(10,0))');
  await rows(one, 'CREATE OR REPLACE TABLE B (X NUMBER(10,0))');
  await rows(one, 'INSERT INTO A VALUES (1)');
});

afterEach(async () => {
  await rows(one, 'ROLLBACK');
  await rows(two, 'ROLLBACK');
});

afterAll(async () => {
  await disconnect(one);
  await disconnect(two);
  await warehouse.stop();
});

const count = (connection: Connection, table: string) => value(connection, `SELECT COUNT(*) FROM ${table}`);

describe('a transaction', () => {
  test('shows its own writes, and others only what is committed', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO A VALUES (2)');

    await expect(count(one, 'A')).resolves.toBe('2');
    await expect(count(two, 'A')).resolves.toBe('1');
    await rows(one, 'COMMIT');
    await expect(count(two, 'A')).resolves.toBe('2');
  });

  test('is undone by ROLLBACK', async () => {
    await rows(one, 'BEGIN TRANSACTION');
    await rows(one, 'DELETE FROM A');
    await rows(one, 'ROLLBACK');

    await expect(count(one, 'A')).resolves.toBe('1');
  });

  test('sees what others commit while it only reads', async () => {
    await rows(one, 'BEGIN');
    await expect(count(one, 'A')).resolves.toBe('1');
    await rows(two, 'INSERT INTO A VALUES (2)');

    await expect(count(one, 'A')).resolves.toBe('2');
  });

  test('sees what others commit after its first write, together with that write', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO A VALUES (2)');
    await rows(two, 'INSERT INTO B VALUES (7)');

    await expect(value(one, 'SELECT SUM(A.X) + MAX(B.X) FROM A CROSS JOIN B')).resolves.toBe('10');
    await rows(one, 'COMMIT');
    await expect(count(two, 'A')).resolves.toBe('2');
  });

  test('sees the rows that others append to a table it has appended to', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO A VALUES (2)');
    await rows(two, 'INSERT INTO A VALUES (3)');

    await expect(count(one, 'A')).resolves.toBe('3');
  });

  test('writes by what others have committed meanwhile, so a fence holds', async () => {
    await rows(one, 'INSERT INTO B VALUES (5)');
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO A VALUES (2)');
    await rows(two, 'UPDATE B SET X = 9');

    await expect(rows(one, 'UPDATE B SET X = 6 WHERE X < 6')).resolves.toMatchObject([{ 'number of rows updated': '0' }]);
  });

  test('is refused where the stand-in would have to show a mixture', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO B SELECT X FROM A');
    await rows(two, 'INSERT INTO A VALUES (2)');

    const error = await errorOf(count(one, 'A'));

    expect(error).toMatchObject({ code: '000002' });
    expect(error.message).toContain('another session changed A');
    expect(await errorOf(rows(one, 'COMMIT'))).toMatchObject({ code: '000002' });
    await expect(count(two, 'B')).resolves.toBe('0');
  });

  test('survives a statement that fails, with its earlier writes', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO A VALUES (2)');
    expect(await errorOf(rows(one, "INSERT INTO A SELECT 'abc'"))).toMatchObject({ code: '100038' });
    await rows(one, 'INSERT INTO A VALUES (3)');
    await rows(one, 'COMMIT');

    await expect(count(two, 'A')).resolves.toBe('3');
  });

  test('is committed by DDL', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'INSERT INTO A VALUES (2)');
    await rows(one, 'CREATE OR REPLACE TABLE ANY_DDL (X NUMBER)');
    await rows(one, 'ROLLBACK');

    await expect(count(two, 'A')).resolves.toBe('2');
  });

  test('refuses TRUNCATE, whose place in transactions was not verified', async () => {
    await rows(one, 'BEGIN');

    expect(await errorOf(rows(one, 'TRUNCATE TABLE A'))).toMatchObject({ code: '000002' });
  });

  test('ends with its session', async () => {
    const three = await connect(warehouse);
    await rows(three, 'BEGIN');
    await rows(three, 'DELETE FROM A');
    await disconnect(three);

    await expect(count(one, 'A')).resolves.toBe('1');
    await rows(one, 'DELETE FROM A');
  });
});

describe('a lock', () => {
  test('makes an update wait until the transaction that changed the table ends', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'UPDATE A SET X = 10');
    const waiting = rows(two, 'UPDATE A SET X = X + 1');
    await expect(count(one, 'A')).resolves.toBe('1');
    await rows(one, 'COMMIT');
    await waiting;

    await expect(value(one, 'SELECT X FROM A')).resolves.toBe('11');
  });

  test('does not hold up inserts', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'UPDATE A SET X = 10');
    await rows(two, 'INSERT INTO A VALUES (20)');
    await rows(one, 'COMMIT');

    await expect(value(one, 'SELECT SUM(X) FROM A')).resolves.toBe('30');
  });

  test('is given up after LOCK_TIMEOUT', async () => {
    await rows(one, 'BEGIN');
    await rows(one, 'DELETE FROM A');
    await rows(two, 'ALTER SESSION SET LOCK_TIMEOUT = 0');

    expect(await errorOf(rows(two, 'DELETE FROM A'))).toMatchObject({ code: '000625' });
    await rows(two, 'ALTER SESSION UNSET LOCK_TIMEOUT');
  });

  test('that would never be released fails the statement that closes the circle', async () => {
    await rows(one, 'BEGIN');
    await rows(two, 'BEGIN');
    await rows(one, 'UPDATE A SET X = 1');
    await rows(two, 'UPDATE B SET X = 1');
    const waiting = rows(one, 'UPDATE B SET X = 2');

    let error = { code: '', message: '' };
    await Promise.race([errorOf(rows(two, 'UPDATE A SET X = 2')).then((found) => (error = found)), waiting]);
    await rows(two, 'ROLLBACK');
    await waiting;

    expect(error.message).toContain('deadlock');
  });
});
