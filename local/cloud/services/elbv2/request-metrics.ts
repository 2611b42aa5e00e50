import type { MetricDatum, MetricSink } from '../cloudwatch/metric-sink';
import type { Listener, TargetGroup } from './load-balancing';

/** Publishes what CloudWatch shows of requests. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export class RequestMetrics {
  constructor(private readonly sink: MetricSink) {}

  /** Counts something about a request for its load balancer as a whole. */
  count(listener: Listener, name: string): void {
    this.put(listener, { name, dimensions: { LoadBalancer: listener.loadBalancer.fullName }, value: 1, unit: 'Count' });
  }

  /** Counts a request that goes to a target of the group. */
  countForTarget(listener: Listener, group: TargetGroup, name: string): void {
    const both = { LoadBalancer: listener.loadBalancer.fullName, TargetGroup: group.fullName };
    const targets = Math.max(1, [...group.targets.values()].filter(({ state }) => state === 'healthy').length);
    // The sum of this metric is divided by the number of targets.
    this.put(listener, { name, dimensions: both, value: 1 / targets, unit: 'Count' });
    this.put(listener, { name, dimensions: { TargetGroup: group.fullName }, value: 1 / targets, unit: 'Count' });
    this.put(listener, { name: 'RequestCount', dimensions: both, value: 1, unit: 'Count' });
  }

  /** Counts the answer of a target and the time that it took. */
  answered(listener: Listener, group: TargetGroup, statusCode: number, seconds: number): void {
    const LoadBalancer = listener.loadBalancer.fullName;
    const scopes: readonly Record<string, string>[] = [{ LoadBalancer }, { LoadBalancer, TargetGroup: group.fullName }];
    for (const dimensions of scopes) {
      this.put(listener, { name: `HTTPCode_Target_${Math.floor(statusCode / 100)}XX_Count`, dimensions, value: 1, unit: 'Count' });
      this.put(listener, { name: 'TargetResponseTime', dimensions, value: seconds, unit: 'Seconds' });
    }
  }

  private put({ loadBalancer }: Listener, datum: Omit<MetricDatum, 'place' | 'namespace'>): void {
    this.sink.put({ place: loadBalancer, namespace: 'AWS/ApplicationELB', ...datum });
  }
}
