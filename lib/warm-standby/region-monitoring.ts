import { ComparisonOperator, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { lagAllowedBy } from '../config/warm-standby-budget';
import { RunbookAlarm, type RunbookAlarmProps } from '../shared/monitoring/runbook-alarm';
import { SystemDashboard } from '../shared/monitoring/system-dashboard';
import type { RegionNames, SystemNames } from './names';
import { regionMetrics, stoppedExecutions, type RegionMetrics } from './region-metrics';
import type { RegionService } from './region-service';

export interface RegionMonitoringProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly peer: RegionNames;
  readonly service: RegionService;
  readonly failover: StateMachine;
  readonly rebuild: StateMachine;
  readonly topic: ITopic;
}

/** Slower than this, clients notice. */
const SLOW_SECONDS = 1;
const BUSY_PERCENT = 80;
/** RDS writes something every five minutes even when nobody else does, so that a replica that follows is never this late. */
const LATE_SECONDS = 600;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html */
const REPLICATION_PROMISE_SECONDS = 900;

/** The alarms of a region and the dashboard that explains them. Each alarm's id is its heading in the runbook. */
export class RegionMonitoring extends Construct {
  /** Goes off when the active region does not answer any more: what may start a failover. */
  readonly serviceUnreachable: IAlarm;

  constructor(scope: Construct, id: string, private readonly props: RegionMonitoringProps) {
    super(scope, id);
    const m = regionMetrics(props);
    this.serviceUnreachable = this.alarm('ServiceUnreachable', { severity: 'page', summary: 'The service did not answer for minutes. A failover may be necessary.', metric: m.unreachable, threshold: 1, evaluationPeriods: props.config.probeFailures, whenSilent: 'unchanged' });
    this.dashboard(m, [this.serviceUnreachable, ...this.serviceAlarms(m), ...this.dataAlarms(m), ...this.failoverAlarms(m)]);
  }

  private serviceAlarms(m: RegionMetrics): readonly IAlarm[] {
    return [
      this.alarm('LoadBalancerErrors', { severity: 'page', summary: 'The load balancer or the tasks answer with errors.', metric: m.errors, threshold: 10, whenSilent: 'healthy' }),
      this.alarm('LoadBalancerSlow', { severity: 'ticket', summary: `One answer in a hundred takes more than ${SLOW_SECONDS} s.`, metric: m.latency, threshold: SLOW_SECONDS, evaluationPeriods: 3, whenSilent: 'healthy' }),
      this.alarm('TasksMissing', { severity: 'page', summary: 'Fewer tasks answer than this region wants at present.', metric: m.missingTasks, threshold: 1, evaluationPeriods: 5, whenSilent: 'broken' }),
    ];
  }

  private dataAlarms(m: RegionMetrics): readonly IAlarm[] {
    const { objectives } = this.props.config;
    return [
      this.alarm('DatabaseBusy', { severity: 'ticket', summary: `The database's processor is busier than ${BUSY_PERCENT} %.`, metric: m.cpu, threshold: BUSY_PERCENT, evaluationPeriods: 3, whenSilent: 'unchanged' }),
      this.alarm('HeartbeatOld', { severity: 'page', summary: 'The newest sign of life in this database is so old that a failover now may lose more than the recovery point objective.', metric: m.heartbeatOld, threshold: lagAllowedBy(objectives), evaluationPeriods: 3, whenSilent: 'broken' }),
      // Only a replica has a lag, and either region may have it. That nothing is heard of a replica is what HeartbeatOld says.
      this.alarm('ReplicaLag', { severity: 'ticket', summary: 'The replica shows nothing new for longer than RDS writes by itself, or does not replicate.', metric: m.lagOrBroken, threshold: LATE_SECONDS, evaluationPeriods: 3, whenSilent: 'unchanged' }),
      this.alarm('ObjectsNotReplicated', { severity: 'ticket', summary: 'Objects did not reach the other region.', metric: m.objectFailures, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('ObjectReplicationSlow', { severity: 'ticket', summary: 'Objects of the other region take longer than fifteen minutes to arrive here.', metric: m.objectLatency, threshold: REPLICATION_PROMISE_SECONDS, whenSilent: 'healthy' }),
      this.alarm('RowsLost', { severity: 'page', summary: 'Rows that clients were promised are only in the old database. They are listed and have to be entered again.', metric: m.lostRows, threshold: 1, whenSilent: 'healthy' }),
    ];
  }

  private failoverAlarms(m: RegionMetrics): readonly IAlarm[] {
    const { own, failover, rebuild } = this.props;
    return [
      this.alarm('NotReady', { severity: 'page', summary: 'A condition of a failover to this region does not hold, or nobody looks.', metric: m.notReady, threshold: 100, comparison: ComparisonOperator.LESS_THAN_THRESHOLD, evaluationPeriods: 2, whenSilent: 'broken' }),
      this.alarm('FailoverFailed', { severity: 'page', summary: 'A failover stopped. It can be resumed or undone.', metric: stoppedExecutions(failover), threshold: 1, whenSilent: 'healthy' }),
      this.alarm('ApprovalPending', { severity: 'page', summary: 'A failover waits for a person, and not for long.', metric: m.approval, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('RebuildFailed', { severity: 'ticket', summary: 'Making this region a standby stopped: there is none at present. It can be started again or undone.', metric: stoppedExecutions(rebuild), threshold: 1, whenSilent: 'healthy' }),
      own.role === 'standby'
        ? this.alarm('StandbyServes', { severity: 'ticket', summary: 'The standby region serves. Route 53 follows this alarm.', metric: m.standbyServes, threshold: 1, whenSilent: 'unchanged' })
        : this.alarm('ClientsRecalled', { severity: 'ticket', summary: 'The primary region has called clients back while the standby region was silent. Route 53 follows this alarm.', metric: m.clientsRecalled, threshold: 1, whenSilent: 'unchanged' }),
    ];
  }

  private dashboard(m: RegionMetrics, alarms: readonly IAlarm[]): void {
    const { config: { objectives }, names, own, service, failover, rebuild } = this.props;
    new SystemDashboard(this, 'Dashboard', {
      dashboardName: `holdfast-warm-standby-${names.system}-${own.region}`,
      introduction: `# ${names.system}, ${own.role} (${own.region})\nBack within ${objectives.rtoMinutes} min, losing at most ${objectives.rpoSeconds} s. Runbook: docs/runbooks/warm-standby.md`,
      alarms,
      graphs: [
        { title: 'Readiness, percent', metrics: [m.readiness] },
        { title: 'Age of the newest heartbeat, seconds', metrics: [m.heartbeatAge, m.replicaLag], limit: { label: 'what the objective allows', value: lagAllowedBy(objectives) } },
        { title: 'Requests and errors', metrics: [m.requests, m.errors] },
        { title: 'Latency, 99th percentile, seconds', metrics: [m.latency], limit: { label: 'slow', value: SLOW_SECONDS } },
        { title: 'Tasks, wanted and healthy', metrics: [m.desiredTasks, m.healthyTasks] },
        { title: 'Processor of database and tasks, percent', metrics: [m.cpu, service.service.metricCpuUtilization(), service.service.metricMemoryUtilization()] },
        { title: 'Database connections', metrics: [m.connections] },
        { title: 'Objects on their way here, number, bytes and seconds', metrics: [m.objectCount, m.objectBytes, m.objectLatency] },
        { title: 'Failovers and rebuilds', metrics: [failover.metricStarted(), failover.metricSucceeded(), stoppedExecutions(failover), rebuild.metricStarted(), m.handingOver] },
        { title: 'Out of service and lost work, seconds', metrics: [m.recoveryTime, m.recoveryPoint], limit: { label: 'objective', value: objectives.rtoMinutes * 60 } },
      ],
    });
  }

  private alarm(id: string, props: Omit<RunbookAlarmProps, 'system' | 'instance' | 'topic'>): IAlarm {
    return new RunbookAlarm(this, id, { system: 'warm-standby', instance: this.props.names.system, topic: this.props.topic, ...props }).alarm;
  }
}
