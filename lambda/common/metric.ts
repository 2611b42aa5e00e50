import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { metrics } from './telemetry';

/** One for all values: each is emitted at once, and what belongs to it is forgotten then. A new one would open the output anew. */
let single: ReturnType<typeof metrics.singleMetric> | undefined;

/** Emits one value of a metric that belongs to one deployment of a system, such as a pipeline, and to the moment. @default now */
export function addMetric(instance: string, name: string, value: number, at?: Date): void {
  single ??= metrics.singleMetric();
  single.addDimension('instance', instance);
  if (at) single.setTimestamp(at);
  single.addMetric(name, unitOf(name), value);
}

/** Names carry the unit; see docs/contributing.md. */
function unitOf(name: string): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (name.endsWith('Seconds')) return MetricUnit.Seconds;
  if (name.endsWith('Percent')) return MetricUnit.Percent;
  if (name.endsWith('Bytes')) return MetricUnit.Bytes;
  return name.endsWith('Minutes') || name.endsWith('Hours') || name.endsWith('Days') ? MetricUnit.NoUnit : MetricUnit.Count;
}
