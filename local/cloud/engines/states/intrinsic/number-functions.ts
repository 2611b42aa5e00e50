import { integerAt, IntrinsicError, type IntrinsicFunction } from './intrinsic-function';

/** The intrinsic functions that calculate or draw lots. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.MathAdd': { arity: [2, 2], apply: (parameters) => integer32(integer32(integerAt(parameters, 0)) + integer32(integerAt(parameters, 1))) },
  'States.MathRandom': {
    arity: [2, 3],
    apply: (parameters, random) => {
      const draw = parameters.length === 3 ? seeded(integerAt(parameters, 2)) : random;
      return between(integerAt(parameters, 0), integerAt(parameters, 1), draw);
    },
  },
  'States.UUID': { arity: [0, 0], apply: (_parameters, random) => uuid(random) },
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html#asl-intrsc-func-math-operation */
function integer32(value: number): number {
  if (value < -2_147_483_648 || value > 2_147_483_647) throw new IntrinsicError(`${value} is outside -2147483648..2147483647`);
  return value;
}

/** From the first number up to, but not including, the second. */
function between(first: number, end: number, random: () => number): number {
  if (end <= first) throw new IntrinsicError(`the end must be above ${first} but was ${end}`);
  return first + Math.floor(random() * (end - first));
}

/** The same seed gives the same number, though not the number that AWS would draw. */
function seeded(seed: number): () => number {
  return () => {
    const mixed = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b);
    return (Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0) / 2 ** 32;
  };
}

/** A version 4 UUID (RFC 9562, section 5.4). */
function uuid(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + ((digits[16] as number) % 4);
  const text = digits.map((digit) => digit.toString(16)).join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
