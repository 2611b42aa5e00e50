import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

describe('a week that leaps by', () => {
  it('is a few leaps, not one for each of the minutes of a hundred alarms', async () => {
    const cloud = await LocalCloud.start();
    const cloudwatch = cloud.client(CloudWatchClient, place);
    const alarms = Array.from({ length: 100 }, (_, index) => `alarm-${index}`);
    for (const AlarmName of alarms) {
      await cloudwatch.send(
        new PutMetricAlarmCommand({ AlarmName, Namespace: 'N', MetricName: AlarmName, Statistic: 'Sum', Period: 60, EvaluationPeriods: 3, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'breaching' }),
      );
      cloud.services.integration.metrics.level({ place, namespace: 'N', name: AlarmName, dimensions: {}, value: 1, lastsMs: 6 * 24 * HOUR });
    }

    let leaps = 0;
    cloud.clock.onChange(() => (leaps += 1));
    await cloud.clock.pass(WEEK);
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    await cloud.stop();

    expect(MetricAlarms!.map(({ StateValue }) => StateValue)).toEqual(alarms.map(() => 'ALARM'));
    expect(leaps).toBeLessThan(1_000);
  });
});
