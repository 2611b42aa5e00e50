import type { MetricDataQuery, PutCompositeAlarmInput, PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { Place } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import { MISSING_DATA, type AlarmState, type CompositeAlarm, type MetricAlarm } from './alarm';
import { alarmArn } from './alarm-state';
import { parseAlarmRule } from './composite-rule';
import { checkQueries, keyOf } from './metric-query';

/** Actions that something in the local cloud carries out. */
const ACTION = /^arn:aws[\w-]*:(sns|lambda|autoscaling):/;
const COMPARISONS = ['GreaterThanOrEqualToThreshold', 'GreaterThanThreshold', 'LessThanOrEqualToThreshold', 'LessThanThreshold'];
const SINGLE_ID = 'm1';

/** Checks the definition of a metric alarm and makes the alarm, in the state of one that is new or of the one it replaces. */
export function newMetricAlarm(place: Place, input: PutMetricAlarmInput, now: Date, replaced: AlarmState | undefined): MetricAlarm {
  const { AlarmName = '', EvaluationPeriods = 0, DatapointsToAlarm, Threshold, ComparisonOperator = 'GreaterThanThreshold', TreatMissingData = 'missing' } = input;
  if (input.ThresholdMetricId !== undefined || !COMPARISONS.includes(ComparisonOperator)) throw unsupported('anomaly detection');
  if (input.EvaluationCriteria !== undefined) throw unsupported('EvaluationCriteria');
  const treatMissingData = MISSING_DATA.find((name) => name === TreatMissingData);
  if (!treatMissingData) throw invalid(`TreatMissingData must be one of ${MISSING_DATA.join(', ')}, not ${TreatMissingData}`);
  if (Threshold === undefined) throw invalid('Threshold is required');
  if (EvaluationPeriods < 1) throw invalid(`EvaluationPeriods must be at least 1, not ${EvaluationPeriods}`);
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods)) throw invalid(`DatapointsToAlarm must be between 1 and EvaluationPeriods (${EvaluationPeriods}), not ${DatapointsToAlarm}`);

  const queries = queriesOf(input);
  checkQueries(queries);
  const returned = queries.filter(({ ReturnData = true }) => ReturnData);
  const [watched] = returned;
  if (!watched || returned.length > 1) throw invalid('exactly one element of Metrics must have ReturnData true');
  const stats = queries.flatMap(({ MetricStat: stat }) => (stat ? [stat] : []));
  const periodSeconds = watched.MetricStat?.Period ?? watched.Period ?? Math.max(...stats.map(({ Period = 0 }) => Period));
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: a week, or a day for periods under an hour.
  const mostSeconds = periodSeconds >= 3600 ? 604_800 : 86_400;
  if (periodSeconds * EvaluationPeriods > mostSeconds) throw invalid(`Metrics cannot be checked across more than ${mostSeconds / 86_400} day(s) (EvaluationPeriods * Period must be <= ${mostSeconds}).`);
  return {
    ...sharedMembers(place, AlarmName, input, now, replaced),
    kind: 'metric',
    single: input.Metrics ? undefined : { stat: input.Statistic ?? input.ExtendedStatistic ?? '', unit: input.Unit },
    queries,
    watched,
    periodSeconds,
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm,
    threshold: Threshold,
    comparison: ComparisonOperator,
    treatMissingData,
    evaluateLowSampleCountPercentile: input.EvaluateLowSampleCountPercentile,
    metricKeys: stats.map(keyOf),
    dueMs: undefined,
    judgement: { value: 'INSUFFICIENT_DATA', lastKnown: undefined },
  };
}

/** As `newMetricAlarm`, for a composite alarm. */
export function newCompositeAlarm(place: Place, input: PutCompositeAlarmInput, now: Date, replaced: AlarmState | undefined): CompositeAlarm {
  if (input.ActionsSuppressor !== undefined) throw unsupported('ActionsSuppressor');
  const rule = input.AlarmRule ?? '';
  return { ...sharedMembers(place, input.AlarmName ?? '', input, now, replaced), kind: 'composite', rule, parsedRule: parseAlarmRule(rule) };
}

type SharedInput = Pick<PutMetricAlarmInput, 'ActionsEnabled' | 'AlarmActions' | 'AlarmDescription' | 'InsufficientDataActions' | 'OKActions' | 'Tags'>;

function sharedMembers(place: Place, name: string, input: SharedInput, now: Date, replaced: AlarmState | undefined) {
  if (name === '' || name.length > 255) throw invalid('AlarmName must have 1 to 255 characters');
  const actions: Readonly<Record<StateValue, readonly string[]>> = { OK: input.OKActions ?? [], ALARM: input.AlarmActions ?? [], INSUFFICIENT_DATA: input.InsufficientDataActions ?? [] };
  const unknown = Object.values(actions).flat().find((arn) => !ACTION.test(arn));
  if (unknown !== undefined) throw unsupported(`the action ${unknown}`);
  return {
    account: place.account,
    region: place.region,
    name,
    arn: alarmArn(place, name),
    description: input.AlarmDescription,
    actions,
    actionsEnabled: input.ActionsEnabled ?? true,
    tags: tagMap(input.Tags),
    state: replaced ?? { value: 'INSUFFICIENT_DATA' as const, reason: 'Unchecked: Initial alarm creation', reasonData: undefined, at: now },
    transitionedAt: replaced?.at ?? now,
    configuredAt: now,
  };
}

/** The short form of the API means a single query. */
function queriesOf({ Metrics, MetricName, Namespace, Dimensions = [], Period, Statistic, ExtendedStatistic, Unit }: PutMetricAlarmInput): readonly MetricDataQuery[] {
  if (Metrics) {
    if (MetricName !== undefined) throw invalid('MetricName and Metrics exclude each other');
    return Metrics;
  }
  if (MetricName === undefined || Namespace === undefined || Period === undefined) throw invalid('MetricName, Namespace and Period are required without Metrics');
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) throw invalid('either Statistic or ExtendedStatistic is required');
  return [{ Id: SINGLE_ID, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic ?? ExtendedStatistic, Unit }, ReturnData: true }];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}

function unsupported(what: string): AwsError {
  return new AwsError('NotImplemented', `the local cloud does not emulate ${what} of alarms`, { status: 501 });
}
