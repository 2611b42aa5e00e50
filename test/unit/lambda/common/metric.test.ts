import { addMetric } from '../../../../lambda/common/metric';
import { captureOutput } from '../../../support/captured-output';

const output = captureOutput();

describe('addMetric', () => {
  it('emits one line in the embedded metric format, with the instance as a dimension', () => {
    addMetric('orders-refresh', 'RestoreFailed', 1);

    expect(output.metric('RestoreFailed')).toEqual([{ instance: 'orders-refresh', value: 1, unit: 'Count' }]);
    expect(output.json()[0]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'instance']] }] } });
  });

  it('does not let a dimension or value of one call leak into the next', () => {
    addMetric('orders', 'RowsLoaded', 10);
    addMetric('invoices', 'RowsLoaded', 20);

    expect(output.metric('RowsLoaded')).toEqual([
      { instance: 'orders', value: 10, unit: 'Count' },
      { instance: 'invoices', value: 20, unit: 'Count' },
    ]);
  });

  test.each([
    ['ReplicationLagSeconds', 'Seconds'],
    ['ProvenRowsPercent', 'Percent'],
    ['StagedBytes', 'Bytes'],
    ['RestoreDurationMinutes', 'None'],
    ['SnapshotAgeHours', 'None'],
    ['RestoreProven', 'Count'],
  ])('gives %s the unit %s', (name, unit) => {
    addMetric('orders', name, 1);

    expect(output.metric(name)).toEqual([expect.objectContaining({ unit })]);
  });
});
