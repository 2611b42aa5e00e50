import type * as sdk from '@aws-sdk/client-eventbridge';
import { compileEventPattern, type EventTest } from '../../engines/event-pattern/event-pattern';
import { InvalidEventPattern } from '../../engines/event-pattern/value-matcher';
import { InvalidScheduleExpression } from '../../engines/schedule/schedule-error';
import { parseSchedule } from '../../engines/schedule/schedule-expression';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagMap } from '../../gateway/tags';
import type { EventRouter } from './event-router';
import { checkTarget } from './event-targets';
import { DEFAULT_BUS, ruleArn, type EventsState, type Rule } from './events-state';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;

/** The operations on rules and their targets. */
export function ruleOperations(state: EventsState, router: EventRouter, clock: CloudClock): Operations<typeof sdk> {
  const access = (call: Call, name: string | undefined, bus: string | undefined, context: Access['context'] = {}): Access => {
    const tags = state.findBus(call, bus)?.rules.get(name ?? '')?.tags ?? {};
    return { resource: ruleArn(call, name ?? '', bus), context: { 'events:creatorAccount': call.account, ...resourceTagContext(tags), ...context } };
  };
  const byName = ({ Name, EventBusName }: { Name: string | undefined; EventBusName?: string | undefined }, call: Call) => [access(call, Name, EventBusName)];
  const enable = (rule: Rule, isEnabled: boolean): Record<string, never> => {
    rule.isEnabled = isEnabled;
    router.arrange(rule);
    return {};
  };
  return {
    PutRule: {
      access: ({ Name, EventBusName, RoleArn, Tags }, call) => {
        const requested = requestTagContext(tagMap(Tags));
        return [
          access(call, Name, EventBusName, requested),
          ...(Tags?.length ? [{ ...access(call, Name, EventBusName, requested), action: 'events:TagResource' }] : []),
          ...(RoleArn === undefined ? [] : [passRole(RoleArn)]),
        ];
      },
      run: (input, call) => {
        const bus = state.bus(call, input.EventBusName);
        const rule = newRule(input, bus, clock.nowMs());
        const replaced = bus.rules.get(rule.name);
        replaced?.timer?.cancel();
        for (const [id, target] of replaced?.targets ?? []) rule.targets.set(id, target);
        if (replaced) rule.tags = replaced.tags;
        bus.rules.set(rule.name, rule);
        router.arrange(rule);
        return { RuleArn: rule.arn };
      },
    },
    DeleteRule: {
      access: byName,
      run: ({ Name = '', EventBusName }, call) => {
        const bus = state.bus(call, EventBusName);
        const rule = bus.rules.get(Name);
        if (rule && rule.targets.size > 0) throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.", { status: 400 });
        rule?.timer?.cancel();
        bus.rules.delete(Name);
        return {};
      },
    },
    DescribeRule: {
      access: byName,
      run: ({ Name, EventBusName }, call) => {
        const rule = state.rule(call, Name, EventBusName);
        return { ...describeRule(rule), CreatedBy: rule.account };
      },
    },
    ListRules: {
      access: () => [{ resource: '*' }],
      run: ({ NamePrefix = '', EventBusName, Limit = 100, NextToken }, call) => {
        const page = pageOf([...state.bus(call, EventBusName).rules.values()].filter(({ name }) => name.startsWith(NamePrefix)), Limit, NextToken);
        if (!page) throw new AwsError('ValidationException', 'Invalid NextToken', { status: 400 });
        return { Rules: page.items.map(describeRule), NextToken: page.nextToken };
      },
    },
    EnableRule: { access: byName, run: ({ Name, EventBusName }, call) => enable(state.rule(call, Name, EventBusName), true) },
    DisableRule: { access: byName, run: ({ Name, EventBusName }, call) => enable(state.rule(call, Name, EventBusName), false) },
    PutTargets: {
      access: ({ Rule: name, EventBusName, Targets = [] }, call) => [
        access(call, name, EventBusName, { 'events:TargetArn': Targets.map(({ Arn = '' }) => Arn) }),
        ...Targets.flatMap(({ RoleArn }) => (RoleArn === undefined ? [] : [passRole(RoleArn)])),
      ],
      run: ({ Rule: name, EventBusName, Targets = [] }, call) => {
        const rule = state.rule(call, name, EventBusName);
        Targets.forEach(checkTarget);
        const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id = '' }) => Id)]);
        if (ids.size > MOST_TARGETS) throw new AwsError('LimitExceededException', `The requested resource exceeds the maximum number allowed: a rule has at most ${MOST_TARGETS} targets.`);
        for (const target of Targets) rule.targets.set(target.Id ?? '', target);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    RemoveTargets: {
      access: ({ Rule: name, EventBusName }, call) => [access(call, name, EventBusName)],
      run: ({ Rule: name, EventBusName, Ids = [] }, call) => {
        const { targets } = state.rule(call, name, EventBusName);
        const unknown = Ids.filter((id) => !targets.delete(id));
        return { FailedEntryCount: unknown.length, FailedEntries: unknown.map((TargetId) => ({ TargetId, ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Target ${TargetId} does not exist.` })) };
      },
    },
    ListTargetsByRule: {
      access: ({ Rule: name, EventBusName }, call) => [access(call, name, EventBusName)],
      run: ({ Rule: name, EventBusName }, call) => ({ Targets: [...state.rule(call, name, EventBusName).targets.values()] }),
    },
    TestEventPattern: {
      access: () => [{ resource: '*' }],
      run: ({ EventPattern = '', Event = '' }) => ({ Result: compiled(EventPattern)(JSON.parse(Event)) }),
    },
  };
}

function newRule(input: sdk.PutRuleRequest, bus: Rule['bus'], nowMs: number): Rule {
  const { Name: name = '', EventPattern: pattern, ScheduleExpression: scheduleExpression, State = 'ENABLED', Description: description, RoleArn: roleArn, Tags } = input;
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw new AwsError('ValidationException', `Rule name ${name} must have 1 to 64 letters, digits, dots, hyphens and underscores`, { status: 400 });
  if (pattern === undefined && scheduleExpression === undefined) throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.', { status: 400 });
  if (scheduleExpression !== undefined && bus.name !== DEFAULT_BUS) throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.', { status: 400 });
  return {
    account: bus.account,
    region: bus.region,
    name,
    bus,
    arn: ruleArn(bus, name, bus.name),
    pattern,
    matches: pattern === undefined ? undefined : compiled(pattern),
    scheduleExpression,
    schedule: scheduleExpression === undefined ? undefined : parsedSchedule(scheduleExpression),
    description,
    roleArn,
    createdAtMs: nowMs,
    isEnabled: State !== 'DISABLED',
    targets: new Map(),
    tags: tagMap(Tags),
    timer: undefined,
  };
}

function compiled(pattern: string): EventTest {
  try {
    return compileEventPattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPattern) throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
    throw error;
  }
}

function parsedSchedule(expression: string) {
  try {
    const schedule = parseSchedule(expression);
    if (schedule.kind === 'at') throw new InvalidScheduleExpression('rules take rate() and cron()');
    return schedule;
  } catch (error) {
    if (error instanceof InvalidScheduleExpression) throw new AwsError('ValidationException', `Parameter ScheduleExpression is not valid. ${error.message}`, { status: 400 });
    throw error;
  }
}

function describeRule({ name, arn, pattern, scheduleExpression, isEnabled, description, roleArn, bus }: Rule): sdk.Rule {
  return { Name: name, Arn: arn, EventPattern: pattern, ScheduleExpression: scheduleExpression, State: isEnabled ? 'ENABLED' : 'DISABLED', Description: description, RoleArn: roleArn, EventBusName: bus.name };
}

function passRole(roleArn: string): Access {
  return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'events.amazonaws.com' } };
}
