import type { MetricAlarm } from './alarm';
import type { Point, Verdict } from './evaluate-alarm';

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** Why an alarm is in its state, in CloudWatch's words. */
export function reasonOf(alarm: MetricAlarm, state: string, { evaluated, breaching }: Verdict): string {
  const missing = evaluated.filter(({ value }) => value === undefined).length;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${counted(evaluated.length, 'datapoint')} ${was(evaluated.length)} unknown.`;
  const comparison = COMPARISONS[alarm.comparison] ?? '';
  const threshold = `the threshold (${decimal(alarm.threshold)})`;
  const existing = evaluated.filter(({ value }) => value !== undefined);
  if (existing.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${counted(evaluated.length, 'period')} and ${counted(missing, 'missing datapoint')} ${was(missing)} treated as [${alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'}].`;
  }
  const isAlarm = state === 'ALARM';
  const shown = isAlarm ? breaching : existing.filter((point) => !breaching.includes(point));
  const treated = missing > 0 && alarm.treatMissingData === 'breaching' && isAlarm ? ` and ${counted(missing, 'missing datapoint')} ${was(missing)} treated as [Breaching]` : '';
  const list = shown.map(({ value, atMs }) => `${decimal(value ?? 0)} (${stamp(atMs)})`).join(', ');
  const verb = isAlarm ? was(shown.length) : `${was(shown.length)} not`;
  return `Threshold Crossed: ${shown.length} out of the last ${counted(alarm.evaluationPeriods, 'datapoint')} [${list}] ${verb} ${comparison} ${threshold}${treated} (minimum ${counted(alarm.datapointsToAlarm ?? alarm.evaluationPeriods, 'datapoint')} for ${isAlarm ? 'OK -> ALARM' : 'ALARM -> OK'} transition).`;
}

/** The same as data. */
export function reasonDataOf(alarm: MetricAlarm, { evaluated }: Verdict, queriedAtMs: number): string {
  const existing = evaluated.filter((point): point is Point & { value: number } => point.value !== undefined);
  return JSON.stringify({
    version: '1.0',
    queryDate: awsTimestamp(queriedAtMs),
    ...(existing.length > 0 && { startDate: awsTimestamp(Math.min(...existing.map(({ atMs }) => atMs))) }),
    ...(alarm.single && { statistic: alarm.single.stat }),
    period: alarm.periodSeconds,
    recentDatapoints: existing.map(({ value }) => value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.map(({ atMs, value }) => ({ timestamp: awsTimestamp(atMs), ...(value !== undefined && { value }) })),
  });
}

/** `2026-11-21T10:00:00.000+0000`, as alarms write times. */
export function awsTimestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+0000');
}

function was(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function stamp(atMs: number): string {
  const [date = '', time = ''] = new Date(atMs).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
