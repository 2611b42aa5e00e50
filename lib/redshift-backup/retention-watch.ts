import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC } from '../../lambda/redshift-backup/contract';
import type { SystemAlarms } from './system-alarms';

/**
 * When the retention is applied besides the end of each backup and proof: what stays has an end at Redshift, which only a
 * clean-up that runs moves on, also when nothing is backed up or proven any more.
 */
export const RETENTION_SCHEDULE = { expression: 'rate(1 day)', input: {} } as const;

/** A day, and time for attempts that have to be repeated: well within the days of grace, of which there are two or more. */
const SILENT_HOURS = 30;

/** Rings when nobody applies the retention, for whatever reason: a schedule that is gone tells nothing. */
export function retentionUnkept(own: SystemAlarms): IAlarm {
  return own.alarm('RetentionUnkept', {
    severity: 'page',
    summary: `The retention was not applied for ${SILENT_HOURS} h: what it would keep is deleted by Redshift when the days of grace are over.`,
    metric: own.metric(METRIC.snapshotsDeleted, Stats.SAMPLE_COUNT, Duration.hours(1)),
    threshold: 1,
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: SILENT_HOURS,
    whenSilent: 'broken',
  });
}
