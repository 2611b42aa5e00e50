import type * as sdk from '@aws-sdk/client-scheduler';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf, type Page } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagList, tagMap } from '../../gateway/tags';
import { newSchedule } from './new-schedule';
import type { ScheduleRunner } from './schedule-runner';
import { DEFAULT_GROUP, groupArn, newGroup, scheduleArn, type Schedule, type ScheduleGroup, type SchedulerState } from './scheduler-state';

/** The operations of EventBridge Scheduler. */
export function schedulerOperations(state: SchedulerState, runner: ScheduleRunner, context: CloudContext): Operations<typeof sdk> {
  const { clock } = context;
  const access = (call: Call, name: string | undefined, group: string = DEFAULT_GROUP): Access => ({
    resource: scheduleArn(call, group, name ?? ''),
    context: resourceTagContext(state.groupsIn(call).get(group)?.tags ?? {}),
  });
  const byName = ({ Name, GroupName }: { Name: string | undefined; GroupName?: string | undefined }, call: Call) => [access(call, Name, GroupName)];
  const groupAccess = (call: Call, arn: string, requested: Access['context'] = {}): Access => ({ resource: arn, context: { ...resourceTagContext(groupOf(state, call, arn)?.tags ?? {}), ...requested } });
  const byGroup = ({ Name = '' }: { Name: string | undefined }, call: Call) => [groupAccess(call, groupArn(call, Name))];

  const place = async (schedule: Schedule, group: ScheduleGroup, call: Call): Promise<void> => {
    await requireRole(runner, schedule);
    await useKey(context, schedule, call);
    group.schedules.get(schedule.name)?.timer?.cancel();
    group.schedules.set(schedule.name, schedule);
    runner.begin(schedule);
  };
  return {
    CreateSchedule: {
      access: (input, call) => [access(call, input.Name, input.GroupName), passRole(input.Target?.RoleArn)],
      run: async (input, call) => {
        const group = state.group(call, input.GroupName);
        if (group.schedules.has(input.Name ?? '')) throw new AwsError('ConflictException', `Schedule ${input.Name ?? ''} already exists.`);
        const schedule = newSchedule(call, input, clock.now(), clock.now());
        await place(schedule, group, call);
        return { ScheduleArn: schedule.arn };
      },
    },
    UpdateSchedule: {
      access: (input, call) => [access(call, input.Name, input.GroupName), passRole(input.Target?.RoleArn)],
      run: async (input, call) => {
        const { createdAt } = state.schedule(call, input.Name, input.GroupName);
        const schedule = newSchedule(call, input, clock.now(), createdAt);
        await place(schedule, state.group(call, input.GroupName), call);
        return { ScheduleArn: schedule.arn };
      },
    },
    DeleteSchedule: {
      access: byName,
      run: ({ Name, GroupName }, call) => {
        const schedule = state.schedule(call, Name, GroupName);
        schedule.timer?.cancel();
        state.group(call, GroupName).schedules.delete(schedule.name);
        return {};
      },
    },
    GetSchedule: { access: byName, run: ({ Name, GroupName }, call) => describeSchedule(state.schedule(call, Name, GroupName)) },
    ListSchedules: {
      access: () => [{ resource: '*' }],
      run: ({ GroupName, NamePrefix = '', State, MaxResults = 100, NextToken }, call) => {
        const groups = GroupName === undefined ? [...state.groupsIn(call).values()] : [state.group(call, GroupName)];
        const chosen = groups.flatMap(({ schedules }) => [...schedules.values()]).filter(({ name, isEnabled }) => name.startsWith(NamePrefix) && (State === undefined || (State === 'ENABLED') === isEnabled));
        const page = onPage(pageOf(chosen, MaxResults, NextToken));
        const Schedules = page.items.map((schedule) => {
          const { Arn, Name, GroupName: group, State: shown, CreationDate, LastModificationDate } = describeSchedule(schedule);
          return { Arn, Name, GroupName: group, State: shown, CreationDate, LastModificationDate, Target: { Arn: schedule.target.Arn } };
        });
        return { Schedules, NextToken: page.nextToken };
      },
    },
    CreateScheduleGroup: {
      access: ({ Name = '', Tags }, call) => {
        const granted = groupAccess(call, groupArn(call, Name), requestTagContext(tagMap(Tags)));
        return [granted, ...(Tags?.length ? [{ ...granted, action: 'scheduler:TagResource' }] : [])];
      },
      run: ({ Name: name = '', Tags }, call) => {
        if (!/^[0-9a-zA-Z\-_.]{1,64}$/.test(name)) throw new AwsError('ValidationException', `Invalid schedule group name: ${name}`);
        if (state.groupsIn(call).has(name)) throw new AwsError('ConflictException', `Schedule group ${name} already exists.`);
        const group = newGroup(call, name, clock.now());
        group.tags = tagMap(Tags);
        state.groupsIn(call).set(name, group);
        return { ScheduleGroupArn: group.arn };
      },
    },
    DeleteScheduleGroup: {
      access: byGroup,
      run: ({ Name = '' }, call) => {
        if (Name === DEFAULT_GROUP) throw new AwsError('ValidationException', 'The default schedule group cannot be deleted.');
        for (const { timer } of state.group(call, Name).schedules.values()) timer?.cancel();
        state.groupsIn(call).delete(Name);
        return {};
      },
    },
    GetScheduleGroup: { access: byGroup, run: ({ Name }, call) => describeGroup(state.group(call, Name)) },
    ListScheduleGroups: {
      access: () => [{ resource: '*' }],
      run: ({ NamePrefix = '', MaxResults = 100, NextToken }, call) => {
        const page = onPage(pageOf([...state.groupsIn(call).values()].filter(({ name }) => name.startsWith(NamePrefix)), MaxResults, NextToken));
        return { ScheduleGroups: page.items.map(describeGroup), NextToken: page.nextToken };
      },
    },
    TagResource: {
      access: ({ ResourceArn = '', Tags }, call) => [groupAccess(call, ResourceArn, requestTagContext(tagMap(Tags)))],
      run: ({ ResourceArn = '', Tags }, call) => {
        const group = requireGroup(state, call, ResourceArn);
        group.tags = { ...group.tags, ...tagMap(Tags) };
        return {};
      },
    },
    UntagResource: {
      access: ({ ResourceArn = '' }, call) => [groupAccess(call, ResourceArn)],
      run: ({ ResourceArn = '', TagKeys = [] }, call) => {
        const group = requireGroup(state, call, ResourceArn);
        group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ ResourceArn = '' }, call) => [groupAccess(call, ResourceArn)],
      run: ({ ResourceArn = '' }, call) => ({ Tags: tagList(requireGroup(state, call, ResourceArn).tags) }),
    },
  };
}

async function requireRole(runner: ScheduleRunner, schedule: Schedule): Promise<void> {
  try {
    await runner.roleOf(schedule);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('ValidationException', 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html */
async function useKey(context: CloudContext, { arn, kmsKeyArn, account, region }: Schedule, { principal }: Call): Promise<void> {
  if (kmsKeyArn === undefined) return;
  const kms = context.as(principal, { account, region }, 'scheduler.amazonaws.com');
  const EncryptionContext = { 'aws:scheduler:schedule:arn': arn };
  try {
    const { CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({ KeyId: kmsKeyArn, KeySpec: 'AES_256', EncryptionContext }));
    await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  } catch (error) {
    if (error instanceof AwsError) throw new AwsError('ValidationException', `The KMS key ${kmsKeyArn} cannot be used: ${error.message}`);
    throw error;
  }
}

function onPage<Item>(page: Page<Item> | undefined): Page<Item> {
  if (!page) throw new AwsError('ValidationException', 'Invalid NextToken');
  return page;
}

function groupOf(state: SchedulerState, call: Call, arn: string): ScheduleGroup | undefined {
  return state.groupsIn(call).get(/:schedule-group\/(.+)$/.exec(arn)?.[1] ?? '');
}

function requireGroup(state: SchedulerState, call: Call, arn: string): ScheduleGroup {
  const group = groupOf(state, call, arn);
  if (!group) throw new AwsError('ResourceNotFoundException', `Schedule group ${arn} does not exist.`);
  return group;
}

function passRole(roleArn: string | undefined): Access {
  return { action: 'iam:PassRole', resource: roleArn ?? '', context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };
}

function describeSchedule(schedule: Schedule) {
  return {
    Arn: schedule.arn,
    GroupName: schedule.group,
    Name: schedule.name,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    StartDate: schedule.startDate,
    EndDate: schedule.endDate,
    Description: schedule.description,
    State: schedule.isEnabled ? ('ENABLED' as const) : ('DISABLED' as const),
    KmsKeyArn: schedule.kmsKeyArn,
    Target: schedule.target,
    FlexibleTimeWindow: schedule.window,
    CreationDate: schedule.createdAt,
    LastModificationDate: schedule.modifiedAt,
    ActionAfterCompletion: schedule.afterCompletion,
  };
}

function describeGroup({ arn, name, createdAt }: ScheduleGroup) {
  return { Arn: arn, Name: name, State: 'ACTIVE' as const, CreationDate: createdAt, LastModificationDate: createdAt };
}
