import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RowStatement } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, rows, startWarehouse, value } from './driver';

const SLOW = 'SELECT COUNT(*) FROM BULK a, BULK b, BULK c WHERE MD5(a.X || b.X || c.X) = MD5(b.X)';
const directory = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
let warehouse: SnowflakeWarehouse;
let connection: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse({ inProgressAfterMs: 150 });
  connection = await connect(warehouse);
  await rows(connection, 'CREATE TABLE T (A NUMBER)');
  await rows(connection, 'CREATE STAGE S');
  await rows(connection, 'CREATE TABLE BULK (X NUMBER)');
  await rows(
    connection,
    'INSERT INTO BULK VALUES (?)',
    Array.from({ length: 3000 }, (_, index) => [String(index)]),
  );
});

afterEach(() => warehouse.clearFaults());

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
  rmSync(directory, { recursive: true });
});

const count = () => value(connection, 'SELECT COUNT(*) FROM T');

describe('a fault', () => {
  test('strikes the nth statement that matches, as often as it says', async () => {
    await warehouse.addFault({ on: 'query', pattern: '^select 7', nth: 2, effect: { kind: 'code', code: '000603', message: 'struck' } });

    await expect(value(connection, 'SELECT 7')).resolves.toBe('7');
    expect(await errorOf(rows(connection, 'SELECT 7'))).toMatchObject({ code: '000603', message: 'struck' });
    await expect(value(connection, 'SELECT 7')).resolves.toBe('7');
  });

  test('of status 503 is survived by the driver, which sends the statement again', async () => {
    await warehouse.addFault({ on: 'query', pattern: 'SELECT 8', effect: { kind: 'status', status: 503 } });

    await expect(value(connection, 'SELECT 8')).resolves.toBe('8');
  });

  test('that loses the reply after the commit does not insert twice', async () => {
    const before = Number(await count());
    await warehouse.addFault({ on: 'query', pattern: '^INSERT INTO T', effect: { kind: 'loseReply' } });

    await rows(connection, 'INSERT INTO T VALUES (1)');

    expect(Number(await count())).toBe(before + 1);
  });

  test('of an expired session makes the driver renew it', async () => {
    await warehouse.addFault({ on: 'query', pattern: 'SELECT 9', effect: { kind: 'code', code: '390112', message: 'expired' } });

    await expect(value(connection, 'SELECT 9')).resolves.toBe('9');
  });

  test('of code 390195 ends in an error', async () => {
    await warehouse.addFault({
      on: 'query',
      pattern: 'SELECT 10',
      effect: { kind: 'code', code: '390195', message: 'The token is invalid.' },
    });

    expect(await errorOf(rows(connection, 'SELECT 10'))).toMatchObject({ code: '390195' });
  });

  test('can strike the login', async () => {
    await warehouse.addFault({ on: 'login', effect: { kind: 'status', status: 503 } });

    await expect(connect(warehouse)).rejects.toThrow();
    await disconnect(await connect(warehouse));
  });

  test('can suspend the warehouse under the session', async () => {
    await warehouse.addFault({ on: 'query', pattern: 'FROM T', effect: { kind: 'suspendWarehouse' } });

    expect(await errorOf(count())).toMatchObject({ code: '000606' });
    await warehouse.execute('ALTER WAREHOUSE WH SET AUTO_RESUME = TRUE');
    await expect(count()).resolves.toBeDefined();
  });

  test('of slowness delays the reply', async () => {
    await warehouse.addFault({ on: 'query', pattern: 'SELECT 11', effect: { kind: 'slow', delayMs: 120 } });
    const began = performance.now();

    await value(connection, 'SELECT 11');

    expect(performance.now() - began).toBeGreaterThanOrEqual(119);
  });
});

describe('expired stage credentials', () => {
  // The AWS SDK inside the driver complains on the console at every turn of the loop.
  beforeEach(() => jest.spyOn(console, 'warn').mockReturnValue());
  afterEach(() => jest.restoreAllMocks());

  const put = (name: string) => rows(connection, `PUT file://${join(directory, name)} @S OVERWRITE = TRUE AUTO_COMPRESS = FALSE`);

  test('make the driver try for ever: the PUT neither ends nor fails', async () => {
    writeFileSync(join(directory, 'hot.csv'), '1\n');
    await warehouse.addFault({ on: 'stage', pattern: '^PUT .*hot.csv', times: 50, effect: { kind: 'expireStageCredentials' } });
    const before = (await warehouse.counters()).stageRequests;

    const endless = put('hot.csv').then(
      () => 'ended',
      () => 'failed',
    );

    try {
      for (let requests = 0; requests < 60; requests = (await warehouse.counters()).stageRequests - before) {
        const soon = new Promise((resolve) => setImmediate(() => resolve('still trying')));
        expect(await Promise.race([endless, soon])).toBe('still trying');
      }
    } finally {
      // Only a deadline of the caller's own would end it; here the stage turns to another error.
      await warehouse.clearFaults();
      await warehouse.addFault({ on: 'stage', times: 1_000_000, effect: { kind: 'status', status: 403 } });
    }
    await expect(endless).resolves.toBe('failed');
  });

  test('of a buffered PUT are swallowed: it succeeds and nothing is there', async () => {
    await warehouse.addFault({ on: 'stage', effect: { kind: 'expireStageCredentials' } });

    await new Promise<void>((resolve, reject) =>
      connection.execute({
        sqlText: 'PUT file:///lost.csv @S OVERWRITE = TRUE AUTO_COMPRESS = FALSE',
        fileStream: Buffer.from('1\n'),
        complete: (error: Error | undefined) => (error ? reject(error) : resolve()),
      } as never),
    );

    await expect(rows(connection, "LIST @S PATTERN = '.*lost.csv'")).resolves.toEqual([]);
  });
});

describe('a statement that takes long', () => {
  test('is answered with "in progress" and fetched later', async () => {
    const before = (await warehouse.counters()).requests;

    await expect(
      value(connection, `SELECT COUNT(*) FROM (SELECT MD5(a.X || b.X) AS H FROM BULK a, BULK b WHERE b.X < 900) WHERE H = 'x'`),
    ).resolves.toBe('0');

    expect((await warehouse.counters()).requests).toBeGreaterThan(before + 1);
  });

  test('is stopped at its timeout', async () => {
    await rows(connection, 'ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1');

    expect(await errorOf(rows(connection, SLOW))).toMatchObject({ code: '000630', sqlState: '57014' });
    await rows(connection, 'ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS');
    await expect(value(connection, 'SELECT 1')).resolves.toBe('1');
  });

  test('leaves the writes of its transaction alone when it is stopped', async () => {
    const before = Number(await count());
    await rows(connection, 'BEGIN');
    await rows(connection, 'INSERT INTO T VALUES (1)');
    await rows(connection, 'ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1');
    await errorOf(rows(connection, SLOW));
    await rows(connection, 'ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS');
    await rows(connection, 'COMMIT');

    expect(Number(await count())).toBe(before + 1);
  });

  test('is cancelled by the driver', async () => {
    const before = (await warehouse.counters()).queries;
    let statement: RowStatement | undefined;
    const failed = new Promise<{ code: unknown }>((resolve) => {
      statement = connection.execute({ sqlText: SLOW, complete: (error) => resolve(error as unknown as { code: unknown }) });
    });
    while ((await warehouse.counters()).queries === before) await new Promise((resolve) => setImmediate(resolve));

    await new Promise<void>((resolve) => statement?.cancel(() => resolve()));

    expect((await failed).code).toBe('000604');
  });

  test.each([
    ['by itself', [], SLOW],
    ['in a transaction', ['BEGIN', 'INSERT INTO T VALUES (2)'], `INSERT INTO T ${SLOW}`],
    ['beside temporary tables', ['CREATE TEMPORARY TABLE MINE (ID NUMBER)', 'BEGIN', 'INSERT INTO MINE VALUES (2)'], `INSERT INTO MINE ${SLOW}`],
  ])('ends with its session, %s, and others go on', async (_where, first, slow) => {
    const other = await connect(warehouse);
    for (const sql of first) await rows(other, sql);
    const before = (await warehouse.counters()).queries;
    const ended = new Promise<unknown>((resolve) => other.execute({ sqlText: slow, complete: (error) => resolve(error) }));
    while ((await warehouse.counters()).queries === before) await new Promise((resolve) => setImmediate(resolve));

    await disconnect(other);

    expect(await ended).toBeInstanceOf(Error);
    await expect(value(connection, 'SELECT 1')).resolves.toBe('1');
  });
});
