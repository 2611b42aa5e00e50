/** DECFLOAT keeps so many significant digits; with more the value would be rounded. */
const MOST_DIGITS = 36;

/** The text of a number is fine for Snowflake, but what DECFLOAT makes of its digits beyond 36 was not verified. */
export class TooManyDigits extends Error {
  override readonly name = 'TooManyDigits';
}

/**
 * Writes a decimal number in one way: without leading and trailing zeros, plain up to 36 digits, else with an exponent.
 * Returns null for text that is no number. How Snowflake prints DECFLOAT was not verified.
 */
export function canonicalDecfloat(text: string): string | null {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match ?? [];
  if (!match || whole + fraction === '') return null;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  if (significant.length > MOST_DIGITS) throw new TooManyDigits(`${significant.length} significant digits`);
  // The value is 0.significant times ten to the power of `point`.
  const point = digits.length - fraction.length + Number(exponentText);
  return (sign === '-' ? '-' : '') + placed(significant, point);
}

function placed(digits: string, point: number): string {
  if (point > MOST_DIGITS || point < -MOST_DIGITS + digits.length) {
    const rest = digits.slice(1);
    return `${digits.charAt(0)}${rest === '' ? '' : `.${rest}`}e${point - 1}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}
