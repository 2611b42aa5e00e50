import { instanceNameOf, ownNameOf, retiredNameOf } from '../../../../lambda/aurora-restore/cluster-names';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, with the `-1` of the instance. */
const INSTANCE_NAME = /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const TARGETS = ['db', 'orders-staging', 'a'.repeat(61), `${'a'.repeat(49)}-${'b'.repeat(11)}`, `${'a'.repeat(44)}-${'b'.repeat(16)}`];

describe('ownNameOf', () => {
  test.each(TARGETS)('makes a name of %s whose instance RDS takes', (target) => {
    expect(instanceNameOf(target, 'run-1')).toMatch(INSTANCE_NAME);
  });

  it('is the same for the same run and another for another', () => {
    expect(ownNameOf('orders', 'run-1')).toBe(ownNameOf('orders', 'run-1'));
    expect(ownNameOf('orders', 'run-1')).not.toBe(ownNameOf('orders', 'run-2'));
  });
});

describe('retiredNameOf', () => {
  test.each(TARGETS)('makes a name of %s that RDS takes', (target) => {
    expect(retiredNameOf(target, '2026-11-21T03:00:00.000Z')).toMatch(INSTANCE_NAME);
  });

  it('tells when the cluster was retired', () => {
    expect(retiredNameOf('orders', '2026-11-21T03:04:05.000Z')).toBe('orders-old-202611210304');
  });
});
