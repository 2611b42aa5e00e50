import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { createFunctionFrom } from '../../../../../support/create-function';
import { createServiceRole } from '../../../../../support/create-role';

const place = { account: '111111111111', region: 'eu-west-1' };
const MINUTE = 60_000;

const FUNCTION = `
  class NoUsableSnapshot extends Error { name = 'AuroraRestore.NoUsableSnapshot'; }
  exports.handler = async (event) => {
    if (event.fail) throw new NoUsableSnapshot('too old');
    console.log('received ' + JSON.stringify(event));
    return { doubled: event.n * 2 };
  };
`;

describe('functions that other services call', () => {
  let cloud: LocalCloud;
  let functionArn: string;
  let roleArn: string;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    functionArn = await createFunctionFrom(cloud, place, 'worker', await createServiceRole(cloud, place, 'lambda.amazonaws.com', ['logs:*']), FUNCTION);
    roleArn = await createServiceRole(cloud, place, 'states.amazonaws.com', ['lambda:InvokeFunction']);
  });
  afterAll(async () => {
    expect(cloud.defects).toEqual([]);
    await cloud.stop();
  });

  const run = async (name: string, task: object, input: object) => {
    const sfn = cloud.client(SFNClient, place);
    const definition = JSON.stringify({ StartAt: 'Work', States: { Work: { Type: 'Task', End: true, ...task } } });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name, roleArn, definition }));
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
    for (;;) {
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== 'RUNNING') return described;
      await cloud.clock.pass(MINUTE);
    }
  };
  const permit = (Principal: string, SourceArn?: string) => cloud.client(LambdaClient, place).send(new AddPermissionCommand({ FunctionName: 'worker', StatementId: Principal.split('.').join('-'), Action: 'lambda:InvokeFunction', Principal, SourceArn }));
  const received = async (text: string) => {
    await cloud.clock.pass(MINUTE);
    const { events = [] } = await cloud.client(CloudWatchLogsClient, place).send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/worker', filterPattern: `received "${text}"` }));
    return events.length;
  };

  it('answer a task that names them', async () => {
    await expect(run('by-arn', { Resource: functionArn }, { n: 21 })).resolves.toMatchObject({ status: 'SUCCEEDED', output: '{"doubled":42}' });
  });

  it('answer a task through the Lambda API', async () => {
    const { output } = await run('by-api', { Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: functionArn, 'Payload.$': '$' } }, { n: 4 });

    expect(JSON.parse(output!)).toMatchObject({ Payload: { doubled: 8 }, StatusCode: 200, ExecutedVersion: '$LATEST' });
  });

  it('fail a task under the name of their error', async () => {
    const { error, cause } = await run('failing', { Resource: functionArn }, { fail: true });

    expect(error).toBe('AuroraRestore.NoUsableSnapshot');
    expect(JSON.parse(cause!)).toMatchObject({ errorType: 'AuroraRestore.NoUsableSnapshot', errorMessage: 'too old' });
  });

  it('fail a task that names none of them', async () => {
    await expect(run('nowhere', { Resource: `${functionArn}-gone` }, {})).resolves.toMatchObject({ error: 'Lambda.ResourceNotFoundException' });
  });

  it('receive messages of a topic', async () => {
    const sns = cloud.client(SNSClient, place);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'work' }));
    await permit('sns.amazonaws.com', TopicArn);
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: functionArn }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'from a topic' }));

    expect(await received('from a topic')).toBe(1);
  });

  it('receive events', async () => {
    const events = cloud.client(EventBridgeClient, place);
    const { RuleArn } = await events.send(new PutRuleCommand({ Name: 'work', EventPattern: '{"source":["test"]}' }));
    await permit('events.amazonaws.com', RuleArn);
    await events.send(new PutTargetsCommand({ Rule: 'work', Targets: [{ Id: 'f', Arn: functionArn }] }));
    await events.send(new PutEventsCommand({ Entries: [{ Source: 'test', DetailType: 'x', Detail: '{"text":"from a bus"}' }] }));

    expect(await received('from a bus')).toBe(1);
  });

  it('are called by schedules', async () => {
    const RoleArn = await createServiceRole(cloud, place, 'scheduler.amazonaws.com', ['lambda:InvokeFunction']);
    await cloud.client(SchedulerClient, place).send(new CreateScheduleCommand({ Name: 'work', ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: functionArn, RoleArn, Input: '{"text":"from a schedule"}' } }));

    expect(await received('from a schedule')).toBe(1);
  });

  it('are called by alarms', async () => {
    const cloudwatch = cloud.client(CloudWatchClient, place);
    await permit('lambda.alarms.cloudwatch.amazonaws.com');
    await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'calls', AlarmActions: [functionArn], Namespace: 'N', MetricName: 'm', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' }));
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'calls', StateValue: 'ALARM', StateReason: 'drill by hand' }));

    expect(await received('drill by hand')).toBe(1);
  });
});
