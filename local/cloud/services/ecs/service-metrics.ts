import type { MetricSink, MetricUnit } from '../cloudwatch/metric-sink';
import type { Service } from './container-service';
import { describeService } from './describe';

/** What tasks that nobody measures are taken to use, in percent of what they reserve. */
const IDLE = { CPUUtilization: 3, MemoryUtilization: 20 } as const;

/** How busy the tasks of a service are, in percent. */
export type Utilization = Partial<Record<keyof typeof IDLE, number>>;

/**
 * Publishes what CloudWatch shows of services. Utilization is what a scenario says: the load of this machine means nothing for the cloud.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export class ServiceMetrics {
  private readonly utilization = new Map<Service, Utilization>();
  private readonly published = new Map<string, number | undefined>();

  constructor(private readonly metrics: MetricSink) {}

  setUtilization(service: Service, utilization: Utilization): void {
    this.utilization.set(service, { ...this.utilization.get(service), ...utilization });
    this.publish(service);
  }

  publish(service: Service): void {
    const { runningCount = 0, pendingCount = 0, desiredCount = 0, deployments = [] } = describeService(service);
    const used = { ...IDLE, ...this.utilization.get(service) };
    for (const [name, value] of Object.entries(used)) this.level(service, 'AWS/ECS', name, runningCount > 0 ? value : undefined, 'Percent');
    if (!service.cluster.settings.some(({ name, value }) => name === 'containerInsights' && value !== 'disabled')) return;
    const counts = { RunningTaskCount: runningCount, PendingTaskCount: pendingCount, DesiredTaskCount: desiredCount, DeploymentCount: deployments.length };
    for (const [name, value] of Object.entries(counts)) this.level(service, 'ECS/ContainerInsights', name, value, 'Count');
  }

  private level({ name: ServiceName, cluster, arn, account, region }: Service, namespace: string, name: string, value: number | undefined, unit: MetricUnit): void {
    const key = `${arn} ${name}`;
    if (this.published.has(key) && this.published.get(key) === value) return;
    if (value === undefined && !this.published.has(key)) return;
    this.published.set(key, value);
    const level = { place: { account, region }, namespace, name, dimensions: { ClusterName: cluster.name, ServiceName }, value: value ?? 0, unit };
    // Without tasks nothing is measured any more.
    this.metrics.level(value === undefined ? { ...level, lastsMs: 0 } : level);
  }
}
