import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { regionalArn } from '../../gateway/arn';
import { found, PerRegion, type Place } from '../../gateway/service';
import type { Listener, LoadBalancer, Rule, Tagged, TargetGroup } from './load-balancing';

interface Region {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly targetGroups: Map<string, TargetGroup>;
}

/** Load balancers and target groups of all accounts and regions. */
export class ElbState {
  private readonly regions = new PerRegion<Region>(() => ({ loadBalancers: new Map(), targetGroups: new Map() }));

  in(place: Place): Region {
    return this.regions.in(place);
  }

  all(): readonly Region[] {
    return this.regions.all().map(([, region]) => region);
  }

  loadBalancer(place: Place, arn: string | undefined): LoadBalancer {
    return found(this.in(place).loadBalancers.get(arn ?? ''), 'LoadBalancerNotFoundException', `Load balancer '${arn ?? ''}' not found`);
  }

  targetGroup(place: Place, arn: string | undefined): TargetGroup {
    return found(this.in(place).targetGroups.get(arn ?? ''), 'TargetGroupNotFoundException', `Target group '${arn ?? ''}' not found`);
  }

  listener(place: Place, arn: string | undefined): Listener {
    return found(this.listeners(place).find((each) => each.arn === arn), 'ListenerNotFoundException', `Listener '${arn ?? ''}' not found`);
  }

  rule(place: Place, arn: string | undefined): Rule {
    return found(this.rules(place).find((each) => each.arn === arn), 'RuleNotFoundException', `Rule '${arn ?? ''}' not found`);
  }

  listeners(place: Place): readonly Listener[] {
    return [...this.in(place).loadBalancers.values()].flatMap(({ listeners }) => [...listeners.values()]);
  }

  rules(place: Place): readonly Rule[] {
    return this.listeners(place).flatMap(({ rules }) => [...rules.values()]);
  }

  /** Anything that can carry tags. */
  tagged(place: Place, arn: string): Tagged | undefined {
    const { loadBalancers, targetGroups } = this.in(place);
    return loadBalancers.get(arn) ?? targetGroups.get(arn) ?? [...this.listeners(place), ...this.rules(place)].find((each) => each.arn === arn);
  }

  /** The load balancers that send requests to the group. */
  usersOf(group: TargetGroup): readonly LoadBalancer[] {
    return [...this.in(group).loadBalancers.values()].filter(({ listeners }) => [...listeners.values()].some((listener) => targetGroupsOf(listener).has(group.arn)));
  }
}

/** The groups that any rule of the listener leads to. */
export function targetGroupsOf({ defaultActions, rules }: Listener): ReadonlySet<string> {
  const actions = [...defaultActions, ...[...rules.values()].flatMap((rule) => rule.actions)];
  return new Set(actions.flatMap(forwardTargets).map(({ TargetGroupArn = '' }) => TargetGroupArn));
}

/** Where an action forwards to, in either form of the API. */
export function forwardTargets({ Type, TargetGroupArn, ForwardConfig }: sdk.Action): readonly sdk.TargetGroupTuple[] {
  if (Type !== 'forward') return [];
  return ForwardConfig?.TargetGroups ?? [{ TargetGroupArn, Weight: 1 }];
}

export function newId(): string {
  return randomBytes(8).toString('hex');
}

export function elbArn(place: Place, resource: string): string {
  return regionalArn('elasticloadbalancing', place, resource);
}
