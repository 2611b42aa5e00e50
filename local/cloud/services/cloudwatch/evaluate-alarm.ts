import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch';
import type { TreatMissingData } from './alarm';

/** A data point of the evaluation range; absent values are missing data. */
export interface Point {
  readonly atMs: number;
  readonly value: number | undefined;
}

/** What an alarm looks at and how. */
export interface AlarmRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
}

/** What an evaluation came to; no state means that the alarm stays as it is. */
export interface Verdict {
  readonly state: StateValue | undefined;
  /** The data points that decided, the newest first; filled ones have no value. */
  readonly evaluated: readonly Point[];
  readonly breaching: readonly Point[];
}

/** Periods that CloudWatch looks back beyond the evaluation periods; its own number varies, the documentation's examples use two. */
export const EXTRA_PERIODS = 2;

/**
 * Evaluates an alarm as documented: existing data points first, missing ones only as far as too few exist.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html#alarms-evaluating-missing-data
 *
 * @param range the data points of the evaluation range, the oldest first
 */
export function evaluateAlarm(rule: AlarmRule, range: readonly Point[]): Verdict {
  const newestFirst = [...range].reverse();
  const isBreaching = ({ value }: Point): boolean => value !== undefined && breaches(rule.comparison, value, rule.threshold);
  const existing = newestFirst.filter(({ value }) => value !== undefined).slice(0, rule.evaluationPeriods);
  const breaching = existing.filter(isBreaching);
  const verdict = (state: StateValue | undefined, evaluated: readonly Point[] = existing): Verdict => ({ state, evaluated, breaching });

  if (existing.length === rule.evaluationPeriods) return verdict(breaching.length >= rule.datapointsToAlarm ? 'ALARM' : 'OK');
  const missing = rule.evaluationPeriods - existing.length;
  const evaluated = [...existing, ...newestFirst.filter(({ value }) => value === undefined).slice(0, missing)];
  switch (rule.treatMissingData) {
    case 'breaching':
      return verdict(breaching.length + missing >= rule.datapointsToAlarm ? 'ALARM' : 'OK', evaluated);
    case 'notBreaching':
      return verdict(breaching.length >= rule.datapointsToAlarm ? 'ALARM' : 'OK', evaluated);
    case 'ignore':
    case 'missing':
      break;
  }
  const onlyBreaches = existing.length > 0 && breaching.length === existing.length;
  // An old breach that nothing contradicts is no false alarm any more, however few data points there are.
  const isEstablished = onlyBreaches && rule.treatMissingData === 'missing' && newestFirst.findLastIndex(isBreaching) >= rule.datapointsToAlarm - 1;
  if (breaching.length >= rule.datapointsToAlarm || isEstablished) return verdict('ALARM', evaluated);
  if (existing.length === 0) return verdict(rule.treatMissingData === 'missing' ? 'INSUFFICIENT_DATA' : undefined, evaluated);
  return verdict(onlyBreaches ? undefined : 'OK', evaluated);
}

function breaches(comparison: ComparisonOperator, value: number, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new Error(`the local cloud does not compare by ${comparison}`);
  }
}
