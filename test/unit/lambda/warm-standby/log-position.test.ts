import { isAtLeast } from '../../../../lambda/warm-standby/log-position';

describe('isAtLeast', () => {
  it.each([
    ['0/3000148', '0/3000148', true],
    ['0/3000149', '0/3000148', true],
    ['0/3000147', '0/3000148', false],
    // As texts these would compare the other way round.
    ['0/A000000', '0/10000000', false],
    ['10/0', '9/FFFFFFFF', true],
    ['1/0', '0/FFFFFFFF', true],
  ])('%s is at or after %s: %s', (position, other, expected) => {
    expect(isAtLeast(position, other)).toBe(expected);
  });

  it('takes an unknown position for one before all others', () => {
    expect(isAtLeast(null, '0/0')).toBe(false);
  });
});
