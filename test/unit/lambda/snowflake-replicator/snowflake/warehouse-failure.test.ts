import { WarehouseMisconfigured } from '../../../../../lambda/snowflake-replicator/contract';
import { DataRejected, warehouseFailure } from '../../../../../lambda/snowflake-replicator/snowflake/warehouse-failure';

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

  test.each([
    [{ response: { status: 429 } }, 'WarehouseThrottled'],
    [{ cause: { response: { status: 429 } } }, 'WarehouseThrottled'],
    [{ code: '000625', sqlState: '57014' }, 'WarehouseThrottled'],
    [{ code: '000630', sqlState: '57014' }, 'WarehouseTimedOut'],
    [{ sqlState: '57014' }, 'WarehouseTimedOut'],
    [{ cause: { code: 'ETIMEDOUT' } }, 'WarehouseTimedOut'],
    [{ response: { status: 500 } }, 'WarehouseUnavailable'],
    [{ response: { status: 503 } }, 'WarehouseUnavailable'],
    [{ code: 401001 }, 'WarehouseUnavailable'],
    [{ code: '390112', sqlState: '08001' }, 'WarehouseUnavailable'],
    [{ cause: { code: 'ECONNRESET' } }, 'WarehouseUnavailable'],
    [{ code: '390144', sqlState: '08004' }, 'WarehouseAccessDenied'],
    [{ code: 404027 }, 'WarehouseAccessDenied'],
    [{ code: '003001', sqlState: '42501' }, 'WarehouseAccessDenied'],
    [{ code: '002003', sqlState: '42S02' }, 'WarehouseMisconfigured'],
    [{ code: '001003', sqlState: '42000' }, 'WarehouseRefused'],
  ])('that says %j is %s', (error, kind) => {
    expect(failureOf(error).name).toBe(`SnowflakeReplicator.${kind}`);
  });

  test('that speaks of a value tells that it does', () => {
    expect(failureOf({ code: '100038', sqlState: '22018' })).toBeInstanceOf(DataRejected);
  });
});
