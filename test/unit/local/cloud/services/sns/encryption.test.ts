import { CloudWatchClient, DescribeAlarmHistoryCommand, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { actAs, allow } from '../../../../../support/role-session';

const place = { account: '111111111111', region: 'eu-west-1' };
const ROOT = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'kms:*', Resource: '*' };

describe('an encrypted topic', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(async () => {
    expect(cloud.defects).toEqual([]);
    await cloud.stop();
  });

  const key = async (...services: string[]) => {
    const forServices = services.map((Service) => ({ Effect: 'Allow', Principal: { Service }, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' }));
    const { KeyMetadata } = await cloud.client(KMSClient, place).send(new CreateKeyCommand({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: [ROOT, ...forServices] }) }));
    return KeyMetadata!.Arn!;
  };
  const topic = async (Name: string, KmsMasterKeyId: string) => (await cloud.client(SNSClient, place).send(new CreateTopicCommand({ Name, Attributes: { KmsMasterKeyId } }))).TopicArn!;
  const alarmActions = async (AlarmName: string, TopicArn: string) => {
    const cloudwatch = cloud.client(CloudWatchClient, place);
    await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, AlarmActions: [TopicArn], Namespace: 'N', MetricName: 'm', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' }));
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'drill' }));
    await cloud.clock.pass(1000);
    const { AlarmHistoryItems } = await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'Action' }));
    return AlarmHistoryItems!.map(({ HistorySummary }) => HistorySummary!);
  };

  it('takes messages of those who may use its key', async () => {
    const TopicArn = await topic('secret', await key());
    const without = await actAs(cloud, place.account, 'without-key', [allow('sns:Publish')]);
    const withKey = await actAs(cloud, place.account, 'with-key', [allow(['sns:Publish', 'kms:GenerateDataKey', 'kms:Decrypt'])]);

    await expect(without.client(SNSClient, place.region).send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toMatchObject({ name: 'KMSAccessDeniedException' });
    await expect(withKey.client(SNSClient, place.region).send(new PublishCommand({ TopicArn, Message: 'x' }))).resolves.toMatchObject({ MessageId: expect.any(String) as string });
  });

  it('takes messages of alarms only if its key lets them', async () => {
    expect(await alarmActions('Deaf', await topic('closed', await key()))).toEqual([expect.stringContaining('Failed to execute action')]);
    expect(await alarmActions('Heard', await topic('open', await key('cloudwatch.amazonaws.com')))).toEqual([expect.stringContaining('Successfully executed action')]);
  });

  it('reaches an encrypted queue only if the key of the queue lets it, whose receivers need the key too', async () => {
    const sqs = cloud.client(SQSClient, place);
    const TopicArn = (await cloud.client(SNSClient, place).send(new CreateTopicCommand({ Name: 'plain' }))).TopicArn!;
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }] });
    const queue = async (QueueName: string, KmsMasterKeyId: string) => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { KmsMasterKeyId, Policy } }));
      await cloud.client(SNSClient, place).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:${place.region}:${place.account}:${QueueName}` }));
      return QueueUrl!;
    };
    const closed = await queue('closed', await key());
    const open = await queue('open', await key('sns.amazonaws.com'));
    await cloud.client(SNSClient, place).send(new PublishCommand({ TopicArn, Message: 'x' }));
    await cloud.clock.pass(1000);
    const reader = await actAs(cloud, place.account, 'reader', [allow('sqs:*')]);

    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: closed }))).Messages ?? []).toEqual([]);
    await expect(reader.client(SQSClient, place.region).send(new ReceiveMessageCommand({ QueueUrl: open }))).rejects.toMatchObject({ name: 'KmsAccessDenied' });
    await expect(reader.client(SQSClient, place.region).send(new SendMessageCommand({ QueueUrl: open, MessageBody: 'x' }))).rejects.toMatchObject({ name: 'KmsAccessDenied' });
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: open }))).Messages).toHaveLength(1);
  });
});

describe('an encrypted log group', () => {
  it('exists only if its key lets CloudWatch Logs of the region use it', async () => {
    const cloud = await LocalCloud.start();
    const logs = cloud.client(CloudWatchLogsClient, place);
    const create = async (logGroupName: string, ...statements: object[]) => {
      const { KeyMetadata } = await cloud.client(KMSClient, place).send(new CreateKeyCommand({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: [ROOT, ...statements] }) }));
      return logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId: KeyMetadata!.Arn }));
    };
    const forLogs = (arn: string) => ({ Effect: 'Allow', Principal: { Service: `logs.${place.region}.amazonaws.com` }, Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'], Resource: '*', Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn } } });

    await expect(create('/closed')).rejects.toThrow('not allowed to be used');
    await expect(create('/other', forLogs(`arn:aws:logs:${place.region}:${place.account}:log-group:/else`))).rejects.toThrow('not allowed to be used');
    await expect(create('/open', forLogs(`arn:aws:logs:${place.region}:${place.account}:log-group:*`))).resolves.toBeDefined();
    await cloud.stop();
  });
});
