import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../../../../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, errorOf, execute, rows, startWarehouse } from './driver';

describe('a transformation in COPY', () => {
  let warehouse: SnowflakeWarehouse;
  let connection: Connection;

  beforeAll(async () => {
    warehouse = await startWarehouse();
    connection = await connect(warehouse);
    await rows(connection, 'CREATE TABLE T (ID NUMBER(19,0), N VARCHAR(10))');
    await rows(connection, 'CREATE STAGE S');
    await execute(connection, 'PUT file:///a.csv @S AUTO_COMPRESS = FALSE OVERWRITE = TRUE', undefined, { fileStream: Buffer.from('1,x\n') });
  });

  afterAll(async () => {
    await disconnect(connection);
    await warehouse.stop();
  });

  const copy = (value: string) => rows(connection, `COPY INTO T FROM (SELECT $1::NUMBER(19,0), ${value} FROM @S) FILE_FORMAT = (TYPE = CSV ESCAPE_UNENCLOSED_FIELD = NONE)`);

  test.each([
    [`COALESCE($2, '')`, 'COALESCE'],
    [`REPLACE(UPPER($2), 'X', 'Y')`, 'UPPER'],
  ])('may not call %s', async (value, refused) => {
    const error = await errorOf(copy(value));

    expect(error.code).toBe('001757');
    expect(error.message).toContain(`Function '${refused}' not supported within a COPY`);
  });

  test('calls what COPY knows', async () => {
    await copy(`NVL(REPLACE($2, 'x', 'y'), '')`);

    expect(await rows(connection, 'SELECT ID, N FROM T')).toEqual([{ ID: '1', N: 'y' }]);
  });
});
