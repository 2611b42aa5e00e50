import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { CloudClock } from '../../gateway/clock';
import type { Alarm, AlarmState, MetricAlarm } from './alarm';
import type { AlarmActions } from './alarm-actions';
import { reasonDataOf, reasonOf } from './alarm-reason';
import type { AlarmStore } from './alarm-state';
import { ruleHolds } from './composite-rule';
import { evaluateAlarm, EXTRA_PERIODS, type Point, type Verdict } from './evaluate-alarm';
import { asSeries, gridOf, keyOf, readMetric, runQueries, type Span } from './metric-query';
import type { MetricStore } from './metric-store';

/**
 * Evaluates alarms when their periods end, as long as anything could come of it.
 *
 * An alarm sleeps once no data point is left in what it looks at, or only a level that does not change; new data wakes
 * it. So a week without news costs nothing, however many alarms there are.
 */
export class AlarmWatch {
  /** The alarms of each moment share one timer. */
  private readonly agenda = new Map<number, MetricAlarm[]>();

  constructor(
    private readonly clock: CloudClock,
    private readonly metrics: MetricStore,
    private readonly alarms: AlarmStore,
    private readonly actions: AlarmActions,
  ) {
    metrics.onChange((place, key) => {
      for (const alarm of alarms.watching(place, key)) this.wake(alarm);
    });
  }

  /** Sees to it that the alarm is evaluated when its current period ends. */
  wake(alarm: MetricAlarm): void {
    const dueMs = this.periodEndAfter(alarm, this.clock.nowMs());
    // An alarm may sleep for hours until a level ends; what is planned later finds that it is not due any more.
    if (alarm.dueMs === undefined || alarm.dueMs > dueMs) this.schedule(alarm, dueMs);
  }

  /** Puts an alarm into a state; actions and history follow when the state is another one. */
  transition(alarm: Alarm, value: StateValue, reason: string, reasonData: string | undefined): void {
    const previous = alarm.state;
    const state: AlarmState = { value, reason, reasonData, at: this.clock.now() };
    if (previous.value === value) return;
    alarm.state = state;
    alarm.transitionedAt = state.at;
    const data = { version: '1.0', oldState: stateData(previous), newState: stateData(state) };
    this.alarms.record(alarm, state.at, 'StateUpdate', `Alarm updated from ${previous.value} to ${value}`, data);
    this.actions.perform(alarm, previous);
    for (const composite of this.alarms.compositesIn(alarm)) this.evaluateComposite(composite.name, alarm);
  }

  /** Evaluates a composite alarm; at once, because it has no period. */
  evaluateComposite(name: string, place: Alarm): void {
    const composite = this.alarms.find(place, name);
    if (composite?.kind !== 'composite') return;
    const holds = ruleHolds(composite.parsedRule, (child) => this.alarms.find(composite, child)?.state.value);
    const value = holds ? 'ALARM' : 'OK';
    const reason = holds ? `${place.arn} transitioned to ${place.state.value} at ${this.clock.now().toISOString()}` : `the rule ${composite.rule} does not hold`;
    const reasonData = JSON.stringify({ triggeringAlarms: [{ arn: place.arn, state: { value: place.state.value, timestamp: place.state.at.toISOString() } }] });
    this.transition(composite, value, reason, reasonData);
  }

  private schedule(alarm: MetricAlarm, atMs: number): void {
    alarm.dueMs = atMs;
    const planned = this.agenda.get(atMs);
    if (planned) {
      planned.push(alarm);
      return;
    }
    this.agenda.set(atMs, [alarm]);
    this.clock.after(atMs - this.clock.nowMs(), () => this.evaluateAll(atMs));
  }

  private evaluateAll(atMs: number): void {
    const due = this.agenda.get(atMs) ?? [];
    this.agenda.delete(atMs);
    for (const alarm of due) {
      if (alarm.dueMs !== atMs) continue;
      alarm.dueMs = undefined;
      this.evaluate(alarm, atMs);
    }
  }

  private evaluate(alarm: MetricAlarm, endMs: number): void {
    const widthMs = alarm.periodSeconds * 1000;
    const span = { fromMs: endMs - (alarm.evaluationPeriods + EXTRA_PERIODS) * widthMs, toMs: endMs };
    const verdict = evaluateAlarm({ ...alarm, datapointsToAlarm: alarm.datapointsToAlarm ?? alarm.evaluationPeriods }, this.pointsOf(alarm, span));
    if (verdict.state !== undefined) this.apply(alarm, verdict.state, verdict);
    const nextMs = this.nextEvaluationMs(alarm, span);
    if (nextMs !== undefined && alarm.dueMs === undefined) this.schedule(alarm, nextMs);
  }

  private apply(alarm: MetricAlarm, state: StateValue, verdict: Verdict): void {
    alarm.judgement = { value: state, lastKnown: state === 'INSUFFICIENT_DATA' ? alarm.judgement.lastKnown : state };
    if (alarm.state.value !== state) this.transition(alarm, state, reasonOf(alarm, state, verdict), reasonDataOf(alarm, verdict, this.clock.nowMs()));
  }

  private pointsOf(alarm: MetricAlarm, span: Span): readonly Point[] {
    const grid = gridOf(span, alarm.periodSeconds);
    const { MetricStat: stat } = alarm.watched;
    const series = stat
      ? readMetric(this.metrics, alarm, stat, span)
      : asSeries(runQueries(this.metrics, alarm, alarm.queries, span).find(({ id }) => id === alarm.watched.Id)?.value ?? new Map<number, number>(), grid);
    return grid.times.map((atMs) => ({ atMs, value: series.get(atMs) }));
  }

  /** When another evaluation could come to something else, if ever. */
  private nextEvaluationMs(alarm: MetricAlarm, { fromMs, toMs }: Span): number | undefined {
    let endOfLevelMs = Infinity;
    for (const { MetricStat: stat } of alarm.queries) {
      if (!stat) continue;
      for (const series of this.metrics.seriesOf(alarm, keyOf(stat), stat.Unit)) {
        if (series.lastPointMs >= fromMs) return toMs + alarm.periodSeconds * 1000;
        if (!series.hasLevelSince(fromMs)) continue;
        const steadyUntilMs = series.steadyUntilMs(fromMs);
        if (steadyUntilMs === undefined || steadyUntilMs <= toMs) return toMs + alarm.periodSeconds * 1000;
        endOfLevelMs = Math.min(endOfLevelMs, steadyUntilMs);
      }
    }
    return endOfLevelMs === Infinity ? undefined : this.periodEndAfter(alarm, endOfLevelMs);
  }

  private periodEndAfter({ periodSeconds }: MetricAlarm, timeMs: number): number {
    const widthMs = periodSeconds * 1000;
    return (Math.floor(timeMs / widthMs) + 1) * widthMs;
  }
}

function stateData({ value, reason, reasonData }: AlarmState): Record<string, unknown> {
  return { stateValue: value, stateReason: reason, ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }) };
}
