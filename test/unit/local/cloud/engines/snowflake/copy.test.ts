import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Connection } from 'snowflake-sdk';
import { DirectoryStore } from '../../../../../../local/cloud/engines/snowflake/stages/directory-store';
import { StageDoor } from '../../../../../../local/cloud/engines/snowflake/stages/stage-door';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, execute, type Row, rows, startWarehouse, value } from './driver';

const DAY_MS = 86_400_000;
const FORMAT = `FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '"' NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE ESCAPE_UNENCLOSED_FIELD = NONE)`;
const directory = mkdtempSync(join(tmpdir(), 'holdfast-copy-'));
let warehouse: SnowflakeWarehouse;
let connection: Connection;
let nowMs = Date.parse('2026-11-21T00:00:00Z');

beforeAll(async () => {
  warehouse = await startWarehouse({ now: () => new Date(nowMs) });
  connection = await connect(warehouse);
});

beforeEach(async () => {
  await rows(connection, 'CREATE OR REPLACE TABLE T (ID NUMBER(19,0) NOT NULL, N VARCHAR(10))');
  await rows(connection, 'CREATE OR REPLACE STAGE S');
});

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
  rmSync(directory, { recursive: true });
});

async function put(name: string, content: string | Buffer, options = 'AUTO_COMPRESS = FALSE', path = 'run', on = connection): Promise<Row> {
  writeFileSync(join(directory, name), content);
  const [row] = await rows(on, `PUT 'file://${join(directory, name)}' @S/${path} ${options} OVERWRITE = TRUE`);
  return row as Row;
}

const copy = (more = '', path = 'run') => rows(connection, `COPY INTO T FROM @S/${path} ${FORMAT} ${more}`);
const loaded = () => rows(connection, 'SELECT ID, N FROM T ORDER BY ID');

describe('PUT', () => {
  test('uploads, compresses and skips what is already there', async () => {
    expect(await put('a.csv', '1,x\n', '')).toMatchObject({ target: 'a.csv.gz', targetCompression: 'GZIP', status: 'UPLOADED' });
    const [again] = await rows(connection, `PUT file://${join(directory, 'a.csv')} @S/run`);

    expect(again).toMatchObject({ status: 'SKIPPED' });
  });

  test('takes several files by a wildcard and from names with blanks', async () => {
    writeFileSync(join(directory, 'w 1.csv'), '1,a\n');
    writeFileSync(join(directory, 'w 2.csv'), '2,b\n');

    const put = await rows(connection, `PUT 'file://${directory}/w *.csv' @S/wild`);

    expect(put.map(({ target }) => target)).toEqual(['w 1.csv.gz', 'w 2.csv.gz']);
  });

  test('of a buffer uploads it as it is', async () => {
    await execute(connection, `PUT file:///mem.csv.gz @S/run AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = GZIP OVERWRITE = TRUE`, undefined, {
      fileStream: gzipSync('3,three\n'),
    });

    await copy();

    expect(await loaded()).toEqual([{ ID: '3', N: 'three' }]);
  });

  test('takes the right to write to the stage', async () => {
    await warehouse.execute('CREATE OR REPLACE STAGE DB.APP.FOREIGN_STAGE');
    await warehouse.execute('GRANT READ ON STAGE DB.APP.FOREIGN_STAGE TO ROLE LOADER');

    expect(await errorOf(rows(connection, `PUT file://${directory}/x @FOREIGN_STAGE`))).toMatchObject({ code: '003001' });
    expect(await errorOf(rows(connection, `PUT file://${directory}/x @NO_STAGE`))).toMatchObject({ code: '002003' });
  });
});

describe('LIST, GET and REMOVE', () => {
  test('show, bring back decrypted, and delete files', async () => {
    await put('keep.csv', '1,x\n');
    await put('gone.csv', '2,y\n');

    expect((await rows(connection, 'LIST @S/run')).map(({ name }) => name)).toEqual(['s/run/gone.csv', 's/run/keep.csv']);
    rmSync(join(directory, 'keep.csv'));
    expect(await rows(connection, `GET @S/run/keep.csv file://${directory}/`)).toMatchObject([{ status: 'DOWNLOADED' }]);
    expect(readFileSync(join(directory, 'keep.csv'), 'utf8')).toBe('1,x\n');
    expect(await rows(connection, "REMOVE @S/run PATTERN = '.*gone.*'")).toEqual([{ name: 's/run/gone.csv', result: 'removed' }]);
    expect(await rows(connection, 'LIST @S')).toHaveLength(1);
  });
});

describe('COPY INTO', () => {
  test.each([
    ['gzip', 'x.csv.gz', gzipSync],
    ['zstd', 'x.csv.zst', zstdCompressSync],
    ['no', 'x.csv', (text: string) => Buffer.from(text)],
  ])('reads CSV with %s compression exactly', async (_name, file, compress) => {
    const text = '1,"say ""hi"""\n2,""\n3,\n4,"a,b\nc"\n5,é€\n6,"\\N"\n';
    await put(file, compress(text), 'AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = AUTO_DETECT');

    const [row] = await copy();

    expect(row).toEqual({
      file: `s/run/${file}`,
      status: 'LOADED',
      rows_parsed: '6',
      rows_loaded: '6',
      error_limit: '1',
      errors_seen: '0',
      first_error: null,
      first_error_line: null,
      first_error_character: null,
      first_error_column_name: null,
    });
    expect((await loaded()).map(({ N }) => N)).toEqual(['say "hi"', '', null, 'a,b\nc', 'é€', '\\N']);
  });

  test('applies NULL_IF to quoted fields too, so its default turns \\N into NULL', async () => {
    await put('n.csv', '1,"\\N"\n2,x\n');

    await rows(connection, `COPY INTO T FROM @S/run FILE_FORMAT = (FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE_UNENCLOSED_FIELD = NONE)`);

    expect((await loaded()).map(({ N }) => N)).toEqual([null, 'x']);
  });

  test('takes a column list, a transformation and a named file format', async () => {
    await rows(
      connection,
      `CREATE OR REPLACE FILE FORMAT F TYPE = CSV FIELD_DELIMITER = '|' SKIP_HEADER = 1 ESCAPE_UNENCLOSED_FIELD = NONE`,
    );
    await rows(connection, 'CREATE OR REPLACE TABLE J (V VARIANT, ID NUMBER, AT TIMESTAMP_TZ(6), D NUMBER DEFAULT 5)');
    await put('j.csv', 'id|json|at\n7|{"a": [1]}|2024-01-02 03:04:05.678901+05:30\n8||\n');

    await rows(connection, `COPY INTO J (ID, V, AT) FROM (SELECT $1 + 1, PARSE_JSON($2), $3 FROM @S/run) FILE_FORMAT = (FORMAT_NAME = F)`);

    await expect(
      rows(connection, `SELECT ID, TO_JSON(V) AS V, TO_CHAR(AT, 'HH24:MI:SS.FF6TZH:TZM') AS AT, D FROM J ORDER BY ID`),
    ).resolves.toEqual([
      { ID: '8', V: '{"a":[1]}', AT: '03:04:05.678901+05:30', D: '5' },
      { ID: '9', V: null, AT: null, D: '5' },
    ]);
  });

  test('loads only the files that FILES or PATTERN choose', async () => {
    for (const name of ['f1.csv', 'f2.csv', 'g1.csv']) await put(name, `${name.charCodeAt(0)}${name.charAt(1)},${name}\n`);

    expect((await copy(`FILES = ('f1.csv')`)).map(({ file }) => file)).toEqual(['s/run/f1.csv']);
    expect((await copy(`PATTERN = '.*f[0-9].csv'`)).map(({ file }) => file)).toEqual(['s/run/f2.csv']);
    expect(await errorOf(copy(`FILES = ('nope.csv')`))).toMatchObject({ code: '091016' });
    expect(await errorOf(copy(`FILES = (${Array.from({ length: 1001 }, (_, i) => `'${i}'`).join(', ')})`))).toMatchObject({
      code: '001080',
    });
  });

  test('takes a path as the beginning of names, unless it ends with a slash', async () => {
    await put('p.csv', '1,x\n', 'AUTO_COMPRESS = FALSE', 'run1');
    await put('p.csv', '2,y\n', 'AUTO_COMPRESS = FALSE', 'run10/deep');

    expect(await copy('', 'run1/')).toHaveLength(1);
    expect(await copy('FORCE = TRUE', 'run1')).toHaveLength(2);
  });

  test('widens numbers of many digits exactly', async () => {
    await rows(connection, 'CREATE OR REPLACE TABLE W (A NUMBER(38,9), B NUMBER(38,0))');
    await put(
      'w.csv',
      '-0.5,99999999999999999999999999999999999999\n-12345678901234567890.123456789,-1\n123456789012.1,12345678901234567890\n1e3,+5\n',
    );

    await rows(connection, `COPY INTO W FROM @S/run ${FORMAT}`);

    await expect(rows(connection, 'SELECT A, B FROM W ORDER BY A')).resolves.toEqual([
      { A: '-12345678901234567890.123456789', B: '-1' },
      { A: '-0.500000000', B: '99999999999999999999999999999999999999' },
      { A: '1000.000000000', B: '5' },
      { A: '123456789012.100000000', B: '12345678901234567890' },
    ]);
  });

  test.each([
    ['SIZE_LIMIT = 10', '000002'],
    ['MATCH_BY_COLUMN_NAME = CASE_SENSITIVE', '000002'],
    ['VALIDATION_MODE = RETURN_5_ROWS', '000002'],
    ['ON_ERROR = SKIP_FILE_5', '000002'],
    ['ON_ERROR = GUESS', '001008'],
    ['PURGE = MAYBE', '001008'],
    ['NOPE = 1', '001003'],
  ])('refuses %s with %s', async (option, code) => {
    await put('o.csv', '1,x\n');

    expect((await errorOf(copy(option))).code).toBe(code);
  });

  test('refuses to guess at backslashes', async () => {
    await put('o.csv', '1,x\n');

    const error = await errorOf(rows(connection, 'COPY INTO T FROM @S/run FILE_FORMAT = (TYPE = CSV)'));

    expect(error.message).toContain('say ESCAPE_UNENCLOSED_FIELD = NONE');
  });
});

describe('a record that cannot be loaded', () => {
  const BAD = '1,ok\nabc,x\n3,much too long\n,null\n5,fine\n';

  test('aborts the statement and is named', async () => {
    await put('bad.csv', BAD);
    await put('good.csv', '10,x\n');

    const error = await errorOf(copy());

    expect(error).toMatchObject({ code: '100038', sqlState: '22018' });
    expect(error.message).toContain(
      `Numeric value 'abc' is not recognized\n  File 'run/bad.csv', line 2, character 1\n  Row 2, column "T"["ID":1]`,
    );
    expect(await loaded()).toEqual([]);
  });

  test('is left out with CONTINUE', async () => {
    await put('bad.csv', BAD);

    const [row] = await copy('ON_ERROR = CONTINUE');

    expect(row).toMatchObject({
      status: 'PARTIALLY_LOADED',
      rows_parsed: '5',
      rows_loaded: '2',
      errors_seen: '3',
      first_error_line: '2',
      first_error_column_name: '"T"["ID":1]',
    });
    expect(await loaded()).toEqual([
      { ID: '1', N: 'ok' },
      { ID: '5', N: 'fine' },
    ]);
  });

  test('keeps its whole file out with SKIP_FILE, and not the others', async () => {
    await put('bad.csv', BAD);
    await put('good.csv', '10,x\n');

    const result = await copy('ON_ERROR = SKIP_FILE');

    expect(result.map(({ file, status, rows_loaded }) => [file, status, rows_loaded])).toEqual([
      ['s/run/bad.csv', 'LOAD_FAILED', '0'],
      ['s/run/good.csv', 'LOADED', '1'],
    ]);
    expect(await loaded()).toEqual([{ ID: '10', N: 'x' }]);
  });

  test('is found by VALIDATION_MODE without loading anything', async () => {
    await put('bad.csv', BAD);

    const errors = await copy('VALIDATION_MODE = RETURN_ERRORS');

    expect(errors.map(({ ROW_NUMBER, CODE }) => [ROW_NUMBER, CODE])).toEqual([
      ['2', '100038'],
      ['3', '100078'],
      ['4', '100072'],
    ]);
    expect(await loaded()).toEqual([]);
  });

  test.each([
    ['too few fields', '1\n'],
    ['too many fields', '1,x,y\n'],
  ])('may have %s', async (_name, text) => {
    await put('w.csv', text);

    expect(await errorOf(copy())).toMatchObject({ code: '100080' });
  });
});

describe('the load history', () => {
  test('keeps a file from being loaded twice into one table, not into another', async () => {
    await put('h.csv', '1,x\n');
    await rows(connection, 'CREATE OR REPLACE TABLE T2 LIKE T');

    await copy();

    await expect(copy()).resolves.toEqual([{ status: 'Copy executed with 0 files processed.' }]);
    await expect(rows(connection, `COPY INTO T2 FROM @S/run ${FORMAT}`)).resolves.toMatchObject([{ status: 'LOADED' }]);
    await expect(copy('FORCE = TRUE')).resolves.toMatchObject([{ status: 'LOADED' }]);
    expect(await loaded()).toHaveLength(2);
  });

  test('lets a file in again when its content has changed, or the table was truncated', async () => {
    await put('h.csv', '1,x\n');
    await copy();
    await put('h.csv', '2,y\n');
    await expect(copy()).resolves.toMatchObject([{ status: 'LOADED' }]);

    await rows(connection, 'TRUNCATE TABLE T');

    await expect(copy()).resolves.toMatchObject([{ status: 'LOADED' }]);
  });

  test('forgets after 64 days, and then leaves old files alone unless told otherwise', async () => {
    await put('h.csv', '1,x\n');
    await copy();
    nowMs += 65 * DAY_MS;
    const later = connection;
    connection = await connect(warehouse);
    await disconnect(later);

    await expect(copy()).resolves.toMatchObject([{ status: 'Copy executed with 0 files processed.' }]);
    await expect(copy('LOAD_UNCERTAIN_FILES = TRUE')).resolves.toMatchObject([{ status: 'LOADED' }]);
  });

  test('goes with the table in a SWAP and is shown by COPY_HISTORY', async () => {
    await put('h.csv', '1,x\n');
    await copy();
    await rows(connection, 'CREATE OR REPLACE TABLE T2 LIKE T');
    await rows(connection, 'ALTER TABLE T SWAP WITH T2');

    const history = (table: string) =>
      rows(
        connection,
        `SELECT FILE_NAME, STATUS, ROW_COUNT FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => '${table}', START_TIME => DATEADD('hour', -1, CURRENT_TIMESTAMP())))`,
      );

    await expect(history('T2')).resolves.toEqual([{ FILE_NAME: 'run/h.csv', STATUS: 'Loaded', ROW_COUNT: '1' }]);
    await expect(history('T')).resolves.toEqual([]);
    await expect(copy()).resolves.toMatchObject([{ status: 'LOADED' }]);
  });

  test('follows the transaction: rolled back loads have not happened, committed ones purge', async () => {
    await put('h.csv', '1,x\n');
    await rows(connection, 'BEGIN');
    await copy('PURGE = TRUE');
    await expect(copy()).resolves.toMatchObject([{ status: 'Copy executed with 0 files processed.' }]);
    await rows(connection, 'ROLLBACK');
    expect(await rows(connection, 'LIST @S')).toHaveLength(1);

    await rows(connection, 'BEGIN');
    await copy('PURGE = TRUE');
    await rows(connection, 'COMMIT');

    expect(await rows(connection, 'LIST @S')).toEqual([]);
    expect(await loaded()).toHaveLength(1);
  });
});

describe("a stage in somebody else's S3", () => {
  let server: Server;
  let other: SnowflakeWarehouse;
  let objects: DirectoryStore;

  beforeAll(async () => {
    objects = new DirectoryStore(join(directory, 'bucket'), () => new Date());
    const door = new StageDoor({ objects, bucket: 'sfc-ds1-customer-stage', nowMs: () => Date.now(), lifetimeSeconds: 3600 });
    server = createServer((request, response) => void door.handle(request, response, door.keyOf(request) ?? ''));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const saved = process.env.AWS_ENDPOINT_URL_S3;
    other = await startWarehouse({
      stageStore: {
        objects,
        bucket: 'sfc-ds1-customer-stage',
        region: 'eu-central-1',
        endPoint: null,
        credentials: (prefix) => door.issue(prefix),
      },
    });
    process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    saveEndpoint = saved;
  });

  let saveEndpoint: string | undefined;

  afterAll(async () => {
    process.env.AWS_ENDPOINT_URL_S3 = saveEndpoint;
    await other.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  test('holds nothing readable and is decrypted by COPY', async () => {
    const mine = await connect(other);
    await rows(mine, 'CREATE TABLE T (ID NUMBER, N VARCHAR)');
    await rows(mine, 'CREATE STAGE S');
    await put('secret.csv', '1,confidential\n', 'AUTO_COMPRESS = FALSE', 'run', mine);

    const [object] = await objects.list('stages/');
    expect(object).toBeDefined();
    expect((await objects.read(object!.key)).toString('latin1')).not.toContain('confidential');
    await rows(mine, `COPY INTO T FROM @S ${FORMAT}`);

    await expect(value(mine, 'SELECT N FROM T')).resolves.toBe('confidential');
    await disconnect(mine);
  });
});
