import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { ServiceEvent } from '../events/event-sink';
import type { Alarm, AlarmState, MetricAlarm } from './alarm';
import { awsTimestamp } from './alarm-reason';

/** How notifications name regions. https://docs.aws.amazon.com/general/latest/gr/rande.html */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
};

export function subjectOf({ name, state, region }: Alarm): string {
  return `${state.value}: "${name}" in ${REGION_NAMES[region] ?? region}`.slice(0, 100);
}

/** What an alarm publishes to a topic, before it is text. */
export function stateChangeNotification(alarm: Alarm, previous: AlarmState): Record<string, unknown> {
  const shared = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: alarm.account,
    AlarmConfigurationUpdatedTimestamp: awsTimestamp(alarm.configuredAt.getTime()),
    NewStateValue: alarm.state.value,
    NewStateReason: alarm.state.reason,
    StateChangeTime: awsTimestamp(alarm.state.at.getTime()),
    Region: REGION_NAMES[alarm.region] ?? alarm.region,
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
  };
  return alarm.kind === 'composite' ? { ...shared, AlarmRule: alarm.rule } : { ...shared, Trigger: triggerOf(alarm) };
}

/** `CloudWatch Alarm State Change`. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function stateChangeEvent(alarm: Alarm, previous: AlarmState): ServiceEvent {
  const configuration = alarm.kind === 'composite' ? { alarmRule: alarm.rule } : { metrics: alarm.queries.map(queryForEvent) };
  return {
    place: alarm,
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: stateForEvent(alarm.state),
      previousState: stateForEvent(previous),
      configuration: { ...(alarm.description !== undefined && { description: alarm.description }), ...configuration },
    },
  };
}

function triggerOf(alarm: MetricAlarm): Record<string, unknown> {
  const { watched, single } = alarm;
  const metric = watched.MetricStat?.Metric;
  const about = single
    ? {
        MetricName: metric?.MetricName,
        Namespace: metric?.Namespace,
        StatisticType: /^p/.test(single.stat) ? 'ExtendedStatistic' : 'Statistic',
        Statistic: single.stat.toUpperCase(),
        Unit: single.unit ?? null,
        Dimensions: (metric?.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
      }
    : { Metrics: alarm.queries };
  return {
    ...about,
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile ?? '',
  };
}

function queryForEvent({ Id, Expression, Label, MetricStat, ReturnData = true }: MetricDataQuery): Record<string, unknown> {
  const { Metric, Period, Stat, Unit } = MetricStat ?? {};
  const dimensions = Object.fromEntries((Metric?.Dimensions ?? []).map(({ Name = '', Value }) => [Name, Value]));
  return {
    id: Id,
    ...(Expression !== undefined && { expression: Expression, label: Label }),
    ...(MetricStat && { metricStat: { metric: { namespace: Metric?.Namespace, name: Metric?.MetricName, dimensions }, period: Period, stat: Stat, unit: Unit } }),
    returnData: ReturnData,
  };
}

function stateForEvent({ value, reason, reasonData, at }: AlarmState): Record<string, unknown> {
  return { value, reason, ...(reasonData !== undefined && { reasonData }), timestamp: awsTimestamp(at.getTime()) };
}
