import {
  CloudWatchClient,
  DashboardInvalidInputError,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type MetricDataQuery,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };
const MINUTE = 60_000;

describe('CloudWatch', () => {
  let cloud: LocalCloud;
  let cloudwatch: CloudWatchClient;
  beforeEach(async () => {
    cloud = await LocalCloud.start({ startAt: new Date('2026-11-21T10:00:10Z') });
    cloudwatch = cloud.client(CloudWatchClient, place);
  });
  afterEach(async () => {
    expect(cloud.defects).toEqual([]);
    await cloud.stop();
  });

  const put = (MetricName: string, Value: number, Timestamp = cloud.clock.now()) =>
    cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Holdfast', MetricData: [{ MetricName, Value, Timestamp, Dimensions: [{ Name: 'cluster', Value: 'orders' }] }] }));
  const alarm = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Holdfast',
        MetricName: 'AgeHours',
        Dimensions: [{ Name: 'cluster', Value: 'orders' }],
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        ...more,
      }),
    );
  const stateOf = async (name: string) => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }));
    return [...MetricAlarms, ...CompositeAlarms][0]?.StateValue;
  };
  const query = async (queries: MetricDataQuery[], minutes = 5) => {
    const EndTime = new Date('2026-11-21T10:05:00Z');
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({ MetricDataQueries: queries, StartTime: new Date(EndTime.getTime() - minutes * MINUTE), EndTime, ScanBy: 'TimestampAscending' }),
    );
    return MetricDataResults;
  };
  const metric = (Id: string, MetricName: string, Stat = 'Sum', ReturnData = false): MetricDataQuery => ({
    Id,
    ReturnData,
    MetricStat: { Metric: { Namespace: 'Holdfast', MetricName, Dimensions: [{ Name: 'cluster', Value: 'orders' }] }, Period: 60, Stat },
  });
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 10, minute));

  it('computes statistics and percentiles of each period', async () => {
    for (const value of [1, 2, 3, 4]) await put('Rows', value);

    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Holdfast',
        MetricName: 'Rows',
        Dimensions: [{ Name: 'cluster', Value: 'orders' }],
        StartTime: at(0),
        EndTime: at(5),
        Period: 300,
        Statistics: ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'],
      }),
    );
    const [percentile] = await query([metric('m1', 'Rows', 'p50', true)]);

    expect(Datapoints).toEqual([expect.objectContaining({ Average: 2.5, Sum: 10, Minimum: 1, Maximum: 4, SampleCount: 4 })]);
    expect(percentile).toMatchObject({ Values: [2], Timestamps: [at(0)] });
  });

  it('tells metrics apart by their dimensions', async () => {
    await put('Rows', 1);

    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Holdfast' }));
    const [without] = await query([{ Id: 'm1', MetricStat: { Metric: { Namespace: 'Holdfast', MetricName: 'Rows' }, Period: 60, Stat: 'Sum' } }]);

    expect(Metrics).toEqual([{ Namespace: 'Holdfast', MetricName: 'Rows', Dimensions: [{ Name: 'cluster', Value: 'orders' }] }]);
    expect(without!.Values).toEqual([]);
  });

  it.each([
    ['m1 + m2', [11, 22]],
    ['m1 / m2 * 100', [10, 10]],
    ['SUM([m1, m2])', [11, 22, 3]],
    ['SUM(METRICS())', [11, 22, 3]],
    ['MAX([m1,m2])', [10, 20, 3]],
    ['FILL(m2, 0)', [10, 20, 0, 0, 0]],
    ['FILL(m1, REPEAT)', [1, 2, 3, 3, 3]],
    ['IF(m1 >= 2, m1, 0)', [0, 2, 3]],
    ['IF(m1 > 1 AND m2 < 100, 1, 0)', [0, 1]],
    ['RATE(m1) * 60', [1, 1]],
    ['m1 - AVG(m1)', [-1, 0, 1]],
    ['m1/(m1-1)', [2, 1.5]],
    ['ABS(m1 - m2)', [9, 18]],
  ])('computes %s', async (Expression, expected) => {
    for (const [minute, value] of [1, 2, 3].entries()) await put('a', value, at(minute));
    for (const [minute, value] of [10, 20].entries()) await put('b', value, at(minute));

    const [result] = await query([metric('m1', 'a'), metric('m2', 'b'), { Id: 'e1', Expression }]);

    expect(result!.Values!.map((value) => Number(value.toFixed(9)))).toEqual(expected);
  });

  it.each(['SEARCH(\'x\', "Sum", 60)', 'ANOMALY_DETECTION_BAND(m1)', 'm1 +', 'm3 * 2'])('refuses to compute %s', async (Expression) => {
    await expect(query([metric('m1', 'a'), { Id: 'e1', Expression }])).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('goes off and comes back at the ends of periods, and tells a topic', async () => {
    const sns = cloud.client(SNSClient, place);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'pages' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' }));
    await alarm('Old', { AlarmActions: [TopicArn!], OKActions: [TopicArn!], AlarmDescription: 'backups are old' });
    await put('AgeHours', 6);
    const before = await stateOf('Old');
    await cloud.clock.pass(MINUTE);
    const during = await stateOf('Old');
    await put('AgeHours', 5);
    await cloud.clock.pass(MINUTE);

    const mails = cloud.services.integration.outbox.messages({ topicArn: TopicArn! }).slice(1);
    const { AlarmHistoryItems } = await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: 'Old', ScanBy: 'TimestampAscending' }));

    expect([before, during, await stateOf('Old')]).toEqual(['INSUFFICIENT_DATA', 'ALARM', 'OK']);
    expect(mails.map(({ subject }) => subject)).toEqual(['ALARM: "Old" in EU (Ireland)', 'OK: "Old" in EU (Ireland)']);
    expect(JSON.parse(mails[0]!.body)).toMatchObject({ AlarmName: 'Old', NewStateValue: 'ALARM', OldStateValue: 'INSUFFICIENT_DATA', StateChangeTime: expect.stringMatching(/^2026-11-21T10:01:00\.\d{3}\+0000$/) as string, Trigger: { MetricName: 'AgeHours', Threshold: 5 } });
    expect(AlarmHistoryItems!.map(({ HistoryItemType }) => HistoryItemType)).toEqual(['ConfigurationUpdate', 'StateUpdate', 'Action', 'StateUpdate', 'Action']);
  });

  it('waits for as many data points as it is told', async () => {
    await alarm('TwoOfThree', { EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    const seen: (string | undefined)[] = [];
    for (const value of [6, 1, 6, 1, 1]) {
      await put('AgeHours', value);
      await cloud.clock.pass(MINUTE);
      seen.push(await stateOf('TwoOfThree'));
    }

    expect(seen).toEqual(['INSUFFICIENT_DATA', 'OK', 'ALARM', 'OK', 'OK']);
  });

  it.each([
    ['breaching', 'ALARM'],
    ['notBreaching', 'OK'],
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'OK'],
  ])('treats silence as %s', async (TreatMissingData, expected) => {
    await alarm('Silent', { TreatMissingData });
    await put('AgeHours', 1);
    await cloud.clock.pass(MINUTE);
    const first = await stateOf('Silent');
    await cloud.clock.pass(10 * MINUTE);

    expect(first).toBe('OK');
    expect(await stateOf('Silent')).toBe(expected);
  });

  it('watches an expression', async () => {
    await alarm('Ratio', {
      Namespace: undefined,
      MetricName: undefined,
      Dimensions: undefined,
      Period: undefined,
      Statistic: undefined,
      Metrics: [metric('failed', 'Failed'), metric('tried', 'Tried'), { Id: 'ratio', Expression: '100 * FILL(failed, 0) / tried', Label: 'failures in percent' }],
    });
    await put('Tried', 10);
    await cloud.clock.pass(MINUTE);
    const healthy = await stateOf('Ratio');
    await put('Tried', 10);
    await put('Failed', 1);
    await cloud.clock.pass(MINUTE);

    expect([healthy, await stateOf('Ratio')]).toEqual(['OK', 'ALARM']);
  });

  it('follows a level that a service reports every minute', async () => {
    const level = (value: number) => cloud.services.integration.metrics.level({ place, namespace: 'AWS/SQS', name: 'Depth', dimensions: {}, value });
    await alarm('Deep', { Namespace: 'AWS/SQS', MetricName: 'Depth', Dimensions: [], EvaluationPeriods: 3 });
    level(6);
    await cloud.clock.pass(2 * MINUTE);
    const early = await stateOf('Deep');
    await cloud.clock.pass(24 * 60 * MINUTE);
    const late = await stateOf('Deep');
    level(0);
    await cloud.clock.pass(4 * MINUTE);

    expect([early, late, await stateOf('Deep')]).toEqual(['INSUFFICIENT_DATA', 'ALARM', 'OK']);
  });

  it('knows nothing of the future of a level', async () => {
    cloud.services.integration.metrics.level({ place, namespace: 'AWS/SQS', name: 'Depth', dimensions: {}, value: 6 });
    await cloud.clock.pass(2 * MINUTE);

    const [depth] = await query([{ Id: 'm1', MetricStat: { Metric: { Namespace: 'AWS/SQS', MetricName: 'Depth' }, Period: 60, Stat: 'Maximum' } }]);

    expect(depth!.Timestamps).toEqual([at(0), at(1)]);
    expect(depth!.Values).toEqual([6, 6]);
  });

  it('forgets a state that somebody set, at its next evaluation', async () => {
    await alarm('Forced', { TreatMissingData: 'notBreaching' });
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'Forced', StateValue: 'ALARM', StateReason: 'drill' }));
    const forced = await stateOf('Forced');
    await cloud.clock.pass(MINUTE);

    expect([forced, await stateOf('Forced')]).toEqual(['ALARM', 'OK']);
  });

  it('combines alarms by a rule', async () => {
    await alarm('A', { TreatMissingData: 'ignore' });
    await alarm('B', { TreatMissingData: 'ignore' });
    await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'Both', AlarmRule: 'ALARM("A") AND NOT (OK(B) OR INSUFFICIENT_DATA(B))' }));
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'A', StateValue: 'ALARM', StateReason: 'drill' }));
    const one = await stateOf('Both');
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'B', StateValue: 'ALARM', StateReason: 'drill' }));

    expect([one, await stateOf('Both')]).toEqual(['OK', 'ALARM']);
    await expect(cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'C', AlarmRule: 'ALARM("nothing")' }))).rejects.toThrow('do not exist');
    await expect(cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'C', AlarmRule: 'ALARM("A") AND' }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('refuses alarms that could never be evaluated', async () => {
    await expect(alarm('x', { Statistic: undefined })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(alarm('x', { EvaluationPeriods: 1441 })).rejects.toThrow('cannot be checked across more than 1 day(s)');
    await expect(alarm('x', { DatapointsToAlarm: 2 })).rejects.toThrow('DatapointsToAlarm must be between 1 and EvaluationPeriods (1)');
    await expect(alarm('x', { ComparisonOperator: 'LessThanLowerThreshold', Threshold: undefined, ThresholdMetricId: 'ad1' })).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('keeps a dashboard whose widgets are well-formed, and no other', async () => {
    const body = (metrics: unknown) => JSON.stringify({ widgets: [{ type: 'metric', properties: { region: 'eu-west-1', metrics } }] });
    await cloudwatch.send(new PutDashboardCommand({ DashboardName: 'Backups', DashboardBody: body([['Holdfast', 'AgeHours', 'cluster', 'orders'], ['.', 'Rows', '.', '.', { stat: 'Sum' }], [{ expression: 'm1+1' }]]) }));

    await expect(cloudwatch.send(new GetDashboardCommand({ DashboardName: 'Backups' }))).resolves.toMatchObject({ DashboardName: 'Backups' });
    await expect(cloudwatch.send(new PutDashboardCommand({ DashboardName: 'Backups', DashboardBody: body([['Holdfast', 'AgeHours', 'cluster']]) }))).rejects.toBeInstanceOf(DashboardInvalidInputError);
    await expect(cloudwatch.send(new PutDashboardCommand({ DashboardName: 'Backups', DashboardBody: '{' }))).rejects.toBeInstanceOf(DashboardInvalidInputError);
  });

  it('creates the resources of a template', async () => {
    await deployResources(cloud, place, {
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'FromTemplate', Metrics: [{ Id: 'm1', MetricStat: { Metric: { Namespace: 'N', MetricName: 'M', Dimensions: [{ Name: 'a', Value: 'b' }] }, Period: 60, Stat: 'Sum' }, ReturnData: false }, { Id: 'e', Expression: 'FILL(m1,0)', Period: 60 }], EvaluationPeriods: 2, Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' } },
      Composite: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: 'FromTemplateToo', AlarmRule: { 'Fn::Sub': 'ALARM("${Alarm}")' } } },
      Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardName: 'FromTemplate', DashboardBody: '{"widgets":[{"type":"text","properties":{"markdown":"# hi"}}]}', Tags: [{ Key: 'team', Value: 'data' }] } },
    });
    await cloud.clock.pass(MINUTE);

    expect(await stateOf('FromTemplate')).toBe('OK');
    expect(await stateOf('FromTemplateToo')).toBe('OK');
    expect((await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: `arn:aws:cloudwatch::${place.account}:dashboard/FromTemplate` }))).Tags).toEqual([{ Key: 'team', Value: 'data' }]);
  });
});
