import type { CloudContext } from '../../gateway/cloud-context';
import type { Prober, ProbeResult } from '../../network/prober';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { ElbState } from './elb-state';
import { ELB_DURATIONS } from './life-cycle';
import type { LoadBalancer, Target, TargetGroup } from './load-balancing';

export interface TargetHealthPorts {
  readonly cloud: CloudContext;
  readonly state: ElbState;
  readonly prober: Prober;
  readonly metrics: MetricSink;
}

const FAILURES = {
  mismatch: 'Target.ResponseCodeMismatch',
  timeout: 'Target.Timeout',
  failed: 'Target.FailedHealthChecks',
} as const;

/**
 * Probes every target of the groups that are in use, and keeps their states.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export class TargetHealth {
  private readonly watches = new Map<Target, AbortController>();
  private readonly listeners = new Set<(group: TargetGroup, target: Target) => void>();

  constructor(private readonly ports: TargetHealthPorts) {}

  /** Calls the listener whenever a target changes its state; the returned function ends that. */
  onChange(listener: (group: TargetGroup, target: Target) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins and ends watching so that it fits the targets and listeners that there are now. */
  refresh(group: TargetGroup): void {
    const isUsed = this.ports.state.usersOf(group).length > 0;
    for (const target of group.targets.values()) {
      if (target.state === 'draining') this.endWatch(target);
      else if (!isUsed) this.rest(group, target);
      else if (!this.watches.has(target)) this.beginWatch(group, target);
    }
    this.publish(group);
  }

  /** Forgets a target that has left its group. */
  forget(group: TargetGroup, target: Target): void {
    this.endWatch(target);
    this.publish(group);
  }

  private rest(group: TargetGroup, target: Target): void {
    this.endWatch(target);
    this.change(group, target, 'unused', 'Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer');
  }

  private beginWatch(group: TargetGroup, target: Target): void {
    const watch = new AbortController();
    this.watches.set(target, watch);
    target.streak.outcome = undefined;
    target.streak.count = 0;
    this.change(group, target, 'initial', 'Elb.RegistrationInProgress', 'Target registration is in progress');
    this.watch(group, target, watch.signal).catch((error: Error) => {
      if (!watch.signal.aborted) this.ports.cloud.reportDefect(error, `health of target ${target.id} of ${group.name}`);
    });
  }

  private endWatch(target: Target): void {
    this.watches.get(target)?.abort();
    this.watches.delete(target);
  }

  private async watch(group: TargetGroup, target: Target, signal: AbortSignal): Promise<void> {
    const { clock, regions } = this.ports.cloud;
    await clock.sleep(ELB_DURATIONS.registrationMs, signal);
    for (;;) {
      await regions.whenPresent(group.region);
      const startedMs = clock.nowMs();
      const result = await this.probe(group, target);
      if (signal.aborted) return;
      // What ends with its region says nothing about the target.
      if (!regions.isLost(group.region)) this.count(group, target, result);
      await clock.sleep(startedMs + group.healthCheck.intervalSeconds * 1000 - clock.nowMs(), signal);
    }
  }

  private async probe(group: TargetGroup, target: Target): Promise<ProbeResult> {
    const { path, port, protocol, timeoutSeconds } = group.healthCheck;
    const [loadBalancer] = this.ports.state.usersOf(group);
    const source = loadBalancer && nodeSource(loadBalancer, target);
    if (!source) return { kind: 'failed', reason: 'no load balancer' };
    return this.ports.prober.http(source, {
      protocol: protocol === 'HTTPS' ? 'https' : 'http',
      host: target.id,
      port: port === 'traffic-port' ? target.port : Number(port),
      path,
      timeoutMs: timeoutSeconds * 1000,
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
    });
  }

  private count(group: TargetGroup, target: Target, result: ProbeResult): void {
    const { healthCheck } = group;
    const passed = result.kind === 'answered' && matches(healthCheck.matcher, result.statusCode);
    const outcome = passed ? 'passed' : 'failed';
    const { streak } = target;
    streak.count = streak.outcome === outcome ? streak.count + 1 : 1;
    streak.outcome = outcome;
    // "After your target is registered, it must pass one health check to be considered healthy."
    if (passed && (target.state === 'initial' || streak.count >= healthCheck.healthyThreshold)) this.change(group, target, 'healthy', undefined, undefined);
    if (!passed && streak.count >= healthCheck.unhealthyThreshold) this.change(group, target, 'unhealthy', ...failureOf(result));
    else if (!passed && target.state === 'initial') this.change(group, target, 'initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress');
  }

  private change(group: TargetGroup, target: Target, state: Target['state'], reason: Target['reason'], description: string | undefined): void {
    const isNew = target.state !== state;
    Object.assign(target, { state, reason, description });
    if (!isNew) return;
    this.publish(group);
    for (const listener of this.listeners) listener(group, target);
  }

  private publish(group: TargetGroup): void {
    const targets = [...group.targets.values()];
    const counts = { HealthyHostCount: 'healthy', UnHealthyHostCount: 'unhealthy' } as const;
    for (const loadBalancer of this.ports.state.usersOf(group)) {
      const dimensions = { TargetGroup: group.fullName, LoadBalancer: loadBalancer.fullName };
      for (const [name, wanted] of Object.entries(counts)) {
        this.ports.metrics.level({ place: group, namespace: 'AWS/ApplicationELB', name, dimensions, value: targets.filter(({ state }) => state === wanted).length, unit: 'Count' });
      }
    }
  }
}

/** The node from which a target is reached: the one in its zone, where there is one. */
export function nodeSource({ name, region, nodes }: LoadBalancer, target: Pick<Target, 'availabilityZone'>): { kind: 'interface'; name: string; region: string; networkInterfaceId: string } | undefined {
  const node = nodes.find(({ availabilityZone }) => availabilityZone === target.availabilityZone) ?? nodes[0];
  return node && { kind: 'interface', name: `load balancer ${name}`, region, networkInterfaceId: node.networkInterfaceId };
}

/** Whether a status is among `200`, `200,202` or `200-299`. */
export function matches(matcher: string, statusCode: number): boolean {
  return matcher.split(',').some((part) => {
    const [low = '', high = low] = part.trim().split('-');
    return statusCode >= Number(low) && statusCode <= Number(high);
  });
}

function failureOf(result: ProbeResult): [reason: Target['reason'], description: string] {
  if (result.kind === 'answered') return [FAILURES.mismatch, `Health checks failed with these codes: [${result.statusCode}]`];
  return result.kind === 'timed-out' ? [FAILURES.timeout, 'Request timed out'] : [FAILURES.failed, 'Health checks failed'];
}
