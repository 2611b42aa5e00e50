import { BlockList, isIP } from 'node:net';
import { matchesArn, matchesGlob, textOf, type Pattern } from './pattern';

/**
 * How one value of the request is compared with one value of the policy.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export interface Comparison {
  readonly matches: (actual: string, expected: Pattern) => boolean;
  /** The condition holds when no value of the policy matches. */
  readonly negated: boolean;
  readonly values: ValueRule;
}

/** What the policy's values must look like, and how to say so. Operators whose values are no text thereby refuse policy variables. */
interface ValueRule {
  readonly allowed: string;
  readonly accepts: (value: string) => boolean;
}

const ANY_TEXT: ValueRule = { allowed: 'text', accepts: () => true };
const NUMBER: ValueRule = { allowed: 'a number', accepts: (value) => numberOf(value) !== undefined };
const DATE: ValueRule = { allowed: 'an ISO 8601 date such as 2026-01-31T12:00:00Z, or seconds since 1970', accepts: (value) => timeOf(value) !== undefined };
const ADDRESS: ValueRule = { allowed: 'an IP address or CIDR range', accepts: (value) => rangeOf(value) !== undefined };
const BASE64: ValueRule = { allowed: 'base64 text', accepts: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0 };
export const TRUE_OR_FALSE: ValueRule = { allowed: 'true or false', accepts: (value) => /^(true|false)$/i.test(value) };
const TRUE_OR_FALSE_OR_VARIABLE: ValueRule = {
  allowed: 'true, false or a policy variable',
  accepts: (value) => TRUE_OR_FALSE.accepts(value) || value.startsWith('${'),
};

export const COMPARISONS = {
  StringEquals: text((actual, expected) => actual === textOf(expected)),
  StringNotEquals: text((actual, expected) => actual === textOf(expected), { negated: true }),
  StringEqualsIgnoreCase: text((actual, expected) => actual.toLowerCase() === textOf(expected).toLowerCase()),
  StringNotEqualsIgnoreCase: text((actual, expected) => actual.toLowerCase() === textOf(expected).toLowerCase(), { negated: true }),
  StringLike: text((actual, expected) => matchesGlob(expected, actual)),
  StringNotLike: text((actual, expected) => matchesGlob(expected, actual), { negated: true }),

  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericNotEquals: numeric((actual, expected) => actual === expected, { negated: true }),
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),

  DateEquals: date((actual, expected) => actual === expected),
  DateNotEquals: date((actual, expected) => actual === expected, { negated: true }),
  DateLessThan: date((actual, expected) => actual < expected),
  DateLessThanEquals: date((actual, expected) => actual <= expected),
  DateGreaterThan: date((actual, expected) => actual > expected),
  DateGreaterThanEquals: date((actual, expected) => actual >= expected),

  Bool: {
    matches: (actual, expected) => actual.toLowerCase() === textOf(expected).toLowerCase(),
    negated: false,
    values: TRUE_OR_FALSE_OR_VARIABLE,
  },
  BinaryEquals: {
    matches: (actual, expected) => Buffer.from(actual, 'base64').equals(Buffer.from(textOf(expected), 'base64')),
    negated: false,
    values: BASE64,
  },

  IpAddress: { matches: isWithin, negated: false, values: ADDRESS },
  NotIpAddress: { matches: isWithin, negated: true, values: ADDRESS },

  // The two of each pair behave identically, says AWS.
  ArnEquals: arn({ negated: false }),
  ArnLike: arn({ negated: false }),
  ArnNotEquals: arn({ negated: true }),
  ArnNotLike: arn({ negated: true }),
} as const satisfies Record<string, Comparison>;

export type ComparisonName = keyof typeof COMPARISONS;

function text(matches: Comparison['matches'], { negated = false } = {}): Comparison {
  return { matches, negated, values: ANY_TEXT };
}

function arn({ negated }: { readonly negated: boolean }): Comparison {
  return { matches: (actual, expected) => matchesArn(expected, actual), negated, values: ANY_TEXT };
}

function numeric(compare: (actual: number, expected: number) => boolean, { negated = false } = {}): Comparison {
  return { matches: both(numberOf, compare), negated, values: NUMBER };
}

function date(compare: (actual: number, expected: number) => boolean, { negated = false } = {}): Comparison {
  return { matches: both(timeOf, compare), negated, values: DATE };
}

/** Compares two values of a type; what is not of the type matches nothing. */
function both(read: (value: string) => number | undefined, compare: (actual: number, expected: number) => boolean): Comparison['matches'] {
  return (actual, expected) => {
    const [left, right] = [read(actual), read(textOf(expected))];
    return left !== undefined && right !== undefined && compare(left, right);
  };
}

function numberOf(value: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Milliseconds since 1970. The forms are those of https://www.w3.org/TR/NOTE-datetime, and epoch seconds. */
function timeOf(value: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const isW3cForm = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/.test(value);
  const parsed = isW3cForm ? Date.parse(value) : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

function isWithin(actual: string, expected: Pattern): boolean {
  const range = rangeOf(textOf(expected));
  const version = isIP(actual);
  return range !== undefined && version !== 0 && range.check(actual, version === 4 ? 'ipv4' : 'ipv6');
}

function rangeOf(value: string): BlockList | undefined {
  const [address = '', prefix] = value.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined;
  const bits = prefix === undefined ? longest : Number(prefix);
  if (bits > longest) return undefined;
  const range = new BlockList();
  range.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
  return range;
}
