import type { AlarmHistoryItem, HistoryItemType } from '@aws-sdk/client-cloudwatch';
import { regionalArn } from '../../gateway/arn';
import { PerRegion, type Place } from '../../gateway/service';
import type { Alarm, CompositeAlarm, MetricAlarm } from './alarm';

interface RegionState {
  readonly alarms: Map<string, Alarm>;
  readonly history: AlarmHistoryItem[];
  /** Metric alarms by the metrics they depend on. */
  readonly byMetric: Map<string, Set<MetricAlarm>>;
}

/** Alarms of all accounts and regions, with their history. */
export class AlarmStore {
  private readonly regions = new PerRegion<RegionState>(() => ({ alarms: new Map(), history: [], byMetric: new Map() }));

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  find(place: Place, name: string | undefined): Alarm | undefined {
    return this.regions.in(place).alarms.get(name ?? '');
  }

  add(alarm: Alarm): void {
    this.remove(alarm, alarm.name);
    const { alarms, byMetric } = this.regions.in(alarm);
    alarms.set(alarm.name, alarm);
    if (alarm.kind === 'composite') return;
    for (const key of alarm.metricKeys) byMetric.set(key, (byMetric.get(key) ?? new Set()).add(alarm));
  }

  remove(place: Place, name: string): void {
    const { alarms, byMetric } = this.regions.in(place);
    const alarm = alarms.get(name);
    alarms.delete(name);
    if (alarm?.kind !== 'metric') return;
    alarm.dueMs = undefined;
    for (const key of alarm.metricKeys) byMetric.get(key)?.delete(alarm);
  }

  watching(place: Place, metricKey: string): Iterable<MetricAlarm> {
    return this.regions.in(place).byMetric.get(metricKey) ?? [];
  }

  compositesIn(place: Place): readonly CompositeAlarm[] {
    return [...this.regions.in(place).alarms.values()].filter((alarm) => alarm.kind === 'composite');
  }

  record(alarm: Alarm, at: Date, type: HistoryItemType, summary: string, data: unknown): void {
    this.regions.in(alarm).history.unshift({
      AlarmName: alarm.name,
      AlarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      Timestamp: at,
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: JSON.stringify(data),
    });
  }
}

export function alarmArn(place: Place, name: string): string {
  return regionalArn('cloudwatch', place, `alarm:${name}`);
}
