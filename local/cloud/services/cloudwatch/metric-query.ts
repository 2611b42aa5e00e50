import type { Dimension, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import type { Place } from '../../gateway/service';
import { evaluateExpression } from './math/evaluate-expression';
import { parseExpression, referencesOf } from './math/parse-expression';
import { InvalidExpression, isSeries, type Grid, type MathValue, type TimeSeries } from './math/time-series';
import type { MetricIdentity } from './metric-sink';
import { metricKey, type MetricStore } from './metric-store';
import { statisticOf } from './statistic';

/** A time span in milliseconds, the end excluded. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What one query of a request came to. */
export interface QueryResult {
  readonly id: string;
  readonly label: string;
  readonly value: MathValue;
}

export function identityOf({ Namespace = '', MetricName = '', Dimensions = [] }: { Namespace?: string | undefined; MetricName?: string | undefined; Dimensions?: readonly Dimension[] | undefined }): MetricIdentity {
  return { namespace: Namespace, name: MetricName, dimensions: Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value])) };
}

/** Refuses queries that could never be computed; throws `InvalidExpression`. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = queries.map(({ Id = '' }) => Id);
  const malformed = ids.find((id) => !/^[a-z]\w{0,254}$/.test(id));
  if (malformed !== undefined) throw new InvalidExpression(`the id ${malformed} must begin with a lower-case letter and consist of letters, digits and underscores`);
  if (new Set(ids).size < ids.length) throw new InvalidExpression('ids must be unique');
  for (const { Id, Expression, MetricStat: stat, AccountId } of queries) {
    if ((Expression === undefined) === (stat === undefined)) throw new InvalidExpression(`${Id ?? ''} must have either a MetricStat or an Expression`);
    if (AccountId !== undefined) throw new InvalidExpression('the local cloud does not read metrics of other accounts');
    if (stat) checkStatistic(stat);
    const unknown = Expression === undefined ? undefined : referencesOf(parseExpression(Expression)).find((id) => !ids.includes(id));
    if (unknown !== undefined) throw new InvalidExpression(`${Expression ?? ''} refers to ${unknown}, which is not among the metrics`);
  }
}

function checkStatistic({ Stat = '', Period = 0 }: MetricStat): void {
  if (!statisticOf(Stat)) throw new InvalidExpression(`the local cloud does not compute the statistic ${Stat}`);
  if (![1, 5, 10, 20, 30].includes(Period) && (Period === 0 || Period % 60 !== 0)) throw new InvalidExpression(`Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds, not ${Period}`);
}

/** Computes the queries of a request over a span whose ends are multiples of the period. */
export function runQueries(store: MetricStore, place: Place, queries: readonly MetricDataQuery[], span: Span): readonly QueryResult[] {
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]));
  const known = new Map<string, MathValue>();
  const periodSeconds = Math.max(1, ...queries.map(({ MetricStat: stat, Period }) => stat?.Period ?? Period ?? 0));
  const grid = gridOf(span, periodSeconds);
  const metrics = new Map(queries.flatMap(({ Id = '', MetricStat: stat }) => (stat ? [[Id, readMetric(store, place, stat, span)] as const] : [])));
  const valueOf = (id: string, path: readonly string[]): MathValue => {
    if (path.includes(id)) throw new InvalidExpression(`${[...path, id].join(' -> ')} refers to itself`);
    const value = known.get(id) ?? metrics.get(id) ?? evaluateExpression(parseExpression(byId.get(id)?.Expression ?? ''), { grid, metrics }, (other) => valueOf(other, [...path, id]));
    known.set(id, value);
    return value;
  };
  return queries.map(({ Id = '', Label, MetricStat: stat, Expression }) => ({ id: Id, label: Label ?? stat?.Metric?.MetricName ?? Expression ?? Id, value: valueOf(Id, []) }));
}

/** The values of a metric, one for each period that has data. */
export function readMetric(store: MetricStore, place: Place, stat: MetricStat, span: Span): TimeSeries {
  const { Stat = '', Period = 60 } = stat;
  const statistic = statisticOf(Stat);
  const series = store.seriesOf(place, keyOf(stat), stat.Unit);
  const points = new Map<number, number>();
  if (series.length === 0 || !statistic) return points;
  for (const time of gridOf(span, Period).times) {
    const aggregate = store.aggregate(series, time, time + Period * 1000);
    const value = aggregate && statistic(aggregate);
    if (value !== undefined) points.set(time, value);
  }
  return points;
}

const keys = new WeakMap<MetricStat, string>();

/** The key of the metric that a query reads; remembered, because alarms ask again and again. */
export function keyOf(stat: MetricStat): string {
  const known = keys.get(stat) ?? metricKey(identityOf(stat.Metric ?? {}));
  keys.set(stat, known);
  return known;
}

/** The result as a series: a number counts at every time. */
export function asSeries(value: MathValue, grid: Grid): TimeSeries {
  if (isSeries(value)) return value;
  if (typeof value === 'number') return new Map(grid.times.map((time) => [time, value]));
  throw new InvalidExpression('the expression must come to one time series');
}

export function gridOf({ fromMs, toMs }: Span, periodSeconds: number): Grid {
  const width = periodSeconds * 1000;
  const start = Math.floor(fromMs / width) * width;
  const count = Math.max(0, Math.ceil((toMs - start) / width));
  return { times: Array.from({ length: count }, (_, index) => start + index * width), periodSeconds };
}
