import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, execute, newKeyPair, rows, startWarehouse, value } from './driver';

/**
 * What the driver does that a caller has to know of. Not here, because no server can show them: the platform detection
 * at import, the telemetry, the log file, the proxy from the environment, and how long the driver goes on trying.
 */
let warehouse: SnowflakeWarehouse;
let connection: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse();
  connection = await connect(warehouse);
  await rows(connection, 'CREATE TABLE T (A NUMBER(38,0), B VARCHAR)');
});

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
});

describe('the driver', () => {
  test('rounds numbers beyond 2^53 unless they are fetched as text', async () => {
    const asNumber = await execute(connection, 'SELECT 9007199254740993 AS X', undefined, { fetchAsString: undefined });

    expect(asNumber.rows).toEqual([{ X: 9007199254740992 }]);
    await expect(value(connection, 'SELECT 9007199254740993')).resolves.toBe('9007199254740993');
  });

  test('turns NULL fetched as text into the text NULL unless told not to', async () => {
    const careless = await connect(warehouse, { representNullAsStringNull: true });
    await expect(value(careless, 'SELECT NULL::TIME')).resolves.toBe('NULL');
    await disconnect(careless);

    // The setting is the process's, so the next connection must set it back.
    await disconnect(await connect(warehouse, { representNullAsStringNull: false }));
    await expect(value(connection, 'SELECT NULL::TIME')).resolves.toBeNull();
  });

  test('sends 1.5e300 as a whole number, which no NUMBER holds', async () => {
    expect(await errorOf(rows(connection, 'INSERT INTO T (A) VALUES (?)', [1.5e300]))).toMatchObject({ code: '100039' });
  });

  test('cannot bind a BigInt', () => {
    expect(() => connection.execute({ sqlText: 'SELECT ?', binds: [1n as never] })).toThrow(TypeError);
  });

  test('binds texts exactly, whatever is in them', async () => {
    const nasty = ['', "O'Brien", String.raw`back\slash`, '"quoted"', 'line\nend', '?:1$1', '-- no comment', 'é€😀', 'x'.repeat(100_000)];
    for (const text of nasty) await expect(value(connection, 'SELECT ?', [text])).resolves.toBe(text);
  });

  test('can bind the number of rows', async () => {
    await expect(rows(connection, 'SELECT x FROM (VALUES (1), (2), (3)) AS v(x) ORDER BY x LIMIT ? OFFSET ?', [1, 1])).resolves.toEqual([
      { X: '2' },
    ]);
  });

  test('refuses a key whose line ends became the two characters \\n', async () => {
    const { privateKey } = newKeyPair();

    await expect(connect(warehouse, { privateKey: privateKey.replaceAll('\n', String.raw`\n`) })).rejects.toMatchObject({ code: 404026 });
  });

  test('uploads buffers, not streams', async () => {
    const put = (fileStream: unknown) =>
      execute(connection, 'PUT file:///s.csv @STREAMED OVERWRITE = TRUE AUTO_COMPRESS = FALSE', undefined, { fileStream });
    await rows(connection, 'CREATE OR REPLACE STAGE STREAMED');

    await expect(put(Readable.from(['1\n']))).rejects.toThrow();
    await put(Buffer.from('1\n'));

    await expect(rows(connection, 'LIST @STREAMED')).resolves.toHaveLength(1);
  });
});

describe('a request', () => {
  test('may be gzipped, as the driver says its requests are', async () => {
    const body = gzipSync(JSON.stringify({ data: { ACCOUNT_NAME: 'LOCAL', LOGIN_NAME: 'NOBODY', PASSWORD: 'x' } }));

    const response = await fetch(`${warehouse.url}/session/v1/login-request`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body,
    });

    await expect(response.json()).resolves.toMatchObject({ success: false, code: '390100' });
  });

  test('to an unknown endpoint is a 404', async () => {
    expect((await fetch(`${warehouse.url}/nope`)).status).toBe(404);
  });

  test('without a session is refused', async () => {
    const response = await fetch(`${warehouse.url}/queries/v1/query-request`, { method: 'POST', body: '{}' });

    await expect(response.json()).resolves.toMatchObject({ success: false, code: '390104' });
  });
});

describe('SHOW', () => {
  test('describes columns as JSON, and lists schemas, stages, parameters', async () => {
    await rows(connection, 'CREATE OR REPLACE STAGE SHOWN');

    expect((await rows(connection, 'SHOW COLUMNS IN TABLE T'))[0]).toMatchObject({
      table_name: 'T',
      column_name: 'A',
      data_type: '{"type":"FIXED","precision":38,"scale":0,"nullable":true,"fixed":false}',
      'null?': 'true',
    });
    expect((await rows(connection, 'SHOW SCHEMAS IN DATABASE DB')).map(({ name }) => name)).toEqual(['APP']);
    expect((await rows(connection, "SHOW STAGES LIKE 'SHOWN'"))[0]).toMatchObject({ name: 'SHOWN', type: 'INTERNAL' });
    expect((await rows(connection, "SHOW PARAMETERS LIKE 'TIMEZONE' IN SESSION"))[0]).toMatchObject({
      key: 'TIMEZONE',
      value: 'America/Los_Angeles',
    });
    expect((await rows(connection, 'SHOW ROLES')).map(({ name }) => name)).toContain('LOADER');
  });
});
