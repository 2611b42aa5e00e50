import { WarehouseMisconfigured } from '../../../../../lambda/snowflake-replicator/contract';
import { warehouseFailure } from '../../../../../lambda/snowflake-replicator/snowflake/warehouse-failure';

const failureOf = (error: object) => warehouseFailure(Object.assign(new Error('Snowflake says no.'), error), 'SELECT 1', 'LOAD_WH');

describe('a failure of the warehouse', () => {
  test.each([
    ['000606', 'SELECT 1: Snowflake says no; create warehouse LOAD_WH, resume it, or grant USAGE on it to the role'],
    ['000608', 'SELECT 1: Snowflake says no; warehouse LOAD_WH cannot be resumed: look at its resource monitor'],
    ['090073', 'SELECT 1: Snowflake says no; warehouse LOAD_WH cannot be resumed: look at its resource monitor'],
  ])('with the code %s names the warehouse and the remedy', (code, message) => {
    const failure = failureOf({ code, sqlState: '57P03' });

    expect(failure).toBeInstanceOf(WarehouseMisconfigured);
    expect(failure.message).toBe(message);
  });
});
