import { Bucket } from '../common/aws/bucket';
import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { type Approval, ENV, type Evidence, type FailoverStep, type Marks, METRIC, type StepInput } from './contract';
import { FailoverRuns } from './failover-runs';
import type { OpenDatabaseOutput } from './open-database';
import { describeReport, recoveryReport, type RecoveryReport } from './recovery-report';

export interface ConcludeFailoverInput extends StepInput {
  readonly marks: Marks;
  readonly evidence?: Evidence | null;
  /** Nothing for a failover that needed no consent, or did not get it. */
  readonly approval?: Approval | null;
  readonly database?: OpenDatabaseOutput | null;
  readonly error?: { readonly Error?: string; readonly Cause?: string } | null;
}

export interface ConcludeFailoverPorts {
  readonly system: string;
  readonly region: string;
  readonly budget: Readonly<Record<FailoverStep, number>>;
  readonly rtoSeconds: number;
  readonly rpoSeconds: number;
  readonly runs: Pick<FailoverRuns, 'note'>;
  readonly reports: Pick<Bucket, 'writeJson'>;
  readonly topic: Pick<Topic, 'publish'>;
  readonly now: () => Date;
}

/** Ends a failover, however it went: writes the report where nobody can change it, measures, and tells people. */
export async function concludeFailover(input: ConcludeFailoverInput, ports: ConcludeFailoverPorts): Promise<{ readonly reportKey: string; readonly report: RecoveryReport }> {
  const { system, region, budget, rtoSeconds, rpoSeconds, runs, reports, topic, now } = ports;
  const { run, marks, evidence = null, approval = null, database = null, error } = input;
  const report = recoveryReport({ system, region, run, marks, evidence, approval, database, ...(error && { error }), endedAt: now().toISOString(), budget, rtoSeconds, rpoSeconds });
  const reportKey = `failovers/${run.operationId}.json`;
  await reports.writeJson(reportKey, report);
  await runs.note(run.epoch, { status: error ? 'failed' : 'succeeded' });
  if (report.recoveryTimeSeconds !== null) addMetric(system, METRIC.recoveryTime, report.recoveryTimeSeconds);
  if (report.recoveryPointSeconds !== null) addMetric(system, METRIC.recoveryPoint, report.recoveryPointSeconds);
  await topic.publish(`${system}: failover to ${region} ${report.outcome}`, [...describeReport(report), `Report: ${reportKey}`].join('\n'));
  return { reportKey, report };
}

export const handler = defineHandler('warm-standby/conclude-failover', concludeFailover, (env) => {
  const target = { region: env.region };
  return {
    system: env.required(ENV.SYSTEM),
    region: env.region,
    budget: env.json(ENV.BUDGET) as Readonly<Record<FailoverStep, number>>,
    rtoSeconds: env.number(ENV.RTO_MINUTES) * 60,
    rpoSeconds: env.number(ENV.RPO_SECONDS),
    runs: FailoverRuns.in(env),
    reports: Bucket.in(target, env.required(ENV.REPORT_BUCKET)),
    topic: Topic.in(target, env.required(ENV.TOPIC_ARN)),
    now: () => new Date(),
  };
});
