import type { CloudClock } from '../../gateway/clock';
import { PerRegion, type Place } from '../../gateway/service';
import type { MetricDatum, MetricIdentity, MetricLevel, MetricSink } from './metric-sink';
import { MetricSeries } from './metric-series';
import { mergeAggregates, type Aggregate } from './statistic';

/** One metric of an account and region, with a series for each unit it was published in. */
export interface Metric extends MetricIdentity {
  readonly series: Map<string, MetricSeries>;
}

/** A set of values that is published at once. */
export interface ValueSet extends MetricIdentity {
  readonly place: Place;
  readonly at: Date;
  readonly unit: string;
  readonly aggregate: Aggregate;
  readonly isHighResolution: boolean;
}

/** All metrics of a cloud, and who wants to know when they change. */
export class MetricStore implements MetricSink {
  private readonly regions = new PerRegion<Map<string, Metric>>(() => new Map());
  private readonly listeners = new Set<(place: Place, key: string) => void>();

  constructor(private readonly clock: CloudClock) {}

  put({ value, unit = 'None', at, ...datum }: MetricDatum): void {
    const aggregate = { sum: value, minimum: value, maximum: value, count: 1, values: new Map([[value, 1]]) };
    this.putValues({ ...datum, aggregate, unit, at: at ?? this.clock.now(), isHighResolution: false });
  }

  putValues({ place, namespace, name, dimensions, at, unit, aggregate, isHighResolution }: ValueSet): void {
    const identity = { namespace, name, dimensions };
    const key = metricKey(identity);
    this.seriesFor(place, key, identity, unit).add(at.getTime(), aggregate, isHighResolution);
    this.tell(place, key);
  }

  level({ place, value, unit = 'None', lastsMs = Infinity, risePerMinute = 0, ...identity }: MetricLevel): void {
    const nowMs = this.clock.nowMs();
    const key = metricKey(identity);
    this.seriesFor(place, key, identity, unit).setLevel(nowMs, nowMs + lastsMs, value, risePerMinute);
    this.tell(place, key);
  }

  metricsIn(place: Place): readonly Metric[] {
    return [...this.regions.in(place).values()];
  }

  /** The series of a metric, given by its key: of one unit, or of all. */
  seriesOf(place: Place, key: string, unit?: string): readonly MetricSeries[] {
    const metric = this.regions.in(place).get(key);
    if (!metric) return [];
    if (unit === undefined) return [...metric.series.values()];
    const series = metric.series.get(unit);
    return series ? [series] : [];
  }

  /** What the series hold together between two times. */
  aggregate(series: readonly MetricSeries[], fromMs: number, toMs: number): Aggregate | undefined {
    const nowMs = this.clock.nowMs();
    return mergeAggregates(series.flatMap((one) => one.aggregate(fromMs, toMs, nowMs) ?? []));
  }

  /** Calls the listener with the metric's key after each change. */
  onChange(listener: (place: Place, key: string) => void): void {
    this.listeners.add(listener);
  }

  private seriesFor(place: Place, key: string, identity: MetricIdentity, unit: string): MetricSeries {
    const metrics = this.regions.in(place);
    const metric = metrics.get(key) ?? { namespace: identity.namespace, name: identity.name, dimensions: identity.dimensions, series: new Map<string, MetricSeries>() };
    metrics.set(key, metric);
    const series = metric.series.get(unit) ?? new MetricSeries();
    metric.series.set(unit, series);
    return series;
  }

  private tell(place: Place, key: string): void {
    for (const listener of this.listeners) listener(place, key);
  }
}

/** What tells one metric from another, as text. */
export function metricKey({ namespace, name, dimensions }: MetricIdentity): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
