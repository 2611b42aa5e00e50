import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import type { Place } from '../../gateway/service';
import { validationError } from './elb-errors';
import { forwardTargets, type ElbState } from './elb-state';
import type { LoadBalancer } from './load-balancing';
import { CONDITION_FIELDS } from './rule-matching';

const ACTION_TYPES = new Set<string | undefined>(['forward', 'redirect', 'fixed-response']);

/** Refuses actions that Elastic Load Balancing, or its stand-in here, cannot carry out. */
export function checkActions(state: ElbState, loadBalancer: LoadBalancer, actions: readonly sdk.Action[] | undefined): readonly sdk.Action[] {
  if (!actions || actions.length === 0) throw validationError('You must specify an action');
  const foreign = actions.find(({ Type }) => !ACTION_TYPES.has(Type));
  if (foreign) throw new AwsError('InvalidLoadBalancerActionException', `Action type ${foreign.Type ?? ''}: the local cloud has forward, redirect and fixed-response`);
  for (const { TargetGroupArn } of actions.flatMap(forwardTargets)) {
    const group = state.targetGroup(loadBalancer, TargetGroupArn);
    if (group.vpcId !== loadBalancer.vpcId) throw new AwsError('InvalidConfigurationRequestException', `Target group '${group.arn}' is in another VPC than its load balancer`);
    const [other] = state.usersOf(group).filter(({ arn }) => arn !== loadBalancer.arn);
    if (other) throw new AwsError('TargetGroupAssociationLimitException', `The following target groups cannot be associated with more than one load balancer: ${group.arn}`);
  }
  return actions.map((action, index) => ({ Order: index + 1, ...action }));
}

export function checkConditions(conditions: readonly sdk.RuleCondition[] | undefined): readonly sdk.RuleCondition[] {
  if (!conditions || conditions.length === 0) throw validationError('A condition must be specified');
  const foreign = conditions.find(({ Field }) => !CONDITION_FIELDS.some((field) => field === Field));
  if (foreign) throw validationError(`Condition field '${foreign.Field ?? ''}': the local cloud knows ${CONDITION_FIELDS.join(', ')}`);
  return conditions;
}

/** The groups whose targets a change of actions begins or ends to use. */
export function groupsIn(state: ElbState, place: Place, ...actions: readonly (readonly sdk.Action[])[]): ReturnType<ElbState['targetGroup']>[] {
  const arns = new Set(actions.flat().flatMap(forwardTargets).map(({ TargetGroupArn }) => TargetGroupArn));
  return [...arns].map((arn) => state.targetGroup(place, arn));
}
