import { whyUnusable, type Look } from '../../../../../lambda/snowflake-replicator/load/look';
import type { TableState } from '../../../../../lambda/snowflake-replicator/state/table-state';

const SOURCE = { clusterResourceId: 'cluster-ORDERS', systemIdentifier: '7301', databaseOid: '16400' };
const MOST_TRANSACTIONS = 2n ** 31n - 1_000_000n;

const stateOf = (xmin: bigint) => ({ source: SOURCE, cursor: { floor: null, xmin: String(xmin), sweep: null } }) as TableState;
const lookAt = (source: object, nextXid: bigint) => ({ source: { ...SOURCE, ...source }, observed: { floor: null, xmin: '1', nextXid: String(nextXid) } }) as Look;

describe('a state', () => {
  test('can be continued where it comes from, as long as transaction ids have not come round', () => {
    expect(whyUnusable(stateOf(100n), lookAt({}, 100n + MOST_TRANSACTIONS))).toBeNull();
  });

  test.each([
    [{ clusterResourceId: 'cluster-OTHER' }, 'the state is of another source: clusterResourceId was cluster-ORDERS, is cluster-OTHER'],
    [{ systemIdentifier: '9' }, 'the state is of another source: systemIdentifier was 7301, is 9'],
    [{ databaseOid: '5' }, 'the state is of another source: databaseOid was 16400, is 5'],
  ])('cannot be continued from a source with %j', (changes, reason) => {
    expect(whyUnusable(stateOf(100n), lookAt(changes, 200n))).toBe(reason);
  });

  test('cannot be continued when it is too old', () => {
    expect(whyUnusable(stateOf(100n), lookAt({}, 101n + MOST_TRANSACTIONS))).toBe('two thousand million transactions have passed since the last run');
  });
});
