/** Values by time, in milliseconds; times without a value are absent. */
export type TimeSeries = ReadonlyMap<number, number>;

/** What a metric math expression works with. */
export type MathValue = number | string | TimeSeries | readonly MathValue[];

/** The times at which expressions have values. */
export interface Grid {
  readonly times: readonly number[];
  readonly periodSeconds: number;
}

/** An expression that CloudWatch would refuse, or that the local cloud cannot compute and will not guess. */
export class InvalidExpression extends Error {
  override readonly name = 'InvalidExpression';
}

export function isSeries(value: MathValue): value is TimeSeries {
  return value instanceof Map;
}

/** A series where the other values are; a number counts at each of those times. */
export function zip(left: MathValue, right: MathValue, combine: (a: number, b: number) => number | undefined): MathValue {
  if (Array.isArray(left)) return (left as readonly MathValue[]).map((item) => zip(item, right, combine));
  if (Array.isArray(right)) return (right as readonly MathValue[]).map((item) => zip(left, item, combine));
  if (typeof left === 'string' || typeof right === 'string') throw new InvalidExpression('text cannot be computed with');
  if (typeof left === 'number' && typeof right === 'number') return combine(left, right) ?? NaN;
  const times = isSeries(left) ? left.keys() : (right as TimeSeries).keys();
  const result = new Map<number, number>();
  for (const time of times) {
    const a = typeof left === 'number' ? left : (left as TimeSeries).get(time);
    const b = typeof right === 'number' ? right : (right as TimeSeries).get(time);
    const value = a === undefined || b === undefined ? undefined : combine(a, b);
    // A division by zero has no data point.
    if (value !== undefined && Number.isFinite(value)) result.set(time, value);
  }
  return result;
}

export function mapValues(value: MathValue, compute: (value: number, time: number) => number): MathValue {
  if (Array.isArray(value)) return (value as readonly MathValue[]).map((item) => mapValues(item, compute));
  if (typeof value === 'number') return compute(value, 0);
  if (typeof value === 'string') throw new InvalidExpression('text cannot be computed with');
  return new Map([...(value as TimeSeries)].map(([time, one]) => [time, compute(one, time)]));
}
