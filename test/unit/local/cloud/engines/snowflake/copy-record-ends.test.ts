import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, rows, startWarehouse } from './driver';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-copy-'));
let warehouse: SnowflakeWarehouse;
let connection: Connection;

beforeAll(async () => {
  warehouse = await startWarehouse();
  connection = await connect(warehouse);
});

afterAll(async () => {
  await disconnect(connection);
  await warehouse.stop();
  rmSync(directory, { recursive: true });
});

test.each([
  ['a line feed that is said to end records', `RECORD_DELIMITER = '\\n'`, '1,"\r"\n2,"a\r\nb"\n', ['\r', 'a\r\nb']],
  ['a line feed by default', '', '1,"a\r"\n2,b\n', ['a\r', 'b']],
  ['both by default', '', '1,"a"\r\n2,b\r\n', ['a', 'b']],
])('COPY takes a carriage return in quotes for a part of the value: %s', async (_name, option, text, values) => {
  await rows(connection, 'CREATE OR REPLACE TABLE T (ID NUMBER(19,0) NOT NULL, N VARCHAR(10))');
  await rows(connection, 'CREATE OR REPLACE STAGE S');
  writeFileSync(join(directory, 'cr.csv'), text);
  await rows(connection, `PUT 'file://${join(directory, 'cr.csv')}' @S/run`);

  await rows(connection, `COPY INTO T FROM @S/run FILE_FORMAT = (FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE_UNENCLOSED_FIELD = NONE ${option})`);

  expect((await rows(connection, 'SELECT N FROM T ORDER BY ID')).map(({ N }) => N)).toEqual(values);
});
