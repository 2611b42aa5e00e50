import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand, PutResourcePolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  ResourceNotFoundException,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { createServiceRole } from '../../../../../support/create-role';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };
const abroad = { account: '222222222222', region: 'us-east-1' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('EventBridge', () => {
  let cloud: LocalCloud;
  let events: EventBridgeClient;
  let sequence = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ startAt: new Date('2026-11-21T10:00:10Z') });
    events = cloud.client(EventBridgeClient, place);
  });
  afterAll(async () => {
    expect(cloud.defects).toEqual([]);
    await cloud.stop();
  });

  const queue = async (name: string, at = place) => {
    const sqs = cloud.client(SQSClient, at);
    const arn = `arn:aws:sqs:${at.region}:${at.account}:${name}`;
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn, Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:events:${at.region}:${at.account}:rule/*` } } }] });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
    const receive = async (): Promise<Message[]> => {
      await cloud.clock.pass(1000);
      return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }))).Messages ?? [];
    };
    return { arn, QueueUrl: QueueUrl!, receive, bodies: async () => (await receive()).map(({ Body }) => JSON.parse(Body!) as Record<string, unknown>) };
  };
  const rule = async (pattern: object, target: Partial<Target>, more = {}) => {
    const Name = `rule-${(sequence += 1)}`;
    const { RuleArn } = await events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern), ...more }));
    await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'target', Arn: '', ...target }] }));
    return { Name, RuleArn };
  };
  const put = (Source: string, detail: object, more = {}) => events.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'Test', Detail: JSON.stringify(detail), ...more }] }));

  it('takes events to the targets of the rules that match them', async () => {
    const target = await queue('matched');
    await rule({ source: ['holdfast.match'], detail: { age: [{ numeric: ['>', 24] }] } }, { Arn: target.arn });
    await put('holdfast.match', { age: 25 }, { Resources: ['arn:aws:x'] });
    await put('holdfast.match', { age: 24 });

    expect(await target.bodies()).toEqual([
      expect.objectContaining({ version: '0', source: 'holdfast.match', 'detail-type': 'Test', account: place.account, region: place.region, resources: ['arn:aws:x'], detail: { age: 25 }, time: expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string }),
    ]);
  });

  it('gives targets a constant, a part, or a transformation of the event', async () => {
    const target = await queue('shaped');
    await rule({ source: ['holdfast.shape'] }, { Arn: target.arn, Input: '{"constant":true}' });
    await rule({ source: ['holdfast.shape'] }, { Arn: target.arn, InputPath: '$.detail.inner' });
    const { RuleArn } = await rule({ source: ['holdfast.shape'] }, { Arn: target.arn, InputTransformer: { InputPathsMap: { name: '$.detail.name', inner: '$.detail.inner' }, InputTemplate: '{"text":"it is <name>!","name":<name>,"inner":<inner>,"rule":<aws.events.rule-arn>}' } });
    await put('holdfast.shape', { name: 'a "b"', inner: { x: 1 } });

    expect(await target.bodies()).toEqual(
      expect.arrayContaining([{ constant: true }, { x: 1 }, { text: 'it is a "b"!', name: 'a "b"', inner: { x: 1 }, rule: RuleArn }]),
    );
  });

  it('lets scheduled rules happen on the clock, until they are disabled', async () => {
    const target = await queue('scheduled');
    const { Name, RuleArn } = await rule({}, { Arn: target.arn }, { EventPattern: undefined, ScheduleExpression: 'cron(0/15 * * * ? *)' });
    await cloud.clock.pass(HOUR);
    const during = await target.bodies();
    await events.send(new DisableRuleCommand({ Name }));
    await cloud.clock.pass(HOUR);

    expect(during.map(({ time }) => (time as string).slice(14))).toEqual(expect.arrayContaining(['15:00Z', '30:00Z', '45:00Z', '00:00Z']));
    expect(during[0]).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [RuleArn], detail: {} });
    expect(await target.bodies()).toHaveLength(4);
  });

  it('buries what it may not deliver, with the reason', async () => {
    const letters = await queue('letters');
    const gone = await queue('gone');
    await cloud.client(SQSClient, place).send(new DeleteQueueCommand({ QueueUrl: gone.QueueUrl }));
    const { RuleArn } = await rule({ source: ['holdfast.bury'] }, { Arn: gone.arn, DeadLetterConfig: { Arn: letters.arn } });
    await put('holdfast.bury', { n: 1 });

    const [letter] = await letters.receive();

    expect(JSON.parse(letter!.Body!)).toMatchObject({ detail: { n: 1 } });
    expect(letter!.MessageAttributes).toMatchObject({ RULE_ARN: { StringValue: RuleArn }, TARGET_ARN: { StringValue: gone.arn }, ERROR_CODE: { StringValue: expect.any(String) as string } });
  });

  it('tries again where the target has a fault, and gives up in time', async () => {
    const target = await queue('throttled');
    const letters = await queue('exhausted');
    await rule({ source: ['holdfast.retry'] }, { Arn: target.arn, RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: letters.arn } });
    cloud.faults.add({ service: 'sqs', operation: 'SendMessage', account: '*', caller: 'events.amazonaws.com', nth: 1, times: 5, effect: { kind: 'throttle' } });
    await put('holdfast.retry', { n: 1 });
    await cloud.clock.pass(MINUTE);
    cloud.faults.clear();
    await put('holdfast.retry', { n: 2 });

    expect((await target.bodies()).map(({ detail }) => detail)).toEqual([{ n: 2 }]);
    expect(await letters.bodies()).toEqual([]);
    expect(cloud.calls.all().filter(({ operation, outcome }) => operation === 'SendMessage' && outcome.startsWith('Throttl'))).toHaveLength(5);
  });

  it('starts state machines with its role', async () => {
    const role = await createServiceRole(cloud, place, 'events.amazonaws.com', ['states:StartExecution']);
    const machineRole = await createServiceRole(cloud, place, 'states.amazonaws.com', []);
    const sfn = cloud.client(SFNClient, place);
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'target', roleArn: machineRole, definition: '{"StartAt":"Done","States":{"Done":{"Type":"Pass","End":true}}}' }));
    const target = await queue('announced');
    await rule({ source: ['holdfast.start'] }, { Arn: stateMachineArn, RoleArn: role });
    await rule({ source: ['aws.states'], detail: { stateMachineArn: [stateMachineArn], status: ['SUCCEEDED'] } }, { Arn: target.arn });
    await put('holdfast.start', {});
    const [announced] = await target.bodies();

    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));

    expect(executions).toEqual([expect.objectContaining({ status: 'SUCCEEDED' })]);
    expect(announced).toMatchObject({ 'detail-type': 'Step Functions Execution Status Change', resources: [executions![0]!.executionArn] });
  });

  it('takes events to a bus of another account, which must allow it, and leaves them as they are', async () => {
    const target = await queue('abroad', abroad);
    const there = cloud.client(EventBridgeClient, abroad);
    await there.send(new PutRuleCommand({ Name: 'arrivals', EventPattern: '{"source":["aws.holdfast","holdfast.forward"]}' }));
    await there.send(new PutTargetsCommand({ Rule: 'arrivals', Targets: [{ Id: 'q', Arn: target.arn }] }));
    const letters = await queue('refused');
    const role = await createServiceRole(cloud, place, 'events.amazonaws.com', ['events:PutEvents'], 'forwarder');
    await rule({ source: [{ suffix: 'holdfast' }, 'holdfast.forward'] }, { Arn: `arn:aws:events:${abroad.region}:${abroad.account}:event-bus/default`, RoleArn: role, DeadLetterConfig: { Arn: letters.arn } });
    await put('holdfast.forward', { n: 1 });
    const refused = await letters.bodies();
    await there.send(new PutPermissionCommand({ StatementId: 'source', Action: 'events:PutEvents', Principal: place.account }));
    cloud.services.integration.events.emit({ place, source: 'aws.holdfast', detailType: 'Service Event', resources: [], detail: { n: 2 } });

    const arrived = await target.bodies();

    expect(refused.map(({ detail }) => detail)).toEqual([{ n: 1 }]);
    expect(arrived).toEqual([expect.objectContaining({ source: 'aws.holdfast', account: place.account, region: place.region, detail: { n: 2 } })]);
  });

  it('writes events to log groups whose resource policy lets it', async () => {
    const logs = cloud.client(CloudWatchLogsClient, place);
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/events/all' }));
    const arn = `arn:aws:logs:${place.region}:${place.account}:log-group:/aws/events/all`;
    await logs.send(new PutResourcePolicyCommand({ policyName: 'events', policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: `${arn}:*` }] }) }));
    await rule({ source: ['holdfast.log'] }, { Arn: arn });
    await put('holdfast.log', { n: 1 });
    await cloud.clock.pass(1000);

    const { events: lines } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/events/all', filterPattern: '{ $.detail.n = 1 }' }));

    expect(lines).toHaveLength(1);
  });

  it('refuses entries one by one', async () => {
    const { FailedEntryCount, Entries } = await events.send(
      new PutEventsCommand({ Entries: [{ Source: 'aws.rds', DetailType: 'x', Detail: '{}' }, { Source: 'mine', DetailType: 'x', Detail: '[]' }, { Source: 'mine', Detail: '{}' }, { Source: 'mine', DetailType: 'x', Detail: '{}' }] }),
    );

    expect(FailedEntryCount).toBe(3);
    expect(Entries!.map(({ ErrorCode }) => ErrorCode)).toEqual(['NotAuthorizedForSourceException', 'MalformedDetail', 'InvalidArgument', undefined]);
  });

  it('refuses rules and targets that could not work', async () => {
    await expect(rule({ source: 'text' }, {})).rejects.toBeInstanceOf(InvalidEventPatternException);
    await expect(events.send(new PutRuleCommand({ Name: 'x', ScheduleExpression: 'rate(1 minutes)' }))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(rule({ source: ['x'] }, { Arn: 'arn:aws:kinesis:eu-west-1:111111111111:stream/x' })).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(events.send(new DescribeRuleCommand({ Name: 'nothing' }))).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('creates the resources of a template', async () => {
    const target = await queue('deployed');
    const { resources } = await deployResources(cloud, place, {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'backups' } },
      Policy: { Type: 'AWS::Events::EventBusPolicy', Properties: { EventBusName: { Ref: 'Bus' }, StatementId: 'all', Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${abroad.account}:root` }, Action: 'events:PutEvents', Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] } } } },
      Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'Bus' }, EventPattern: { source: ['vault'] }, Targets: [{ Id: 'Target0', Arn: target.arn, RetryPolicy: { MaximumRetryAttempts: 1 } }] } },
    });
    const Name = resources.get('Rule')!.ref.split('|')[1]!;
    await cloud.client(EventBridgeClient, { ...abroad, region: place.region }).send(new PutEventsCommand({ Entries: [{ EventBusName: resources.get('Bus')!.attributes!['Arn'] as string, Source: 'vault', DetailType: 'x', Detail: '{}' }] }));

    expect((await events.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName: 'backups' }))).Targets).toHaveLength(1);
    expect(await target.bodies()).toEqual([expect.objectContaining({ source: 'vault', account: abroad.account })]);
    await expect(events.send(new CreateEventBusCommand({ Name: 'backups' }))).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  });
});
