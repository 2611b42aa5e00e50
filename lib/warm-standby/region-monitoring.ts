import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, type IAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { RunbookAlarm, type RunbookAlarmProps } from '../shared/monitoring/runbook-alarm';
import { SystemDashboard } from '../shared/monitoring/system-dashboard';
import type { RegionNames, SystemNames } from './names';
import type { RegionService } from './region-service';

export interface RegionMonitoringProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly service: RegionService;
  readonly stateMachine: StateMachine;
  readonly topic: ITopic;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
/** Slower than this, clients notice. */
const SLOW_SECONDS = 1;
const BUSY_PERCENT = 80;

/** The alarms of a region and the dashboard that explains them. Each alarm's id is its heading in the runbook. */
export class RegionMonitoring extends Construct {
  /** Goes off when the active region does not answer any more: what may start a failover. */
  readonly serviceUnreachable: IAlarm;

  constructor(scope: Construct, id: string, private readonly props: RegionMonitoringProps) {
    super(scope, id);
    const { config, own, service, stateMachine } = props;
    const m = this.metrics();
    this.serviceUnreachable = this.alarm('ServiceUnreachable', { severity: 'page', summary: 'The service did not answer for minutes. A failover may be necessary.', metric: m.unreachable, threshold: 1, evaluationPeriods: config.probeFailures, whenSilent: 'unchanged' });
    const alarms = [
      this.serviceUnreachable,
      this.alarm('LoadBalancerErrors', { severity: 'page', summary: 'The load balancer or the tasks answer with errors.', metric: m.errors, threshold: 10, whenSilent: 'healthy' }),
      this.alarm('LoadBalancerSlow', { severity: 'ticket', summary: `One answer in a hundred takes more than ${SLOW_SECONDS} s.`, metric: m.latency, threshold: SLOW_SECONDS, evaluationPeriods: 3, whenSilent: 'healthy' }),
      this.alarm('TasksMissing', { severity: 'page', summary: 'Fewer tasks answer than this region must have.', metric: m.tasks, threshold: own.role === 'primary' ? config.service.activeTasks : config.service.standbyTasks, comparison: ComparisonOperator.LESS_THAN_THRESHOLD, evaluationPeriods: 5, whenSilent: 'broken' }),
      this.alarm('DatabaseBusy', { severity: 'ticket', summary: `The database's processor is busier than ${BUSY_PERCENT} %.`, metric: m.cpu, threshold: BUSY_PERCENT, evaluationPeriods: 3, whenSilent: 'unchanged' }),
      this.alarm('HeartbeatOld', { severity: 'page', summary: 'The newest sign of life in this database is older than the recovery point objective: a failover now would lose more than was promised.', metric: m.heartbeat, threshold: config.objectives.rpoSeconds, evaluationPeriods: 3, whenSilent: 'broken' }),
      this.alarm('NotReady', { severity: 'page', summary: 'A condition of a failover to this region does not hold, or nobody looks.', metric: m.readiness, threshold: 100, comparison: ComparisonOperator.LESS_THAN_THRESHOLD, evaluationPeriods: 2, whenSilent: 'broken' }),
      this.alarm('FailoverFailed', { severity: 'page', summary: 'A failover stopped. It can be resumed or undone.', metric: m.failed, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('ApprovalPending', { severity: 'page', summary: 'A failover waits for a person, and not for long.', metric: m.approval, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('RowsLost', { severity: 'page', summary: 'Rows that clients were promised are only in the old database. They are listed and have to be entered again.', metric: m.lostRows, threshold: 1, whenSilent: 'healthy' }),
      // AWS measures the lag as the age of the newest transaction, -1 or nothing when replication does not run: an idle primary looks late, and a broken replica silent.
      ...(own.role === 'standby' ? [this.alarm('ReplicaLag', { severity: 'ticket', summary: 'The replica shows nothing new for longer than RDS writes by itself, or does not replicate.', metric: m.lag, threshold: 600, evaluationPeriods: 3, whenSilent: 'unchanged' })] : []),
      ...(own.role === 'standby' ? [this.alarm('StandbyServes', { severity: 'ticket', summary: 'The standby region serves. Route 53 follows this alarm.', metric: m.standbyServes, threshold: 1, whenSilent: 'unchanged' })] : []),
      ...(own.role === 'primary' ? [this.alarm('ObjectsNotReplicated', { severity: 'ticket', summary: 'Objects did not reach the other region.', metric: m.objectFailures, threshold: 1, whenSilent: 'healthy' }), this.alarm('ObjectReplicationSlow', { severity: 'ticket', summary: 'Objects take longer than fifteen minutes to reach the other region.', metric: m.objectLatency, threshold: 900, whenSilent: 'healthy' })] : []),
    ];
    new SystemDashboard(this, 'Dashboard', {
      dashboardName: `holdfast-warm-standby-${props.names.system}-${own.region}`,
      introduction: `# ${props.names.system}, ${own.role} (${own.region})\nBack within ${config.objectives.rtoMinutes} min, losing at most ${config.objectives.rpoSeconds} s. Runbook: docs/runbooks/warm-standby.md`,
      alarms,
      graphs: [
        { title: 'Requests and errors', metrics: [service.loadBalancer.metrics.requestCount({ period: MINUTE }), m.errors] },
        { title: 'Latency, 99th percentile, seconds', metrics: [m.latency], limit: { label: 'slow', value: SLOW_SECONDS } },
        { title: 'Healthy tasks', metrics: [m.tasks] },
        { title: 'Processor of database and tasks, percent', metrics: [m.cpu, service.service.metricCpuUtilization(), service.service.metricMemoryUtilization()] },
        { title: 'Age of the newest heartbeat, seconds', metrics: [m.heartbeat, m.lag], limit: { label: 'objective', value: config.objectives.rpoSeconds } },
        { title: 'Readiness, percent', metrics: [m.readiness] },
        { title: 'Database connections', metrics: [this.database('DatabaseConnections', Stats.MAXIMUM)] },
        { title: 'Objects on their way, bytes and seconds', metrics: [m.objectBytes, m.objectLatency] },
        { title: 'Failovers', metrics: [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed()] },
        { title: 'Out of service and lost work, seconds', metrics: [this.custom(METRIC.recoveryTime, Stats.MAXIMUM, Duration.hours(1)), this.custom(METRIC.recoveryPoint, Stats.MAXIMUM, Duration.hours(1))], limit: { label: 'objective', value: config.objectives.rtoMinutes * 60 } },
      ],
    });
  }

  private metrics() {
    const { service, names } = this.props;
    const objects = (metricName: string, statistic: string) => new Metric({ namespace: 'AWS/S3', metricName, statistic, period: FIVE_MINUTES, dimensionsMap: { SourceBucket: names.primary.dataBucket, DestinationBucket: names.standby.dataBucket, RuleId: 'to-the-standby-region' } });
    return {
      unreachable: this.custom(METRIC.serviceUnreachable, Stats.MAXIMUM, MINUTE),
      standbyServes: this.custom(METRIC.standbyServes, Stats.MAXIMUM, MINUTE),
      heartbeat: this.custom(METRIC.heartbeatAge, Stats.MAXIMUM, MINUTE),
      readiness: this.custom(METRIC.readiness, Stats.MINIMUM, Duration.minutes(15)),
      failed: this.custom(METRIC.failoverFailed, Stats.SUM, MINUTE),
      approval: this.custom(METRIC.approvalPending, Stats.MAXIMUM, MINUTE),
      lostRows: this.custom(METRIC.lostRows, Stats.MAXIMUM, FIVE_MINUTES),
      errors: service.targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: MINUTE, statistic: Stats.SUM }),
      latency: service.targetGroup.metrics.targetResponseTime({ period: MINUTE, statistic: 'p99' }),
      tasks: service.targetGroup.metrics.healthyHostCount({ period: MINUTE, statistic: Stats.MINIMUM }),
      cpu: this.database('CPUUtilization', Stats.AVERAGE),
      lag: this.database('ReplicaLag', Stats.MAXIMUM),
      objectFailures: objects('OperationsFailedReplication', Stats.SUM),
      objectLatency: objects('ReplicationLatency', Stats.MAXIMUM),
      objectBytes: objects('BytesPendingReplication', Stats.MAXIMUM),
    } satisfies Record<string, IMetric>;
  }

  private alarm(id: string, props: Omit<RunbookAlarmProps, 'system' | 'instance' | 'topic'>): IAlarm {
    return new RunbookAlarm(this, id, { system: 'warm-standby', instance: this.props.names.system, topic: this.props.topic, ...props }).alarm;
  }

  private custom(metricName: string, statistic: string, period: Duration): Metric {
    return new Metric({ namespace: 'Holdfast', metricName, statistic, period, dimensionsMap: { service: 'warm-standby', instance: this.props.names.system } });
  }

  private database(metricName: string, statistic: string): Metric {
    return new Metric({ namespace: 'AWS/RDS', metricName, statistic, period: MINUTE, dimensionsMap: { DBInstanceIdentifier: this.props.own.instance } });
  }
}
