import type { HealthCheckObservation } from '@aws-sdk/client-route-53';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Prober } from '../../network/prober';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { Alarm } from '../cloudwatch/alarm';
import type { Place } from '../../gateway/service';
import { EndpointChecker } from './endpoint-checker';
import type { HealthCheck } from './hosted-zone';
import type { Route53State } from './route53-state';

export interface HealthPorts {
  readonly cloud: CloudContext;
  readonly state: Route53State;
  readonly prober: Prober;
  readonly metrics: MetricSink;
  readonly findAlarm: (place: Place, name: string) => Alarm | undefined;
}

/** Health checks are in no region, but their metrics are. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html */
const METRICS_REGION = 'us-east-1';
/** A calculated check that depends on itself counts as one that does not exist. */
const DEEPEST_CALCULATION = 10;

/** What health checks of every kind say. */
export class HealthStatus {
  private readonly checkers = new Map<string, EndpointChecker>();

  constructor(private readonly ports: HealthPorts) {}

  /** Begins to look, or begins anew with another configuration. */
  watch(check: HealthCheck): void {
    this.forget(check);
    const { Type = '' } = check.config;
    if (Type !== 'CALCULATED' && Type !== 'CLOUDWATCH_METRIC') this.checkers.set(check.id, new EndpointChecker(this.ports, check, () => this.publishAll()));
    this.publish(check);
  }

  forget({ id }: HealthCheck): void {
    this.checkers.get(id)?.end();
    this.checkers.delete(id);
  }

  /** Whether a record with this health check is healthy; a check that does not exist says nothing against it. */
  isHealthy(id: string, depth = 0): boolean {
    const check = this.ports.state.healthChecks.get(id);
    if (!check || depth > DEEPEST_CALCULATION) return true;
    // "After you disable a health check, Route 53 considers the status of the health check to always be healthy. If you want to stop routing traffic to a resource, change the value of Inverted." API_HealthCheckConfig
    const isHealthy = check.config.Disabled ? true : this.judge(check, depth);
    return check.config.Inverted ? !isHealthy : isHealthy;
  }

  observations(check: HealthCheck): readonly HealthCheckObservation[] {
    return this.checkers.get(check.id)?.observations ?? [];
  }

  lastFailures(check: HealthCheck): readonly HealthCheckObservation[] {
    return this.checkers.get(check.id)?.lastFailures ?? [];
  }

  /** Brings the metrics of all checks up to date, such as after an alarm has changed. */
  publishAll(): void {
    for (const check of this.ports.state.healthChecks.values()) this.publish(check);
  }

  end(): void {
    for (const checker of this.checkers.values()) checker.end();
  }

  private judge(check: HealthCheck, depth: number): boolean {
    const { Type, ChildHealthChecks = [], HealthThreshold = 0 } = check.config;
    switch (Type) {
      case 'CALCULATED':
        return ChildHealthChecks.filter((child) => this.ports.state.healthChecks.has(child) && this.isHealthy(child, depth + 1)).length >= HealthThreshold;
      case 'CLOUDWATCH_METRIC':
        return this.judgeAlarm(check);
      default:
        return this.checkers.get(check.id)?.isHealthy ?? true;
    }
  }

  /**
   * Route 53 evaluates the data of the alarm itself, so that a state set by hand changes nothing.
   *
   * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html; without data, as from a region
   * that is lost, `InsufficientDataHealthStatus` decides.
   */
  private judgeAlarm({ account, config }: HealthCheck): boolean {
    const { Region = '', Name = '' } = config.AlarmIdentifier ?? {};
    const alarm = this.ports.findAlarm({ account, region: Region }, Name);
    const judgement = alarm?.kind === 'metric' ? alarm.judgement : undefined;
    if (judgement && judgement.value !== 'INSUFFICIENT_DATA' && !this.ports.cloud.regions.isLost(Region)) return judgement.value === 'OK';
    switch (config.InsufficientDataHealthStatus) {
      case 'Healthy':
        return true;
      case 'Unhealthy':
        return false;
      default:
        return judgement?.lastKnown !== 'ALARM';
    }
  }

  private publish(check: HealthCheck): void {
    const dimensions = { HealthCheckId: check.id };
    const place = { account: check.account, region: METRICS_REGION };
    this.ports.metrics.level({ place, namespace: 'AWS/Route53', name: 'HealthCheckStatus', dimensions, value: this.isHealthy(check.id) ? 1 : 0, unit: 'None' });
    const checker = this.checkers.get(check.id);
    if (checker) this.ports.metrics.level({ place, namespace: 'AWS/Route53', name: 'HealthCheckPercentageHealthy', dimensions, value: checker.percentageHealthy, unit: 'Percent' });
  }
}
