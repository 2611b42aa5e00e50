import { Duration } from 'aws-cdk-lib';
import { Stats, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { SystemDashboard } from '../shared/monitoring/system-dashboard';
import type { ProofFunctions } from './proof-functions';
import { retentionUnkept } from './retention-watch';
import { SystemAlarms } from './system-alarms';

export interface ProofMonitoringProps {
  readonly config: RedshiftBackupConfig;
  readonly stateMachine: StateMachine;
  readonly functions: ProofFunctions;
  readonly topic: ITopic;
  /** Alarms that other parts of the stack have made. */
  readonly others: readonly IAlarm[];
}

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
const HOUR_SECONDS = 3600;

/** What is watched in the account that would have to restore: the promise itself, and silence about it. */
export class ProofMonitoring extends Construct {
  constructor(scope: Construct, id: string, { config, stateMachine, functions, topic, others }: ProofMonitoringProps) {
    super(scope, id);
    const { objectives, source, proof, regionCopy } = config;
    const own = new SystemAlarms(this, config.name, topic);
    const restorableAge = own.metric(METRIC.restorableAge, Stats.MAXIMUM, HOUR);
    const provenAge = own.metric(METRIC.provenAge, Stats.MAXIMUM, HOUR);
    const mismatch = own.metric(METRIC.proofMismatch, Stats.SUM, FIVE_MINUTES);
    // Of the executions: also those that could not even tell that they failed.
    const failed = stateMachine.metricFailed({ period: FIVE_MINUTES });
    const timedOut = stateMachine.metricTimedOut({ period: FIVE_MINUTES });
    const oldestSeconds = objectives.restorableWithinHours * HOUR_SECONDS;
    const oldestProvenSeconds = objectives.provenWithinDays * 24 * HOUR_SECONDS;
    const copyAge = own.metric(METRIC.regionCopyAge, Stats.MAXIMUM, HOUR);
    const alarms = [
      own.alarm('NothingFreshToRestore', {
        severity: 'page',
        summary: `The newest backup of ${source.clusterIdentifier} that this account could restore is older than ${objectives.restorableWithinHours} h, or there is none.`,
        metric: restorableAge,
        threshold: oldestSeconds,
        evaluationPeriods: 2,
        whenSilent: 'broken',
      }),
      own.alarm('NoProvenCopy', {
        severity: 'page',
        summary: `The newest proven copy that this account owns is older than ${objectives.provenWithinDays} days, or there is none.`,
        metric: provenAge,
        threshold: oldestProvenSeconds,
        evaluationPeriods: 2,
        whenSilent: 'broken',
      }),
      own.alarm('ContentMismatch', { severity: 'page', summary: 'A restored backup holds other content than the warehouse had.', metric: mismatch, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('ProofFailed', { severity: 'ticket', summary: 'A backup could not be restored and proven.', metric: failed, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('ProofTimedOut', { severity: 'ticket', summary: `A proof took longer than ${proof.lifetimeHours} h and was given up.`, metric: timedOut, threshold: 1, whenSilent: 'healthy' }),
      own.alarm('ClusterLeftBehind', {
        severity: 'ticket',
        summary: 'A restored cluster outlived its proof and was deleted by the sweep: a run died without tearing down.',
        metric: own.metric(METRIC.clustersSwept, Stats.SUM, HOUR),
        threshold: 1,
        whenSilent: 'healthy',
      }),
      own.alarm('SweepFailed', { severity: 'ticket', summary: 'Nobody looks for restored clusters that were left behind; they cost money.', metric: functions.sweepClusters.function.metricErrors({ period: HOUR }), threshold: 1, whenSilent: 'healthy' }),
      ...(regionCopy
        ? [
            own.alarm('NothingFreshElsewhere', {
              severity: 'page',
              summary: `The newest copy in ${regionCopy.region} that this account could restore there is older than ${regionCopy.restorableWithinHours} h, or there is none.`,
              metric: copyAge,
              threshold: regionCopy.restorableWithinHours * HOUR_SECONDS,
              evaluationPeriods: 2,
              whenSilent: 'broken',
            }),
          ]
        : []),
      ...others,
      retentionUnkept(own),
      own.alarm('CleanUpFailed', { severity: 'ticket', summary: 'Copies whose time is over are still there.', metric: own.metric(METRIC.cleanUpFailed, Stats.MAXIMUM, HOUR), threshold: 1, whenSilent: 'healthy' }),
    ];
    new SystemDashboard(this, 'Dashboard', {
      dashboardName: `holdfast-redshift-backup-${config.name}-target`,
      introduction: `# ${config.name}: target\nWhat could be restored of ${source.clusterIdentifier} is at most ${objectives.restorableWithinHours} h old, what is proven and owned ${objectives.provenWithinDays} days. Runbook: docs/runbooks/redshift-backup.md`,
      alarms,
      graphs: [
        { title: 'Age of what could be restored now, seconds', metrics: [restorableAge], limit: { label: 'objective', value: oldestSeconds } },
        { title: 'Age of the newest proven copy, seconds', metrics: [provenAge], limit: { label: 'objective', value: oldestProvenSeconds } },
        ...(regionCopy ? [{ title: `Age of the newest copy in ${regionCopy.region}, seconds`, metrics: [copyAge], limit: { label: 'objective', value: regionCopy.restorableWithinHours * HOUR_SECONDS } }] : []),
        { title: 'Proofs: proven, mismatched, failed', metrics: [own.metric(METRIC.proven, Stats.SUM, HOUR), mismatch, failed] },
        { title: 'Minutes from the start of a restore to all data loaded', metrics: [own.metric(METRIC.restoreDuration, Stats.MAXIMUM, HOUR)] },
        { title: 'Rows that manifests proved, percent', metrics: [own.metric(METRIC.provenRows, Stats.MINIMUM, HOUR)] },
        { title: 'Executions', metrics: [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed(), timedOut] },
      ],
    });
  }
}
