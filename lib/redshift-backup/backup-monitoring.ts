import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { runsOf } from '../config/schedule-runs';
import type { FunctionSchedule } from '../shared/function-schedule';
import { LONGEST_EVALUATION } from '../shared/monitoring/runbook-alarm';
import { SystemDashboard } from '../shared/monitoring/system-dashboard';
import type { BackupFunction } from './backup-function';
import { retentionUnkept } from './retention-watch';
import { SystemAlarms } from './system-alarms';

export interface BackupMonitoringProps {
  readonly config: RedshiftBackupConfig;
  readonly stateMachine: StateMachine;
  readonly requestBackup: BackupFunction;
  readonly reconcileShares: BackupFunction;
  readonly schedule: FunctionSchedule;
  readonly topic: ITopic;
  /** Alarms that other parts of the stack have made. */
  readonly others: readonly IAlarm[];
}

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** The function only starts an execution; a minute means that Step Functions or KMS is in trouble. */
const SLOW_REQUEST = Duration.seconds(30);

/** What is watched in the source account, and the dashboard that explains it. Each alarm's id is its heading in the runbook. */
export class BackupMonitoring extends Construct {
  constructor(scope: Construct, id: string, { config, stateMachine, requestBackup, reconcileShares, schedule, topic, others }: BackupMonitoringProps) {
    super(scope, id);
    const { objectives, source } = config;
    const own = new SystemAlarms(this, config.name, topic);
    // Of the executions: also those that could not even tell that they failed.
    const failed = stateMachine.metricFailed({ period: FIVE_MINUTES });
    const completed = own.metric(METRIC.backupCompleted, Stats.SUM, HOUR);
    const timedOut = stateMachine.metricTimedOut({ period: FIVE_MINUTES });
    const errors = requestBackup.function.metricErrors({ period: FIVE_MINUTES });
    const duration = requestBackup.function.metricDuration({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM });
    const throttles = requestBackup.function.metricThrottles({ period: FIVE_MINUTES });
    const undelivered = schedule.metricUndelivered();
    const overdueHours = Math.ceil(runsOf(config.schedule).longestGapHours) + objectives.backupHours;
    const alarms = [
      own.alarm('BackupFailed', { severity: 'page', summary: `A backup of ${source.clusterIdentifier} failed.`, metric: failed, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('BackupTimedOut', { severity: 'page', summary: `A backup took longer than ${objectives.backupHours} h and was given up.`, metric: timedOut, threshold: 1, whenSilent: 'healthy' }),
      // No alarm looks back further than a week: what is rarer is missed by the target's freshness alone.
      ...(overdueHours > LONGEST_EVALUATION.toHours()
        ? []
        : [
            own.alarm('BackupMissing', {
              severity: 'page',
              summary: `No backup was completed for ${overdueHours} h.`,
              metric: completed,
              threshold: 1,
              comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
              evaluationPeriods: overdueHours,
              // Silence is the failure here: a schedule that does not fire emits nothing.
              whenSilent: 'broken',
            }),
          ]),
      own.alarm('BackupRequestErrors', { severity: 'page', summary: `The function that starts backups failed.`, metric: errors, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('BackupRequestSlow', { severity: 'ticket', summary: 'The function that starts backups is about to run out of time.', metric: duration, threshold: SLOW_REQUEST.toMilliseconds(), whenSilent: 'healthy' }),
      own.alarm('BackupRequestThrottled', { severity: 'ticket', summary: 'The function that starts backups was not allowed to run.', metric: throttles, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('ScheduleUndelivered', { severity: 'page', summary: 'The schedule fired and could not reach its function.', metric: undelivered, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('ManifestMissing', {
        severity: 'ticket',
        summary: 'A snapshot was made without a manifest: it can be restored, but never proven.',
        metric: own.metric(METRIC.manifestMissing, Stats.SUM, FIVE_MINUTES),
        threshold: 1,
        whenSilent: 'healthy',
      }),
      own.alarm('CleanUpFailed', { severity: 'ticket', summary: 'Snapshots whose time is over are still there; they fill the quota.', metric: own.metric(METRIC.cleanUpFailed, Stats.MAXIMUM, HOUR), threshold: 1, whenSilent: 'healthy' }),
      retentionUnkept(own),
      own.alarm('SharesMended', {
        severity: 'ticket',
        summary: 'Shares of snapshots were not what they should be and had to be mended: somebody or something else changes them.',
        metric: own.metric(METRIC.sharesMended, Stats.SUM, HOUR),
        threshold: 1,
        whenSilent: 'healthy',
      }),
      own.alarm('SharesUnkept', {
        severity: 'ticket',
        summary: 'Nobody keeps the shares of the snapshots as they should be.',
        metric: reconcileShares.function.metricErrors({ period: HOUR }),
        threshold: 1,
        whenSilent: 'healthy',
      }),
      ...others,
    ];
    new SystemDashboard(this, 'Dashboard', {
      dashboardName: `holdfast-redshift-backup-${config.name}-source`,
      introduction: `# ${config.name}: source\nSnapshots of ${source.clusterIdentifier}, shared within ${objectives.backupHours} h of their slot. Whether they can be restored is seen in the target account. Runbook: docs/runbooks/redshift-backup.md`,
      alarms,
      graphs: [
        { title: 'Backups completed and failed', metrics: [completed, failed] },
        { title: 'Minutes from request to shared snapshot', metrics: [own.metric(METRIC.backupDuration, Stats.MAXIMUM, HOUR)], limit: { label: 'objective', value: objectives.backupHours * 60 } },
        { title: 'Manual snapshots in the region', metrics: [own.metric(METRIC.snapshotsUsed, Stats.MAXIMUM, HOUR)], limit: { label: 'quota', value: config.snapshotQuota } },
        { title: 'Snapshots deleted, shares mended', metrics: [own.metric(METRIC.snapshotsDeleted, Stats.SUM, HOUR), own.metric(METRIC.sharesMended, Stats.SUM, HOUR)] },
        { title: 'Executions', metrics: [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed(), timedOut] },
        { title: 'The function that starts backups', metrics: [requestBackup.function.metricInvocations(), errors, throttles, duration] },
      ],
    });
  }
}
