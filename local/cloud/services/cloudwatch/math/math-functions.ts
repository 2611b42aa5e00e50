import { InvalidExpression, isSeries, mapValues, zip, type Grid, type MathValue, type TimeSeries } from './time-series';

/** What functions may look at besides their arguments. */
export interface MathScope {
  readonly grid: Grid;
  /** All metrics of the request that are no expressions, by id. */
  readonly metrics: ReadonlyMap<string, TimeSeries>;
}

type MathFunction = (args: readonly MathValue[], scope: MathScope) => MathValue;

/**
 * The functions of metric math that the local cloud computes; every other one is refused.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const MATH_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: ([value]) => mapValues(required(value), Math.abs),
  AVG: ([value]) => reduce(required(value), (values) => total(values) / values.length),
  CEIL: ([value]) => mapValues(required(value), Math.ceil),
  DATAPOINT_COUNT: ([value]) => reduce(required(value), (values) => values.length),
  DIFF: ([value]) => pairwise(required(value), (before, now) => now - before),
  FILL: ([value, filling], { grid }) => fill(required(value), required(filling), grid),
  FIRST: ([value]) => itemOf(required(value), 0),
  FLOOR: ([value]) => mapValues(required(value), Math.floor),
  IF: ([condition, whenTrue, whenFalse], { grid }) => choose(required(condition), required(whenTrue), whenFalse, grid),
  LAST: ([value]) => itemOf(required(value), -1),
  LOG: ([value]) => mapValues(required(value), Math.log),
  LOG10: ([value]) => mapValues(required(value), Math.log10),
  MAX: ([value]) => reduce(required(value), (values) => Math.max(...values)),
  METRICS: ([filter = ''], { metrics }) => [...metrics].filter(([id]) => id.includes(textOf(filter))).map(([, series]) => series),
  METRIC_COUNT: ([value]) => (Array.isArray(value) ? value.length : 1),
  MIN: ([value]) => reduce(required(value), (values) => Math.min(...values)),
  PERIOD: (_, { grid }) => grid.periodSeconds,
  RATE: ([value]) => pairwise(required(value), (before, now, seconds) => (now - before) / seconds),
  RUNNING_SUM: ([value]) => runningSum(required(value)),
  STDDEV: ([value]) => reduce(required(value), deviation),
  SUM: ([value]) => reduce(required(value), total),
  TIME_SERIES: ([value], { grid }) => constant(required(value), grid),
};

function required(value: MathValue | undefined): MathValue {
  if (value === undefined) throw new InvalidExpression('an argument is missing');
  return value;
}

function textOf(value: MathValue): string {
  if (typeof value !== 'string') throw new InvalidExpression('METRICS takes text');
  return value;
}

/** Of a series one number; of an array a series, with a value wherever any member has one. */
function reduce(value: MathValue, combine: (values: readonly number[]) => number): MathValue {
  if (typeof value === 'number') return combine([value]);
  if (typeof value === 'string') throw new InvalidExpression('text cannot be computed with');
  if (isSeries(value)) return value.size === 0 ? new Map<number, number>() : combine([...value.values()]);
  const members = value.map((member) => {
    if (!isSeries(member)) throw new InvalidExpression('an array must consist of time series');
    return member;
  });
  const times = [...new Set(members.flatMap((member) => [...member.keys()]))].sort((a, b) => a - b);
  return new Map(times.map((time) => [time, combine(members.flatMap((member) => member.get(time) ?? []))]));
}

function fill(value: MathValue, filling: MathValue, grid: Grid): MathValue {
  if (Array.isArray(value)) return (value as readonly MathValue[]).map((member) => fill(member, filling, grid));
  if (!isSeries(value)) throw new InvalidExpression('FILL takes time series');
  if (filling === 'REPEAT') {
    let last: number | undefined;
    return new Map(grid.times.flatMap((time) => ((last = value.get(time) ?? last) === undefined ? [] : [[time, last] as const])));
  }
  if (filling === 'LINEAR') return new Map(grid.times.flatMap((time) => interpolated(value, time)));
  if (typeof filling === 'string') throw new InvalidExpression(`FILL does not know ${filling}`);
  return new Map(grid.times.flatMap((time) => {
    const instead = isSeries(filling) ? filling.get(time) : (filling as number);
    const one = value.get(time) ?? instead;
    return one === undefined ? [] : [[time, one] as const];
  }));
}

function interpolated(series: TimeSeries, time: number): readonly (readonly [number, number])[] {
  const known = series.get(time);
  if (known !== undefined) return [[time, known]];
  const before = [...series].filter(([other]) => other < time).at(-1);
  const after = [...series].find(([other]) => other > time);
  if (!before || !after) return [];
  return [[time, before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0])]];
}

function choose(condition: MathValue, whenTrue: MathValue, whenFalse: MathValue | undefined, grid: Grid): MathValue {
  if (typeof condition === 'number' && typeof whenTrue === 'number' && (whenFalse === undefined || typeof whenFalse === 'number')) {
    return condition !== 0 ? whenTrue : (whenFalse ?? new Map<number, number>());
  }
  const at = (value: MathValue | undefined, time: number): number | undefined => (value === undefined ? undefined : typeof value === 'number' ? value : isSeries(value) ? value.get(time) : refuseArray());
  return new Map(grid.times.flatMap((time) => {
    const decided = at(condition, time);
    const chosen = decided === undefined ? undefined : at(decided !== 0 ? whenTrue : whenFalse, time);
    return chosen === undefined ? [] : [[time, chosen] as const];
  }));
}

function refuseArray(): never {
  throw new InvalidExpression('IF takes numbers and time series');
}

function pairwise(value: MathValue, compute: (before: number, now: number, seconds: number) => number): MathValue {
  if (Array.isArray(value)) return (value as readonly MathValue[]).map((member) => pairwise(member, compute));
  if (!isSeries(value)) throw new InvalidExpression('a time series is expected');
  const points = [...value];
  return new Map(points.slice(1).map(([time, now], index) => {
    const [earlier, before] = points[index] as [number, number];
    return [time, compute(before, now, (time - earlier) / 1000)];
  }));
}

function runningSum(value: MathValue): MathValue {
  let sum = 0;
  return mapValues(value, (one) => (sum += one));
}

function itemOf(value: MathValue, index: number): MathValue {
  if (!Array.isArray(value)) throw new InvalidExpression('an array is expected');
  return required((value as readonly MathValue[]).at(index));
}

function constant(value: MathValue, grid: Grid): MathValue {
  if (typeof value !== 'number') throw new InvalidExpression('TIME_SERIES takes a number');
  return new Map(grid.times.map((time) => [time, value]));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function deviation(values: readonly number[]): number {
  const mean = total(values) / values.length;
  return Math.sqrt(total(values.map((value) => (value - mean) ** 2)) / values.length);
}

/** The operators, each on numbers; on series they work time by time. */
export const MATH_OPERATORS: Readonly<Record<string, (left: MathValue, right: MathValue) => MathValue>> = {
  '+': (left, right) => zip(left, right, (a, b) => a + b),
  '-': (left, right) => zip(left, right, (a, b) => a - b),
  '*': (left, right) => zip(left, right, (a, b) => a * b),
  '/': (left, right) => zip(left, right, (a, b) => (b === 0 ? undefined : a / b)),
  '^': (left, right) => zip(left, right, (a, b) => a ** b),
  '==': (left, right) => zip(left, right, (a, b) => Number(a === b)),
  '!=': (left, right) => zip(left, right, (a, b) => Number(a !== b)),
  '<': (left, right) => zip(left, right, (a, b) => Number(a < b)),
  '<=': (left, right) => zip(left, right, (a, b) => Number(a <= b)),
  '>': (left, right) => zip(left, right, (a, b) => Number(a > b)),
  '>=': (left, right) => zip(left, right, (a, b) => Number(a >= b)),
  AND: (left, right) => zip(left, right, (a, b) => Number(a !== 0 && b !== 0)),
  OR: (left, right) => zip(left, right, (a, b) => Number(a !== 0 || b !== 0)),
};
