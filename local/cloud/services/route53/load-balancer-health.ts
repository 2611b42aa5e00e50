import type { CloudContext } from '../../gateway/cloud-context';
import type { Elb } from '../elbv2/elb-service';
import { targetGroupsOf } from '../elbv2/elb-state';
import type { LoadBalancer } from '../elbv2/load-balancing';
import { ROUTE53_DURATIONS } from './life-cycle';

type LoadBalancing = Pick<Elb, 'loadBalancerNamed' | 'nodes' | 'state'>;

/** What alias records see of load balancers. */
export class LoadBalancerHealth {
  private readonly lostAtMs = new Map<string, number>();

  constructor(
    private readonly cloud: CloudContext,
    private readonly loadBalancing: LoadBalancing,
  ) {
    cloud.regions.onChange(({ region, kind }) => {
      if (kind === 'lost') this.lostAtMs.set(region, cloud.clock.nowMs());
      else this.lostAtMs.delete(region);
    });
  }

  /** The load balancer of this DNS name, with or without a dot at its end. */
  find(dnsName: string): { readonly addresses: readonly string[]; readonly isHealthy: boolean } | undefined {
    const found = this.loadBalancing.loadBalancerNamed(dnsName);
    return found && { addresses: this.loadBalancing.nodes.addressesOf(found.dnsName) ?? [], isHealthy: this.isHealthy(found) };
  }

  /**
   * Every group must have a healthy target; one without targets has none.
   *
   * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias-common.html#rrsets-values-alias-common-evaluate-target-health
   */
  private isHealthy(loadBalancer: LoadBalancer): boolean {
    const lostAtMs = this.lostAtMs.get(loadBalancer.region);
    if (lostAtMs !== undefined && this.cloud.clock.nowMs() - lostAtMs >= ROUTE53_DURATIONS.loadBalancerLostMs) return false;
    const groups = new Set([...loadBalancer.listeners.values()].flatMap((listener) => [...targetGroupsOf(listener)]));
    return [...groups].every((arn) => [...(this.loadBalancing.state.in(loadBalancer).targetGroups.get(arn)?.targets.values() ?? [])].some(({ state }) => state === 'healthy'));
  }
}
