import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, type IAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import type { FunctionSchedule } from '../shared/function-schedule';
import { RunbookAlarm, type RunbookAlarmProps } from '../shared/monitoring/runbook-alarm';
import { SystemDashboard } from '../shared/monitoring/system-dashboard';
import { zeroWhenSilent } from '../shared/monitoring/zero-when-silent';
import type { PipelineFunction } from './pipeline-function';
import type { RestoreFunctions } from './restore-functions';

export interface RestoreMonitoringProps {
  readonly config: AuroraRestoreConfig;
  readonly stateMachine: StateMachine;
  readonly functions: RestoreFunctions;
  readonly requestRestore: PipelineFunction;
  /** What starts restores; absent when only people do. */
  readonly schedule: FunctionSchedule | undefined;
  readonly sweep: FunctionSchedule;
  readonly topic: ITopic;
}

/** Of a database that is hardly ever at rest little more is proven than its structure: the verdict alone would promise too much. */
const LEAST_PROVEN_PERCENT = 50;
const FIVE_MINUTES = Duration.minutes(5);

/** The alarms of a pipeline and the dashboard that explains them. Each alarm's id is its heading in the runbook. */
export class RestoreMonitoring extends Construct {
  constructor(scope: Construct, id: string, private readonly props: RestoreMonitoringProps) {
    super(scope, id);
    const { config, stateMachine, functions, requestRestore, schedule, sweep } = props;
    const { objectives } = config;
    const provenPeriod = Duration.hours(objectives.provenEveryHours > 24 ? 24 : objectives.provenEveryHours);
    // Not the pipeline's own metric: a run may fail at telling how it ended.
    const failed = stateMachine.metricFailed({ period: FIVE_MINUTES });
    const timedOut = stateMachine.metricTimedOut({ period: FIVE_MINUTES });
    const duration = this.metric(METRIC.restoreDuration, Stats.MAXIMUM, Duration.hours(1));
    const mismatch = this.metric(METRIC.proofMismatch, Stats.SUM, FIVE_MINUTES);
    const proven = this.metric(METRIC.restoreProven, Stats.SUM, provenPeriod);
    const errors = functions.sweepLeftovers.function.metricErrors({ period: Duration.hours(1) });
    const provenRows = this.metric(METRIC.provenRows, Stats.MINIMUM, Duration.hours(1));
    const requestErrors = requestRestore.function.metricErrors({ period: FIVE_MINUTES });

    const alarms = [
      this.alarm('RestoreFailed', { severity: 'page', summary: 'A restore failed. The target database was not opened.', metric: failed, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('RestoreTimedOut', { severity: 'page', summary: 'A restore took longer than its objective and was stopped; what it made was not removed.', metric: timedOut, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('ContentMismatch', { severity: 'page', summary: 'A restored database holds other content than its source had. It stays closed.', metric: mismatch, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('RestoreSlow', {
        severity: 'ticket',
        summary: `A restore took more than 80 % of its objective of ${objectives.rtoMinutes} min.`,
        metric: duration,
        threshold: objectives.rtoMinutes * 0.8,
        whenSilent: 'healthy',
      }),
      this.alarm('ProofThin', {
        severity: 'ticket',
        summary: `Less than ${LEAST_PROVEN_PERCENT} % of the restored rows could be compared with manifests.`,
        metric: provenRows,
        threshold: LEAST_PROVEN_PERCENT,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        whenSilent: 'healthy',
      }),
      this.alarm('SweepFailed', { severity: 'ticket', summary: 'Retired clusters and old copies are not being deleted; they cost money.', metric: errors, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('RestoreRequestErrors', { severity: 'ticket', summary: 'The function that starts restores failed: one that was scheduled may not have begun.', metric: requestErrors, threshold: 1, whenSilent: 'healthy' }),
      this.alarm('SweepUndelivered', { severity: 'ticket', summary: 'The schedule of the sweep fired and could not reach its function.', metric: sweep.metricUndelivered(), threshold: 1, whenSilent: 'healthy' }),
      ...(schedule ? [this.alarm('RestoreUndelivered', { severity: 'page', summary: 'The schedule of the restore fired and could not reach its function.', metric: schedule.metricUndelivered(), threshold: 1, whenSilent: 'healthy' })] : []),
      ...(config.schedule ? [this.noProvenRestore(proven, provenPeriod)] : []),
    ];
    this.dashboard(alarms, { failed: this.metric(METRIC.restoreFailed, Stats.SUM, FIVE_MINUTES), timedOut, duration, proven, mismatch, provenRows });
  }

  private noProvenRestore(proven: IMetric, period: Duration): IAlarm {
    const { objectives } = this.props.config;
    const evaluationPeriods = Math.max(1, Math.ceil(objectives.provenEveryHours / period.toHours()));
    const props = {
      severity: 'page' as const,
      summary: `For ${objectives.provenEveryHours} h no restore was proven: nobody knows whether the backups can be restored.`,
      // Silence is the failure here: a schedule that does not fire emits nothing.
      whenSilent: 'broken' as const,
    };
    const metric = zeroWhenSilent({ name: 'proven', label: 'proven restores', metric: proven, period });
    return new RunbookAlarm(this, 'NoProvenRestore', { ...this.common(), ...props, metric, threshold: 1, comparison: ComparisonOperator.LESS_THAN_THRESHOLD, evaluationPeriods }).alarm;
  }

  private alarm(id: string, props: Pick<RunbookAlarmProps, 'severity' | 'summary' | 'metric' | 'threshold' | 'comparison' | 'whenSilent'>): IAlarm {
    return new RunbookAlarm(this, id, { ...this.common(), ...props }).alarm;
  }

  private common(): Pick<RunbookAlarmProps, 'system' | 'instance' | 'topic'> {
    return { system: 'aurora-restore', instance: this.props.config.name, topic: this.props.topic };
  }

  private metric(metricName: string, statistic: string, period: Duration): Metric {
    return new Metric({ namespace: 'Holdfast', metricName, statistic, period, dimensionsMap: { service: 'aurora-restore', instance: this.props.config.name } });
  }

  private dashboard(alarms: readonly IAlarm[], metrics: Record<'failed' | 'timedOut' | 'duration' | 'proven' | 'mismatch' | 'provenRows', IMetric>): void {
    const { config, stateMachine, functions } = this.props;
    const { objectives, name } = config;
    new SystemDashboard(this, 'Dashboard', {
      dashboardName: `holdfast-aurora-restore-${name}`,
      introduction: `# ${name}\nRestores ${config.source.clusterIdentifier} as ${config.target.clusterIdentifier} within ${objectives.rtoMinutes} min, proven every ${objectives.provenEveryHours} h. Runbook: docs/runbooks/aurora-restore.md`,
      alarms,
      graphs: [
        { title: 'Minutes from request to open database', metrics: [metrics.duration], limit: { label: 'objective', value: objectives.rtoMinutes } },
        { title: 'Restores proven, failed, mismatched', metrics: [metrics.proven, metrics.failed, metrics.mismatch] },
        { title: 'Executions', metrics: [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed(), metrics.timedOut] },
        { title: 'Rows that manifests proved, percent', metrics: [metrics.provenRows], limit: { label: 'least', value: LEAST_PROVEN_PERCENT } },
        { title: 'Age of the snapshot when chosen, hours', metrics: [this.metric(METRIC.snapshotAge, Stats.MAXIMUM, Duration.hours(1))], limit: { label: 'oldest allowed', value: config.snapshotMaxAgeHours } },
        { title: 'Function errors', metrics: [functions.proveRestore, functions.setupDbUsers, functions.copySnapshot, functions.openNetwork].map((handler) => handler.function.metricErrors()) },
      ],
    });
  }
}
