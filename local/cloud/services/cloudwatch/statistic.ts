/** What is known of the values of one period. */
export interface Aggregate {
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly count: number;
  /** The values with their counts, for percentiles; absent where only a summary was published. */
  readonly values: ReadonlyMap<number, number> | undefined;
}

/** Puts the aggregates of the same period together; nothing when there are none. */
export function mergeAggregates(parts: readonly Aggregate[]): Aggregate | undefined {
  const [first, ...rest] = parts;
  return first && rest.reduce(mergeTwo, first);
}

/** How a statistic is computed from a period's values. */
export type Statistic = (aggregate: Aggregate) => number | undefined;

const BASIC: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/**
 * The statistic of that name, or nothing for one that the local cloud does not compute: it knows the five basic ones and
 * percentiles such as `p99.9`, not trimmed means and the like.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function statisticOf(name: string): Statistic | undefined {
  if (Object.hasOwn(BASIC, name)) return BASIC[name];
  const percent = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1];
  return percent === undefined ? undefined : (aggregate) => percentileOf(aggregate, Number(percent));
}

function percentileOf({ values, count, minimum, maximum }: Aggregate, percent: number): number | undefined {
  // Summaries carry no values; CloudWatch answers percentiles for them only when all values are equal.
  if (!values) return minimum === maximum ? minimum : undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [value, times] of [...values].sort(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return maximum;
}

function mergeTwo(a: Aggregate, b: Aggregate): Aggregate {
  return {
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    count: a.count + b.count,
    values: mergeValues(a.values, b.values),
  };
}

function mergeValues(a: Aggregate['values'], b: Aggregate['values']): Aggregate['values'] {
  if (!a || !b) return undefined;
  const merged = new Map(a);
  for (const [value, times] of b) merged.set(value, (merged.get(value) ?? 0) + times);
  return merged;
}
