import type { Place } from '../../gateway/service';
import type { MetricDatum, MetricUnit } from '../cloudwatch/metric-sink';

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
}

/**
 * The metrics in a log line in embedded metric format; none for any other line.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(place: Place, line: string): readonly MetricDatum[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const document = parse(line);
  const metadata = document?.['_aws'] as { readonly Timestamp?: unknown; readonly CloudWatchMetrics?: unknown } | undefined;
  if (!document || !Array.isArray(metadata?.CloudWatchMetrics) || typeof metadata.Timestamp !== 'number') return [];
  const at = new Date(metadata.Timestamp);
  return (metadata.CloudWatchMetrics as readonly Directive[]).flatMap((directive) => dataOf(place, directive, document, at));
}

function dataOf(place: Place, { Namespace, Dimensions, Metrics }: Directive, document: Record<string, unknown>, at: Date): readonly MetricDatum[] {
  return Dimensions.flatMap((keys) => {
    const dimensions = Object.fromEntries(keys.map((key) => [key, String(document[key] as string)]));
    return Metrics.flatMap(({ Name, Unit }) => {
      const target = document[Name];
      const values: readonly unknown[] = Array.isArray(target) ? target : [target];
      return values
        .filter((value): value is number => typeof value === 'number')
        .map((value) => ({ place, namespace: Namespace, name: Name, dimensions, value, at, ...(Unit !== undefined && { unit: Unit as MetricUnit }) }));
    });
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
