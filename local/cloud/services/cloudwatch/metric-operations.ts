import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { InvalidExpression, type MathValue, isSeries } from './math/time-series';
import { checkQueries, gridOf, identityOf, runQueries, type QueryResult } from './metric-query';
import { metricKey, type MetricStore } from './metric-store';
import { statisticOf, type Aggregate } from './statistic';

const HOUR_MS = 3_600_000;
/** ListMetrics leaves out what has had no data for two weeks. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const LISTED_MS = 14 * 24 * HOUR_MS;

/** The operations on metrics. None of them has resource-level permissions. */
export function metricOperations(store: MetricStore, clock: CloudClock): Operations<typeof sdk> {
  const anything = () => [{ resource: '*' }];
  return {
    PutMetricData: {
      access: ({ Namespace }) => [{ resource: '*', context: { 'cloudwatch:namespace': Namespace ?? '' } }],
      run: ({ Namespace = '', MetricData = [], EntityMetricData = [] }, call) => {
        if (Namespace.startsWith('AWS/')) throw new AwsError('InvalidParameterValueException', 'The value AWS/ for parameter Namespace is invalid.');
        if (EntityMetricData.length > 0) throw new AwsError('InvalidParameterValueException', 'The local cloud takes MetricData, not EntityMetricData.');
        const sets = MetricData.map((datum) => ({ datum, aggregate: aggregateOf(datum), at: datum.Timestamp ?? clock.now() }));
        for (const { at } of sets) checkTime(at, clock.now());
        for (const { datum, aggregate, at } of sets) {
          const place = { account: call.account, region: call.region };
          store.putValues({ place, ...identityOf({ ...datum, Namespace }), at, unit: datum.Unit ?? 'None', aggregate, isHighResolution: datum.StorageResolution === 1 });
        }
        return {};
      },
    },
    GetMetricData: { access: anything, run: (input, call) => refusing(() => getMetricData(store, input, call)) },
    GetMetricStatistics: { access: anything, run: (input, call) => getMetricStatistics(store, input, call) },
    ListMetrics: {
      access: anything,
      run: ({ Namespace, MetricName, Dimensions = [], NextToken, RecentlyActive }, call) => {
        const oldestMs = clock.nowMs() - (RecentlyActive ? 3 * HOUR_MS : LISTED_MS);
        const chosen = store
          .metricsIn(call)
          .filter(({ namespace, name }) => (Namespace === undefined || namespace === Namespace) && (MetricName === undefined || name === MetricName))
          .filter(({ dimensions }) => Dimensions.every(({ Name = '', Value }) => Name in dimensions && (Value === undefined || dimensions[Name] === Value)))
          .filter(({ series }) => [...series.values()].some((one) => one.lastActivityMs >= oldestMs || one.hasLevelSince(clock.nowMs())));
        const page = pageOf(chosen, 500, NextToken);
        if (!page) throw new AwsError('InvalidParameterValueException', 'Invalid nextToken');
        const Metrics = page.items.map(({ namespace, name, dimensions }) => ({ Namespace: namespace, MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }));
        return { Metrics, NextToken: page.nextToken };
      },
    },
  };
}

/** Translates what is wrong with an expression into the API's error. */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidExpression) throw new AwsError('ValidationException', error.message);
    throw error;
  }
}

function aggregateOf({ MetricName, Value, Values, Counts, StatisticValues }: sdk.MetricDatum): Aggregate {
  if (StatisticValues) {
    const { Sum = 0, Minimum = 0, Maximum = 0, SampleCount = 0 } = StatisticValues;
    return { sum: Sum, minimum: Minimum, maximum: Maximum, count: SampleCount, values: undefined };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw new AwsError('InvalidParameterCombinationException', `At least one of Value, Values and StatisticValues is required for ${MetricName ?? ''}.`);
  if (values.some((value) => !Number.isFinite(value))) throw new AwsError('InvalidParameterValueException', `The value of ${MetricName ?? ''} must be a finite number.`);
  if (Counts && Counts.length !== values.length) throw new AwsError('InvalidParameterValueException', 'The parameters Values and Counts must be of the same size.');
  const counted = new Map<number, number>();
  values.forEach((value, index) => counted.set(value, (counted.get(value) ?? 0) + (Counts?.[index] ?? 1)));
  const all = [...counted];
  return {
    sum: all.reduce((sum, [value, times]) => sum + value * times, 0),
    minimum: Math.min(...counted.keys()),
    maximum: Math.max(...counted.keys()),
    count: all.reduce((sum, [, times]) => sum + times, 0),
    values: counted,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
function checkTime(at: Date, now: Date): void {
  const ageMs = now.getTime() - at.getTime();
  if (ageMs > LISTED_MS || ageMs < -2 * HOUR_MS) throw new AwsError('InvalidParameterValueException', `The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past and two hours in the future, not ${at.toISOString()}.`);
}

function getMetricData(store: MetricStore, { MetricDataQueries = [], StartTime = new Date(0), EndTime = new Date(0), ScanBy = 'TimestampDescending', NextToken, MaxDatapoints = 100_800 }: sdk.GetMetricDataInput, call: Call): sdk.GetMetricDataOutput {
  if (StartTime >= EndTime) throw new AwsError('ValidationException', 'The parameter StartTime must be less than the parameter EndTime.', { status: 400 });
  if (NextToken !== undefined) throw new AwsError('InvalidNextToken', 'The local cloud answers all data points at once.');
  checkQueries(MetricDataQueries);
  const results = runQueries(store, call, MetricDataQueries, { fromMs: StartTime.getTime(), toMs: EndTime.getTime() });
  const shown = results.filter((_, index) => MetricDataQueries[index]?.ReturnData !== false);
  const answers = shown.flatMap((result) => describeResult(result, ScanBy));
  if (answers.reduce((sum, { Values = [] }) => sum + Values.length, 0) > MaxDatapoints) throw new AwsError('ValidationException', 'The local cloud does not page data points: ask for fewer at once.', { status: 400 });
  return { MetricDataResults: answers, Messages: [] };
}

function describeResult({ id, label, value }: QueryResult, scanBy: string): readonly sdk.MetricDataResult[] {
  const series: readonly MathValue[] = Array.isArray(value) ? (value as readonly MathValue[]) : [value];
  return series.map((one) => {
    const points = isSeries(one) ? [...one] : [];
    if (scanBy === 'TimestampDescending') points.reverse();
    return { Id: id, Label: label, Timestamps: points.map(([time]) => new Date(time)), Values: typeof one === 'number' ? [one] : points.map(([, point]) => point), StatusCode: 'Complete' };
  });
}

function getMetricStatistics(store: MetricStore, input: sdk.GetMetricStatisticsInput, call: Call): sdk.GetMetricStatisticsOutput {
  const { StartTime = new Date(0), EndTime = new Date(0), Period = 60, Statistics = [], ExtendedStatistics = [], Unit } = input;
  if (StartTime >= EndTime) throw new AwsError('InvalidParameterValueException', 'The parameter StartTime must be less than the parameter EndTime.');
  const names = [...Statistics, ...ExtendedStatistics];
  if (names.length === 0) throw new AwsError('InvalidParameterCombinationException', 'At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  const unknown = names.find((name) => !statisticOf(name));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValueException', `The local cloud does not compute the statistic ${unknown}.`);
  const times = gridOf({ fromMs: StartTime.getTime(), toMs: EndTime.getTime() }, Period).times;
  if (times.length > 1440) throw new AwsError('InvalidParameterCombinationException', `You have requested up to ${times.length} datapoints, which exceeds the limit of 1,440.`);
  const series = store.seriesOf(call, metricKey(identityOf(input)), Unit);
  const Datapoints = times.flatMap((time): sdk.Datapoint[] => {
    const aggregate = store.aggregate(series, time, time + Period * 1000);
    if (!aggregate) return [];
    const computed = (wanted: readonly string[]) => Object.fromEntries(wanted.map((name) => [name, statisticOf(name)?.(aggregate)]));
    const extended = ExtendedStatistics.length > 0 ? { ExtendedStatistics: computed(ExtendedStatistics) as Record<string, number> } : {};
    return [{ Timestamp: new Date(time), Unit: Unit ?? unitOf(store, input, call), ...computed(Statistics), ...extended }];
  });
  return { Label: input.MetricName, Datapoints };
}

function unitOf(store: MetricStore, input: sdk.GetMetricStatisticsInput, call: Call): sdk.StandardUnit {
  const { namespace, name } = identityOf(input);
  const metric = store.metricsIn(call).find((one) => one.namespace === namespace && one.name === name);
  return ([...(metric?.series.keys() ?? [])][0] ?? 'None') as sdk.StandardUnit;
}
