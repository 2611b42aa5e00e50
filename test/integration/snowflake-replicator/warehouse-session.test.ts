import { startWarehouse, type TestWarehouse } from './warehouse-server';

describe('a session of Snowflake', () => {
  let warehouse: TestWarehouse;

  beforeAll(async () => {
    warehouse = await startWarehouse();
  });

  afterAll(() => warehouse.close());

  test.each(['DATE_INPUT_FORMAT', 'TIME_INPUT_FORMAT', 'TIMESTAMP_INPUT_FORMAT', 'BINARY_INPUT_FORMAT', 'QUOTED_IDENTIFIERS_IGNORE_CASE', 'AUTOCOMMIT'])('means the same whatever its user has for %s', async (parameter) => {
    const others: Readonly<Record<string, string>> = { DATE_INPUT_FORMAT: `'MM/DD/YYYY'`, TIME_INPUT_FORMAT: `'HH12:MI AM'`, TIMESTAMP_INPUT_FORMAT: `'DD-MON-YYYY'`, BINARY_INPUT_FORMAT: `'BASE64'`, QUOTED_IDENTIFIERS_IGNORE_CASE: 'TRUE', AUTOCOMMIT: 'FALSE' };
    await warehouse.control.execute(`ALTER USER LOADER SET ${parameter} = ${others[parameter] ?? ''}`);

    const session = await warehouse.openSession();

    expect(await session.rows(`SELECT '2024-02-01'::DATE::VARCHAR AS D`)).toEqual([{ D: '2024-02-01' }]);
  });
});
