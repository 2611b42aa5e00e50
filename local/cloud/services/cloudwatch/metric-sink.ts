import type { Place } from '../../gateway/service';

/** Which metric: CloudWatch tells metrics apart by namespace, name and the exact set of dimensions. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value of a metric at one moment. */
export interface MetricDatum extends MetricIdentity {
  readonly place: Place;
  readonly value: number;
  readonly unit?: MetricUnit;
  /** Now, where it is absent. */
  readonly at?: Date;
}

/** The units that services of the local cloud publish in; CloudWatch never converts between them. */
export type MetricUnit = 'Count' | 'Bytes' | 'Milliseconds' | 'Seconds' | 'Percent' | 'None';

/** A value that a service reports every minute, such as the messages in a queue, from now until it says something else. */
export interface MetricLevel extends MetricDatum {
  /** How long the service goes on reporting without anything happening; for ever where it is absent. */
  readonly lastsMs?: number;
  /** For a value that rises with time, such as an age: how much each minute adds. */
  readonly risePerMinute?: number;
}

/** Where the services of the local cloud publish the metrics that AWS publishes. */
export interface MetricSink {
  put(datum: MetricDatum): void;
  /** Begins or changes a level; every minute has a data point as long as it lasts. */
  level(level: MetricLevel): void;
}
