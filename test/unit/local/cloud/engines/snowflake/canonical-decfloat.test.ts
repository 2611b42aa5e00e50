import { canonicalDecfloat, TooManyDigits } from '../../../../../../local/cloud/engines/snowflake/duck/canonical-decfloat';

describe('canonicalDecfloat', () => {
  test.each([
    ['1.50', '1.5'],
    ['-0012.0', '-12'],
    ['0.000', '0'],
    ['-0', '0'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['1.23E-40', '1.23e-40'],
    ['7e40', '7e40'],
    [`${'9'.repeat(36)}`, '9'.repeat(36)],
  ])('writes %s as %s', (given, expected) => {
    expect(canonicalDecfloat(given)).toBe(expected);
  });

  test.each(['abc', '', '.', '1e', 'NaN', '1_0'])('gives null for %j', (given) => {
    expect(canonicalDecfloat(given)).toBeNull();
  });

  test('refuses more digits than DECFLOAT keeps', () => {
    expect(() => canonicalDecfloat('1'.repeat(37))).toThrow(TooManyDigits);
  });
});
