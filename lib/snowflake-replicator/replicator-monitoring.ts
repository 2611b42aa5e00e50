import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, type IAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/snowflake-replicator/contract';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';
import { RunbookAlarm, type RunbookAlarmProps } from '../shared/monitoring/runbook-alarm';
import { SystemDashboard, type DashboardGraph } from '../shared/monitoring/system-dashboard';
import { zeroWhenSilent } from '../shared/monitoring/zero-when-silent';
import type { ReplicatorFunctions } from './replicator-functions';

export interface ReplicatorMonitoringProps {
  readonly config: SnowflakeReplicatorConfig;
  readonly stateMachine: StateMachine;
  readonly functions: ReplicatorFunctions;
  readonly failures: Queue;
  readonly topic: ITopic;
}

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
const SECONDS_PER_MINUTE = 60;

type AlarmProps = Pick<RunbookAlarmProps, 'severity' | 'summary' | 'metric' | 'threshold' | 'whenSilent' | 'comparison' | 'evaluationPeriods'>;

/** The alarms of a pipeline and the dashboard that explains them. Each alarm's id is its heading in the runbook. */
export class ReplicatorMonitoring extends Construct {
  constructor(scope: Construct, id: string, private readonly props: ReplicatorMonitoringProps) {
    super(scope, id);
    const tables = Object.keys(props.config.tables);
    const alarms = [...this.pipelineAlarms(), ...tables.flatMap((table) => this.tableAlarms(table))];
    this.dashboard(alarms, tables);
  }

  private pipelineAlarms(): IAlarm[] {
    const { config, stateMachine, failures } = this.props;
    const alarm = (id: string, props: AlarmProps) => this.alarm(this, id, config.name, props);
    return [
      alarm('FailuresWaiting', {
        severity: 'ticket',
        summary: 'Runs that failed for good wait for somebody to look at them and start them again.',
        metric: failures.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
        threshold: 1,
        whenSilent: 'healthy',
      }),
      alarm('RunTimedOut', {
        severity: 'page',
        summary: `A run took longer than ${config.objectives.runHours} h and was stopped.`,
        metric: stateMachine.metricTimedOut({ period: FIVE_MINUTES }),
        threshold: 1,
        whenSilent: 'healthy',
      }),
    ];
  }

  private tableAlarms(table: string): IAlarm[] {
    const { config } = this.props;
    const { lagMinutes, sourceQuerySeconds } = config.objectives;
    const lagPeriod = Duration.minutes(lagMinutes);
    const scope = new Construct(this, table);
    const metric = (name: string, statistic: string, period = FIVE_MINUTES) => this.metric(name, statistic, table, period);
    const alarm = (id: string, props: AlarmProps) => this.alarm(scope, id, this.instanceOf(table), props);
    return [
      alarm('ReplicationFailed', { severity: 'page', summary: `${table} could not be brought over; what arrived before is unharmed.`, metric: metric(METRIC.failed, Stats.SUM), threshold: 1, whenSilent: 'healthy' }),
      alarm('ReplicationLagging', {
        severity: 'page',
        summary: `Changes of ${table} arrive later than promised, ${lagMinutes} min.`,
        metric: metric(METRIC.lag, Stats.MAXIMUM),
        threshold: lagMinutes * SECONDS_PER_MINUTE,
        // Between two runs nothing is known; a run that does not come is ReplicationSilent.
        whenSilent: 'unchanged',
      }),
      alarm('RowsUnproven', { severity: 'page', summary: `Rows of ${table} differ between the two sides and could not be repaired.`, metric: metric(METRIC.unproven, Stats.SUM), threshold: 1, whenSilent: 'healthy' }),
      alarm('RowsQuarantined', { severity: 'ticket', summary: `Rows of ${table} hold what Snowflake has no place for; they are in its quarantine.`, metric: metric(METRIC.quarantined, Stats.SUM, HOUR), threshold: 1, whenSilent: 'healthy' }),
      alarm('SourceTransactionStuck', {
        severity: 'ticket',
        summary: `A transaction in the source is older than ${lagMinutes} min: every run of ${table} reads more again, and the source cannot clean up.`,
        metric: metric(METRIC.oldestTransaction, Stats.MAXIMUM),
        threshold: lagMinutes * SECONDS_PER_MINUTE,
        whenSilent: 'healthy',
      }),
      alarm('SourceQuerySlow', {
        severity: 'ticket',
        summary: `A statement that reads ${table} takes more than ${sourceQuerySeconds} s.`,
        metric: metric(METRIC.slowestQuery, Stats.MAXIMUM),
        threshold: sourceQuerySeconds,
        whenSilent: 'healthy',
      }),
      ...(config.schedule
        ? [
            alarm('ReplicationSilent', {
              severity: 'page',
              summary: `For ${lagMinutes} min no run of ${table} has ended well.`,
              metric: zeroWhenSilent({ name: 'succeeded', label: table, metric: metric(METRIC.succeeded, Stats.SUM, lagPeriod), period: lagPeriod }),
              threshold: 1,
              comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
              // Silence is the failure here: a schedule that does not fire emits nothing.
              whenSilent: 'broken',
            }),
          ]
        : []),
    ];
  }

  private alarm(scope: Construct, id: string, instance: string, props: AlarmProps): IAlarm {
    return new RunbookAlarm(scope, id, { system: 'snowflake-replicator', instance, topic: this.props.topic, ...props }).alarm;
  }

  private metric(metricName: string, statistic: string, table: string, period: Duration): Metric {
    return new Metric({ namespace: 'Holdfast', metricName, statistic, period, label: table, dimensionsMap: { service: 'snowflake-replicator', instance: this.instanceOf(table) } });
  }

  private instanceOf(table: string): string {
    return `${this.props.config.name}/${table}`;
  }

  private dashboard(alarms: readonly IAlarm[], tables: readonly string[]): void {
    const { config, stateMachine, functions, failures } = this.props;
    const { objectives, name, source, snowflake } = config;
    const graph = (title: string, metricName: string, statistic: string, limit?: DashboardGraph['limit']): DashboardGraph => ({
      title,
      metrics: tables.map((table) => this.metric(metricName, statistic, table, FIVE_MINUTES)),
      ...(limit && { limit }),
    });
    new SystemDashboard(this, 'Dashboard', {
      dashboardName: `holdfast-snowflake-replicator-${name}`,
      introduction: `# ${name}\nBrings ${tables.length} tables of ${source.clusterIdentifier} to ${snowflake.database}.${snowflake.schema} within ${objectives.lagMinutes} min. Runbook: docs/runbooks/snowflake-replicator.md`,
      alarms,
      graphs: [
        graph('Age of the oldest change that may not have arrived, seconds', METRIC.lag, Stats.MAXIMUM, { label: 'objective', value: objectives.lagMinutes * SECONDS_PER_MINUTE }),
        graph('Rows loaded', METRIC.rowsLoaded, Stats.SUM),
        graph('Seconds of a run', METRIC.duration, Stats.MAXIMUM),
        graph('Bytes read from the source', METRIC.bytesExtracted, Stats.SUM),
        graph('Batches committed', METRIC.batches, Stats.SUM),
        graph('Slowest statement in the source, seconds', METRIC.slowestQuery, Stats.MAXIMUM, { label: 'too slow', value: objectives.sourceQuerySeconds }),
        graph('Oldest transaction in the source, seconds', METRIC.oldestTransaction, Stats.MAXIMUM),
        graph('Rows compared', METRIC.rowsVerified, Stats.SUM),
        graph('Rows repaired', METRIC.rowsRepaired, Stats.SUM),
        graph('Rows that the cursor would never have brought', METRIC.missedByCursor, Stats.SUM),
        graph('Deletes found', METRIC.deletesFound, Stats.SUM),
        graph('Rows in quarantine', METRIC.quarantined, Stats.SUM),
        { title: 'Runs', metrics: [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed(), stateMachine.metricTimedOut()] },
        { title: 'Failures that wait', metrics: [failures.metricApproximateNumberOfMessagesVisible()] },
        { title: 'Function errors', metrics: functions.workers.map((each): IMetric => each.function.metricErrors()) },
        { title: 'Function duration', metrics: functions.workers.map((each): IMetric => each.function.metricDuration()), limit: { label: 'stopped', value: 900_000 } },
      ],
    });
  }
}
