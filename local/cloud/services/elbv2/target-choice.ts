import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElbState } from './elb-state';
import { forwardTargets } from './elb-state';
import type { LoadBalancer, Target, TargetGroup } from './load-balancing';

/** The server that gets a request. */
export interface Choice {
  readonly group: TargetGroup;
  readonly target: Target;
}

/** Chooses targets in turn, group by group. */
export class TargetChoice {
  private readonly turns = new Map<string, number>();

  constructor(private readonly state: ElbState) {}

  /** Returns nothing when there is no target at all. */
  next(loadBalancer: LoadBalancer, action: Action): Choice | undefined {
    const group = this.weightedGroup(loadBalancer, action);
    if (!group) return undefined;
    const candidates = routable(group);
    const turn = this.takeTurn(group.arn);
    const target = candidates[turn % candidates.length];
    return target && { group, target };
  }

  private weightedGroup(loadBalancer: LoadBalancer, action: Action): TargetGroup | undefined {
    const tuples = forwardTargets(action).flatMap(({ TargetGroupArn = '', Weight = 1 }) => Array<string>(Weight).fill(TargetGroupArn));
    const arn = tuples.length < 2 ? tuples[0] : tuples[this.takeTurn(JSON.stringify(tuples)) % tuples.length];
    return arn === undefined ? undefined : this.state.in(loadBalancer).targetGroups.get(arn);
  }

  private takeTurn(key: string): number {
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    return turn;
  }
}

/**
 * The targets that requests are sent to: the healthy ones, or all of them when all are unhealthy.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html: "If a target group
 * contains only unhealthy registered targets, the load balancer routes requests to all those targets, regardless of their health status."
 */
export function routable({ targets }: TargetGroup): readonly Target[] {
  const staying = [...targets.values()].filter(({ state }) => state !== 'draining');
  const healthy = staying.filter(({ state }) => state === 'healthy');
  return healthy.length === 0 && staying.every(({ state }) => state === 'unhealthy') ? staying : healthy;
}
