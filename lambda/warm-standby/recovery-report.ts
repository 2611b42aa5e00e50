import type { Approval, Evidence, FailoverRun, FailoverStep, Marks } from './contract';
import type { OpenDatabaseOutput } from './open-database';

/** What a failover has to tell when it ends. */
export interface RecoveryReport {
  readonly system: string;
  readonly region: string;
  readonly run: FailoverRun;
  readonly outcome: 'succeeded' | 'failed';
  readonly error?: { readonly Error?: string; readonly Cause?: string };
  readonly endedAt: string;
  /** Seconds of each step that was entered, and what was declared for it. */
  readonly steps: Readonly<Partial<Record<FailoverStep, { readonly seconds: number; readonly budgetSeconds: number }>>>;
  /** From the last moment at which the service was seen to answer to the first at which clients reached it again. */
  readonly recoveryTimeSeconds: number | null;
  readonly recoveryTimeObjectiveSeconds: number;
  /** Work that did not come through, as far as this region can tell; what exactly was lost is in the old region's database. */
  readonly recoveryPointSeconds: number | null;
  readonly recoveryPointObjectiveSeconds: number;
  readonly lastHeartbeat: OpenDatabaseOutput['lastHeartbeat'];
  /** Clients that were promised a number above these have lost it. */
  readonly positions: OpenDatabaseOutput['positions'];
  readonly evidence: Evidence | null;
  /** Who consented to an unplanned failover, and signed for which loss. */
  readonly approval: Approval | null;
}

export interface ReportInput {
  readonly system: string;
  readonly region: string;
  readonly run: FailoverRun;
  readonly marks: Marks;
  readonly evidence: Evidence | null;
  readonly approval: Approval | null;
  readonly database: OpenDatabaseOutput | null;
  readonly error?: RecoveryReport['error'];
  readonly endedAt: string;
  readonly budget: Readonly<Record<FailoverStep, number>>;
  readonly rtoSeconds: number;
  readonly rpoSeconds: number;
}

/** A planned failover of a service that works counts from its request, which comes a moment before it is admitted. */
const SERVED_WITHIN_SECONDS = 60;
/** Where each step begins and ends. Tasks are started while the database is promoted, so `scale` is what is left after that. */
const BOUNDS: readonly (readonly [FailoverStep, keyof Marks | 'lastServedAt', keyof Marks])[] = [
  ['detect', 'lastServedAt', 'admitted'],
  ['decide', 'admitted', 'decided'],
  ['fence', 'decided', 'fenced'],
  ['promote', 'fenced', 'promoted'],
  ['scale', 'promoted', 'scaled'],
  ['switch', 'scaled', 'switched'],
  ['verify', 'switched', 'verified'],
];

/** Turns the moments of a failover into its report. */
export function recoveryReport({ marks, run, budget, database, evidence, approval, rtoSeconds, rpoSeconds, error, ...rest }: ReportInput): RecoveryReport {
  const moments: Readonly<Record<string, string | undefined>> = { ...marks, lastServedAt: run.lastServedAt };
  const steps = Object.fromEntries(
    BOUNDS.flatMap(([step, from, to]) => {
      const [begin, end] = [moments[from], moments[to]];
      return begin && end ? [[step, { seconds: seconds(begin, end), budgetSeconds: budget[step] }]] : [];
    }),
  );
  // What a planned failover interrupts begins when writes are drained, unless an attempt before has drained them.
  const wasServed = marks.admitted !== undefined && seconds(run.lastServedAt, marks.admitted) < SERVED_WITHIN_SECONDS;
  const interruptedAt = run.kind === 'planned' && wasServed ? marks.decided : run.lastServedAt;
  return {
    ...rest,
    run,
    outcome: error ? 'failed' : 'succeeded',
    ...(error && { error }),
    steps,
    recoveryTimeSeconds: marks.verified && interruptedAt ? seconds(interruptedAt, marks.verified) : null,
    recoveryTimeObjectiveSeconds: rtoSeconds,
    recoveryPointSeconds: error || !evidence ? null : run.kind === 'planned' ? 0 : evidence.namedLoss.seconds,
    recoveryPointObjectiveSeconds: rpoSeconds,
    lastHeartbeat: database?.lastHeartbeat ?? null,
    positions: database?.positions ?? [],
    evidence,
    approval,
  };
}

/** The report in words, for people who are told of the end of a failover. */
export function describeReport(report: RecoveryReport): readonly string[] {
  const { run, region, outcome, error, steps, approval, recoveryTimeSeconds, recoveryPointSeconds } = report;
  return [
    `${run.kind} failover ${run.operationId} of ${report.system} to ${region}: ${outcome}`,
    ...(approval ? [`Approved by ${approval.by} at ${approval.at}${approval.signedLoss ? `, who signed for a loss of ${approval.signedLoss.seconds} s after heartbeat ${approval.signedLoss.lastSequence}` : ''}`] : []),
    ...(error ? [`Stopped by ${error.Error ?? 'an unknown error'}: ${error.Cause ?? ''}`, `Resume it with the same request, or undo it while the database is not promoted; see docs/runbooks/warm-standby.md#failoverfailed`] : []),
    ...Object.entries(steps).map(([step, { seconds: took, budgetSeconds }]) => `- ${step}: ${took} s of ${budgetSeconds} s`),
    ...(recoveryTimeSeconds === null ? [] : [`Out of service: ${against(recoveryTimeSeconds, report.recoveryTimeObjectiveSeconds)}`]),
    ...(recoveryPointSeconds === null ? [] : [`Work lost: at most ${against(recoveryPointSeconds, report.recoveryPointObjectiveSeconds)}`]),
    ...report.positions.map(({ table, lastNumber, unread }) => (unread === undefined ? `- ${table} ends at ${lastNumber ?? 'nothing'}` : `- ${table}: nobody knows where it ends, ${unread}`)),
  ];
}

function against(taken: number, objective: number): string {
  return `${taken} s, objective ${objective} s${taken > objective ? ', missed' : ''}`;
}

function seconds(from: string, to: string): number {
  return Math.max(0, Math.round((new Date(to).getTime() - new Date(from).getTime()) / 100) / 10);
}
