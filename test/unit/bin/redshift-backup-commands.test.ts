import { TAG } from '../../../lambda/redshift-backup/contract';
import { mustBeOf } from '../../../bin/commands/redshift-backup/must-be-of';
import { warehouseSnapshot } from '../../support/warehouse-snapshot';

describe('a snapshot that is there already', () => {
  it('is gone on with when the same command has begun it', () => {
    expect(() => mustBeOf(warehouseSnapshot({ identifier: 'monday', tags: { [TAG.operation]: 'monday' } }), 'monday', TAG.operation, 'monday')).not.toThrow();
  });

  test.each([
    ['somebody else has made', warehouseSnapshot({ identifier: 'monday' })],
    ['another command has made', warehouseSnapshot({ identifier: 'monday', tags: { [TAG.operation]: 'tuesday' } })],
    ['has gone meanwhile', undefined],
  ])('is refused when %s it', (_who, existing) => {
    expect(() => mustBeOf(existing, 'monday', TAG.operation, 'monday')).toThrow('snapshot: "monday" is there already and was not made by this command');
  });
});
