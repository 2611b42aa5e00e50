import {
  ConflictException,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { createServiceRole } from '../../../../../support/create-role';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('EventBridge Scheduler', () => {
  let cloud: LocalCloud;
  let scheduler: SchedulerClient;
  let RoleArn: string;
  beforeEach(async () => {
    cloud = await LocalCloud.start({ startAt: new Date('2026-11-21T10:00:10Z') });
    scheduler = cloud.client(SchedulerClient, place);
    RoleArn = await createServiceRole(cloud, place, 'scheduler.amazonaws.com', ['sqs:SendMessage', 'sqs:PurgeQueue']);
  });
  afterEach(async () => {
    expect(cloud.defects).toEqual([]);
    await cloud.stop();
  });

  const queue = async (QueueName: string) => {
    const sqs = cloud.client(SQSClient, place);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }))).Messages ?? [];
    return { Arn: `arn:aws:sqs:eu-west-1:${place.account}:${QueueName}`, QueueUrl: QueueUrl!, receive, bodies: async () => (await receive()).map(({ Body }) => Body!) };
  };
  const create = (Name: string, ScheduleExpression: string, target: object, more: Partial<CreateScheduleCommandInput> = {}) =>
    scheduler.send(new CreateScheduleCommand({ Name, ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: '', RoleArn, Input: '<aws.scheduler.scheduled-time>', ...target }, ...more }));

  it('invokes its target as its role, at the times of its time zone', async () => {
    const { Arn, bodies } = await queue('nightly');
    await create('nightly', 'cron(30 2 * * ? *)', { Arn }, { ScheduleExpressionTimezone: 'America/New_York' });
    await cloud.clock.pass(2 * DAY);

    expect((await bodies()).sort()).toEqual(['2026-11-22T07:30:00Z', '2026-11-23T07:30:00Z']);
    expect(cloud.calls.all().find(({ operation }) => operation === 'SendMessage')).toMatchObject({ caller: 'nightly', principal: expect.stringContaining('assumed-role/role-for-scheduler') as string });
  });

  it('begins a rate at once, or on its start date, and ends it on its end date', async () => {
    const now = await queue('now');
    const later = await queue('later');
    await create('now', 'rate(1 hour)', { Arn: now.Arn }, { EndDate: new Date('2026-11-21T12:30:00Z') });
    await create('later', 'rate(1 hour)', { Arn: later.Arn }, { StartDate: new Date('2026-11-21T11:30:00Z') });
    await cloud.clock.pass(3 * HOUR);

    expect((await now.bodies()).map((time) => time.slice(11, 16)).sort()).toEqual(['10:00', '11:00', '12:00']);
    expect((await later.bodies()).sort()).toEqual(['2026-11-21T11:30:00Z', '2026-11-21T12:30:00Z']);
  });

  it('happens once at a time, and then is deleted if it says so', async () => {
    const { Arn, bodies } = await queue('once');
    await create('once', 'at(2026-11-21T11:00:00)', { Arn, Input: '{"id":"<aws.scheduler.execution-id>","attempt":<aws.scheduler.attempt-number>,"arn":"<aws.scheduler.schedule-arn>"}' }, { ActionAfterCompletion: 'DELETE' });
    await cloud.clock.pass(DAY);

    expect((await bodies()).map((body) => JSON.parse(body) as object)).toEqual([{ id: expect.any(String) as string, attempt: 1, arn: `arn:aws:scheduler:eu-west-1:${place.account}:schedule/default/once` }]);
    await expect(scheduler.send(new GetScheduleCommand({ Name: 'once' }))).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('spreads invocations over a flexible window, the same way every time', async () => {
    const { Arn, receive } = await queue('flexible');
    await create('flexible', 'at(2026-11-21T11:00:00)', { Arn }, { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 } });
    await cloud.clock.pass(HOUR - 30_000);
    const before = await receive();
    await cloud.clock.pass(HOUR);

    expect(before).toEqual([]);
    expect(await receive()).toHaveLength(1);
  });

  it('pauses while it is disabled', async () => {
    const { Arn, bodies } = await queue('paused');
    const FlexibleTimeWindow = { Mode: 'OFF' as const };
    await create('paused', 'rate(1 hour)', { Arn }, { State: 'DISABLED' });
    await cloud.clock.pass(3 * HOUR);
    const during = await bodies();
    await scheduler.send(new UpdateScheduleCommand({ Name: 'paused', ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow, Target: { Arn, RoleArn, Input: 'x' } }));
    await cloud.clock.pass(MINUTE);

    expect(during).toEqual([]);
    expect(await bodies()).toEqual(['x']);
  });

  it('stands still while its region is lost, and makes up for nothing', async () => {
    const { Arn, bodies } = await queue('lost');
    await create('lost', 'rate(1 hour)', { Arn });
    await cloud.clock.pass(MINUTE);
    const before = await bodies();
    await cloud.regions.lose(place.region);
    await cloud.clock.pass(3 * HOUR);
    await cloud.regions.restore(place.region);
    await cloud.clock.pass(HOUR);

    expect(before.map((time) => time.slice(11, 16))).toEqual(['10:00']);
    expect((await bodies()).map((time) => time.slice(11, 16)).filter((time) => time !== '10:00')).toEqual(['14:00']);
    expect(cloud.calls.all().filter(({ operation }) => operation === 'SendMessage')).toHaveLength(2);
  });

  it('calls any API as a universal target', async () => {
    const { QueueUrl, receive } = await queue('universal');
    await create('universal', 'rate(1 hour)', { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', Input: JSON.stringify({ QueueUrl, MessageBody: 'called' }) });
    await cloud.clock.pass(MINUTE);

    expect((await receive()).map(({ Body }) => Body)).toEqual(['called']);
    await expect(create('reads', 'rate(1 hour)', { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:getQueueUrl', Input: '{}' })).rejects.toBeInstanceOf(ValidationException);
  });

  it('buries what it could not deliver, with the reason', async () => {
    const letters = await queue('letters');
    const gone = await queue('gone');
    await cloud.client(SQSClient, place).send(new DeleteQueueCommand({ QueueUrl: gone.QueueUrl }));
    await create('lost', 'at(2026-11-21T11:00:00)', { Arn: gone.Arn, Input: '{"n":1}', DeadLetterConfig: { Arn: letters.Arn } });
    await cloud.clock.pass(2 * HOUR);

    const [letter] = await letters.receive();

    expect(letter).toMatchObject({ Body: '{"n":1}', MessageAttributes: { ERROR_CODE: { StringValue: 'QueueDoesNotExist' }, SCHEDULED_TIME: { StringValue: '2026-11-21T11:00:00Z' } } });
  });

  it('tries again where the target has a fault', async () => {
    const { Arn, bodies } = await queue('throttled');
    cloud.faults.add({ service: 'sqs', operation: 'SendMessage', account: '*', caller: 'again', nth: 1, times: 3, effect: { kind: 'throttle' } });
    await create('again', 'at(2026-11-21T11:00:00)', { Arn, Input: 'attempt <aws.scheduler.attempt-number>' });
    await cloud.clock.pass(2 * HOUR);

    expect(await bodies()).toEqual(['attempt 4']);
  });

  it('refuses what could not work', async () => {
    const untrusting = await createServiceRole(cloud, place, 'lambda.amazonaws.com', [], 'untrusting');
    const { Arn } = await queue('target');
    await create('taken', 'rate(1 day)', { Arn });

    await expect(create('x', 'rate(1 hour)', { Arn, RoleArn: untrusting })).rejects.toThrow('must allow AWS EventBridge Scheduler to assume the role');
    await expect(create('x', 'rate(1 hours)', { Arn })).rejects.toBeInstanceOf(ValidationException);
    await expect(create('x', 'rate(1 hour)', { Arn }, { ScheduleExpressionTimezone: 'Mars/Base' })).rejects.toThrow('Timezone');
    await expect(create('x', 'rate(1 hour)', { Arn }, { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } })).rejects.toThrow('MaximumWindowInMinutes');
    await expect(create('taken', 'rate(1 day)', { Arn })).rejects.toBeInstanceOf(ConflictException);
    await expect(create('x', 'rate(1 day)', { Arn }, { GroupName: 'nothing' })).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('keeps schedules in groups', async () => {
    const { Arn } = await queue('grouped');
    await scheduler.send(new CreateScheduleGroupCommand({ Name: 'backups', Tags: [{ Key: 'team', Value: 'data' }] }));
    await create('same', 'rate(1 day)', { Arn });
    await create('same', 'rate(1 day)', { Arn }, { GroupName: 'backups' });

    const { Schedules } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'backups' }));

    expect(Schedules).toEqual([expect.objectContaining({ Name: 'same', GroupName: 'backups', State: 'ENABLED' })]);
  });

  it('creates the resources of a template', async () => {
    const { Arn, bodies } = await queue('deployed');
    const { resources } = await deployResources(cloud, place, {
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'drills' } },
      Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: { GroupName: { Ref: 'Group' }, ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' }, State: 'ENABLED', Target: { Arn, RoleArn, Input: '"go"', RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 } } } },
    });
    await cloud.clock.pass(MINUTE);

    expect(resources.get('Schedule')!.attributes!['Arn']).toContain('schedule/drills/');
    expect(await bodies()).toEqual(['"go"']);
  });
});
