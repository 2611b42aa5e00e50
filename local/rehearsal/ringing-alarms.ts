import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Place } from '../cloud/gateway/service';
import type { Stage } from './stage';

/** The names of the alarms of a place that are in alarm. */
export async function ringingAlarms(stage: Stage<unknown>, place: Place): Promise<readonly string[]> {
  const { MetricAlarms = [] } = await stage.client(CloudWatchClient, place).send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
  return MetricAlarms.map(({ AlarmName = '' }) => AlarmName);
}
