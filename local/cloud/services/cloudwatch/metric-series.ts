import { mergeAggregates, type Aggregate } from './statistic';

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

interface Bucket {
  readonly startMs: number;
  aggregate: Aggregate;
}

interface Level {
  readonly fromMs: number;
  untilMs: number;
  readonly value: number;
  readonly risePerMinute: number;
}

/** The data points of one metric in one unit: values that were published, and levels that stand for one value each minute. */
export class MetricSeries {
  private readonly buckets: Bucket[] = [];
  private readonly levels: Level[] = [];

  /** Adds values to their minute, or second for a metric of high resolution. */
  add(atMs: number, aggregate: Aggregate, isHighResolution = false): void {
    const width = isHighResolution ? SECOND_MS : MINUTE_MS;
    const startMs = Math.floor(atMs / width) * width;
    const index = this.indexFrom(startMs);
    const known = this.buckets[index];
    if (known?.startMs === startMs) known.aggregate = mergeAggregates([known.aggregate, aggregate]) as Aggregate;
    else this.buckets.splice(index, 0, { startMs, aggregate });
  }

  /** Begins a level, which ends the one before. */
  setLevel(fromMs: number, untilMs: number, value: number, risePerMinute: number): void {
    const last = this.levels.at(-1);
    if (last && last.untilMs > fromMs) last.untilMs = fromMs;
    this.levels.push({ fromMs, untilMs, value, risePerMinute });
  }

  /** Everything between two times; levels speak for the past only. */
  aggregate(fromMs: number, toMs: number, nowMs: number): Aggregate | undefined {
    const parts: Aggregate[] = [];
    for (let index = this.indexFrom(fromMs); index < this.buckets.length; index += 1) {
      const bucket = this.buckets[index] as Bucket;
      if (bucket.startMs >= toMs) break;
      parts.push(bucket.aggregate);
    }
    for (let index = this.levels.length - 1; index >= 0; index -= 1) {
      const level = this.levels[index] as Level;
      if (level.untilMs <= fromMs) break;
      const part = aggregateOfLevel(level, fromMs, Math.min(toMs, nowMs));
      if (part) parts.push(part);
    }
    return mergeAggregates(parts);
  }

  /** The last time at which there is a data point of a published value. */
  get lastPointMs(): number {
    return this.buckets.at(-1)?.startMs ?? -Infinity;
  }

  /** Until when each minute is the same as all since that time, if it is. */
  steadyUntilMs(sinceMs: number): number | undefined {
    const last = this.levels.at(-1);
    if (!last || last.fromMs > sinceMs || last.risePerMinute !== 0) return undefined;
    return last.untilMs;
  }

  /** Whether levels have anything to say about the time from then on. */
  hasLevelSince(sinceMs: number): boolean {
    return (this.levels.at(-1)?.untilMs ?? -Infinity) > sinceMs;
  }

  /** The last time at which anything was published. */
  get lastActivityMs(): number {
    return Math.max(this.lastPointMs, this.levels.at(-1)?.fromMs ?? -Infinity);
  }

  private indexFrom(startMs: number): number {
    let low = 0;
    let high = this.buckets.length;
    if (high > 0 && (this.buckets[high - 1] as Bucket).startMs < startMs) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.buckets[middle] as Bucket).startMs < startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A level is sampled at the end of each minute; computed at once, however many minutes that are. */
function aggregateOfLevel({ fromMs, untilMs, value, risePerMinute }: Level, windowFromMs: number, windowToMs: number): Aggregate | undefined {
  const firstMinute = Math.max(Math.floor(fromMs / MINUTE_MS), Math.ceil(windowFromMs / MINUTE_MS));
  const endMinute = Math.min(Math.floor(untilMs / MINUTE_MS), Math.floor(windowToMs / MINUTE_MS));
  const count = endMinute - firstMinute;
  if (count <= 0) return undefined;
  const first = value + risePerMinute * (firstMinute - Math.floor(fromMs / MINUTE_MS));
  const last = first + risePerMinute * (count - 1);
  const values = risePerMinute === 0 ? new Map([[value, count]]) : undefined;
  return { sum: ((first + last) / 2) * count, minimum: Math.min(first, last), maximum: Math.max(first, last), count, values };
}
