import type { MetricSink, MetricUnit } from '../cloudwatch/metric-sink';
import { embeddedMetrics } from './embedded-metrics';
import type { LogEvent, LogGroup, MetricFilter } from './logs-state';

/** Publishes what newly arrived lines say in metrics: by metric filters, and in embedded metric format. */
export function publishMetricsOf(group: LogGroup, events: readonly LogEvent[], metrics: MetricSink): void {
  for (const { message } of events) for (const datum of embeddedMetrics(group, message)) metrics.put(datum);
  for (const filter of group.metricFilters.values()) applyFilter(group, filter, events, metrics);
}

function applyFilter(group: LogGroup, filter: MetricFilter, events: readonly LogEvent[], metrics: MetricSink): void {
  let matched = false;
  for (const { message, timestampMs } of events) {
    const match = filter.matches(message);
    if (!match) continue;
    for (const { metricNamespace: namespace = '', metricName: name = '', metricValue = '', unit, dimensions: selectors = {} } of filter.transformations) {
      const value = Number(metricValue.startsWith('$') ? match.select(metricValue) : metricValue);
      const dimensions = Object.entries(selectors).map(([key, selector]) => [key, match.select(selector)] as const);
      // A line without the value or one of the dimensions publishes nothing.
      if (Number.isNaN(value) || dimensions.some(([, selected]) => selected === undefined || selected === null)) continue;
      matched = true;
      const named = Object.fromEntries(dimensions.map(([key, selected]) => [key, String(selected as string)]));
      metrics.put({ place: group, namespace, name, dimensions: named, value, at: new Date(timestampMs), ...(unit !== undefined && { unit: unit as MetricUnit }) });
    }
  }
  if (!matched) reportDefaults(group, filter, events, metrics);
}

/** A default is reported for a minute in which lines came but none matched. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html */
function reportDefaults(group: LogGroup, filter: MetricFilter, events: readonly LogEvent[], metrics: MetricSink): void {
  const last = events.at(-1);
  const minute = Math.floor((last?.timestampMs ?? 0) / 60_000);
  if (!last || filter.defaultReportedMinute === minute) return;
  filter.defaultReportedMinute = minute;
  for (const { metricNamespace: namespace = '', metricName: name = '', defaultValue } of filter.transformations) {
    if (defaultValue !== undefined) metrics.put({ place: group, namespace, name, dimensions: {}, value: defaultValue, at: new Date(last.timestampMs) });
  }
}
