import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateQueueCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('an alarm on the messages that wait in a queue', () => {
  it('goes off when one comes after hours of silence, and off again when it is gone', async () => {
    const cloud = await LocalCloud.start();
    const cloudwatch = cloud.client(CloudWatchClient, place);
    const sqs = cloud.client(SQSClient, place);
    const state = async () => (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['waiting'] }))).MetricAlarms?.[0]?.StateValue;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'failures' }));
    await cloudwatch.send(
      new PutMetricAlarmCommand({ AlarmName: 'waiting', Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions: [{ Name: 'QueueName', Value: 'failures' }], Statistic: 'Maximum', Period: 300, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' }),
    );
    await cloud.clock.pass(HOUR);
    const before = await state();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a failure' }));
    await cloud.clock.pass(11 * MINUTE);
    const waiting = await state();
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await cloud.clock.pass(11 * MINUTE);
    const after = await state();
    await cloud.stop();

    expect([before, waiting, after]).toEqual(['OK', 'ALARM', 'OK']);
  });
});
