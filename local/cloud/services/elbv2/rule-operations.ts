import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import { tagList, tagMap } from '../../gateway/tags';
import { checkActions, checkConditions, groupsIn } from './actions';
import { describeDefaultRule, describeRule } from './describe';
import { ElbAccess } from './elb-access';
import type { ElbContext } from './elb-context';
import { validationError } from './elb-errors';
import { elbArn, newId } from './elb-state';
import type { Listener, Rule, Tagged } from './load-balancing';

const PAGE = 400;

/** Rules of listeners, and the tags of everything. */
export function ruleOperations({ state, health }: ElbContext): Operations<typeof sdk> {
  const access = new ElbAccess(state);
  const tagged = (call: { account: string; region: string }, arn: string): Tagged => {
    const found = state.tagged(call, arn);
    if (!found) throw new AwsError('LoadBalancerNotFoundException', `'${arn}' not found`);
    return found;
  };

  return {
    CreateRule: {
      access: ({ ListenerArn }, call) => access.on(call, ListenerArn),
      run: ({ ListenerArn, Priority, Conditions, Actions, Tags }, call) => {
        const listener = state.listener(call, ListenerArn);
        const created = newRule(listener, priorityIn(listener, Priority), tagMap(Tags));
        created.conditions = checkConditions(Conditions);
        created.actions = checkActions(state, listener.loadBalancer, Actions);
        listener.rules.set(created.arn, created);
        for (const group of groupsIn(state, call, created.actions)) health.refresh(group);
        return { Rules: [describeRule(created)] };
      },
    },
    DescribeRules: {
      access: access.describe,
      run: ({ ListenerArn, RuleArns, PageSize = PAGE, Marker }, call) => {
        const page = pageOf(RuleArns?.map((arn) => describeRule(state.rule(call, arn))) ?? rulesOf(state.listener(call, ListenerArn)), PageSize, Marker);
        if (!page) throw validationError('Invalid Marker');
        return { Rules: [...page.items], ...(page.nextToken && { NextMarker: page.nextToken }) };
      },
    },
    ModifyRule: {
      access: ({ RuleArn }, call) => access.on(call, RuleArn),
      run: ({ RuleArn, Conditions, Actions }, call) => {
        const rule = state.rule(call, RuleArn);
        const before = rule.actions;
        if (Conditions) rule.conditions = checkConditions(Conditions);
        if (Actions) rule.actions = checkActions(state, rule.listener.loadBalancer, Actions);
        for (const group of groupsIn(state, call, before, rule.actions)) health.refresh(group);
        return { Rules: [describeRule(rule)] };
      },
    },
    SetRulePriorities: {
      access: ({ RulePriorities }, call) => access.on(call, ...(RulePriorities ?? []).map(({ RuleArn }) => RuleArn)),
      run: ({ RulePriorities = [] }, call) => {
        const rules = RulePriorities.map(({ RuleArn, Priority }) => ({ rule: state.rule(call, RuleArn), priority: Priority }));
        for (const { rule, priority } of rules) rule.priority = priority ?? rule.priority;
        return { Rules: rules.map(({ rule }) => describeRule(rule)) };
      },
    },
    DeleteRule: {
      access: ({ RuleArn }, call) => access.on(call, RuleArn),
      run: ({ RuleArn }, call) => {
        if (state.listeners(call).some(({ defaultRuleArn }) => defaultRuleArn === RuleArn)) throw new AwsError('OperationNotPermittedException', `Default rule '${RuleArn ?? ''}' cannot be deleted`);
        const rule = state.rule(call, RuleArn);
        rule.listener.rules.delete(rule.arn);
        for (const group of groupsIn(state, call, rule.actions)) health.refresh(group);
        return {};
      },
    },
    AddTags: {
      access: ({ ResourceArns = [] }, call) => access.on(call, ...loadBalancersIn(ResourceArns)),
      run: ({ ResourceArns = [], Tags }, call) => {
        for (const arn of ResourceArns) Object.assign(tagged(call, arn).tags, tagMap(Tags));
        return {};
      },
    },
    RemoveTags: {
      access: ({ ResourceArns = [] }, call) => access.on(call, ...loadBalancersIn(ResourceArns)),
      run: ({ ResourceArns = [], TagKeys = [] }, call) => {
        for (const resource of ResourceArns.map((arn) => tagged(call, arn))) resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    DescribeTags: {
      access: access.describe,
      run: ({ ResourceArns = [] }, call) => ({ TagDescriptions: ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: tagList(tagged(call, ResourceArn).tags) })) }),
    },
  };
}

/** The reference lists load balancers alone as what AddTags and RemoveTags can be about. */
function loadBalancersIn(arns: readonly string[]): readonly string[] {
  return arns.filter((arn) => arn.includes(':loadbalancer/'));
}

function rulesOf(listener: Listener): readonly sdk.Rule[] {
  return [...[...listener.rules.values()].sort((a, b) => a.priority - b.priority).map(describeRule), describeDefaultRule(listener)];
}

function priorityIn({ rules }: Listener, priority: number | undefined): number {
  if (priority === undefined || priority < 1 || priority > 50_000) throw validationError(`Priority ${priority ?? ''} must be between 1 and 50000`);
  if ([...rules.values()].some((rule) => rule.priority === priority)) throw new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`);
  return priority;
}

function newRule(listener: Listener, priority: number, tags: Record<string, string>): Rule {
  const listenerId = listener.arn.split('/').at(-1) ?? '';
  return { arn: elbArn(listener.loadBalancer, `listener-rule/${listener.loadBalancer.fullName}/${listenerId}/${newId()}`), listener, priority, conditions: [], actions: [], tags };
}
