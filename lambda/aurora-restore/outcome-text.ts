import type { ProofSummary, RestorePlan, RestoreRun } from './contract';

/** Everything the run has found out; what it did not reach is absent. */
export interface RunOutcome {
  readonly operationId: string;
  readonly outcome: 'succeeded' | 'failed' | 'planned' | 'abandoned';
  readonly run?: RestoreRun;
  readonly plan?: RestorePlan;
  readonly proof?: ProofSummary;
  readonly network?: { readonly endpoint: string | null };
  /** As Step Functions catches it: the error's name, and JSON of what Lambda reported. */
  readonly error?: CaughtError;
  /** What undoing the run came to, or the error that it ended with. */
  readonly compensation?: { readonly removed: readonly string[]; readonly kept: 'as-requested' | 'opened' | null } | CaughtError;
  readonly executionArn: string;
}

export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** The line that people see first. */
export function subjectOf(pipeline: string, { outcome, operationId, proof, error }: RunOutcome): string {
  switch (outcome) {
    case 'planned':
      return `Holdfast: plan ${operationId} of ${pipeline}`;
    case 'abandoned':
      return `Holdfast: ${operationId} of ${pipeline} abandoned`;
    case 'succeeded':
      return `Holdfast: ${pipeline} restored, content ${proof?.verdict ?? 'not compared'}`;
    case 'failed':
      return `Holdfast: ${pipeline} FAILED with ${error?.Error ?? 'no error'}`;
  }
}

/** What happened and what can be done about it, line by line. */
export function describeOutcome(pipeline: string, input: RunOutcome, minutes: number): string[] {
  const { operationId, outcome, plan, proof, network, error, executionArn } = input;
  return [
    `Pipeline ${pipeline}, operation ${operationId}: ${outcome} after ${minutes.toFixed(0)} min.`,
    ...(network?.endpoint ? [`Database: ${network.endpoint}`] : []),
    ...(proof ? [proofLine(proof)] : []),
    ...(error ? [`Error: ${error.Error}`, `Cause: ${causeOf(error.Cause)}`, 'Runbook: docs/runbooks/aurora-restore.md#restorefailed'] : []),
    ...remains(input),
    ...(outcome === 'planned' && plan ? planLines(plan) : []),
    `Execution: ${executionArn}`,
  ];
}

function proofLine({ verdict, basis, rows, provenRows, tables, differences, reportKey }: ProofSummary): string {
  const reference = basis === 'manifest' ? 'manifests taken with the snapshot' : basis === 'live' ? 'the live source as it is now' : 'nothing: there is no manifest and the source cannot be read';
  return `Content: ${verdict}. Compared with ${reference}: ${provenRows} of ${rows} rows in ${tables} tables proven, ${differences} differences. Report: ${reportKey}`;
}

/** What is left of a run that did not succeed. */
function remains({ operationId, run, compensation }: RunOutcome): string[] {
  if (!run || !compensation) return [];
  if ('Error' in compensation) return [`What the run made could not all be removed: ${compensation.Error}: ${causeOf(compensation.Cause)}`];
  if (compensation.kept === 'as-requested') return [`What was made is kept. Resume with the same operationId: ${operationId}`];
  if (compensation.kept === 'opened') return [`The database was open already and stays. Resume with the same operationId: ${operationId}`];
  return [`Removed: ${compensation.removed.join(', ') || 'nothing, nothing was made'}`];
}

function planLines({ calls, deletions, planHash }: RestorePlan): string[] {
  return [
    'It would call:',
    ...calls.map((call) => `  ${call}`),
    'It would delete:',
    ...(deletions.length > 0 ? deletions.map((item) => `  ${item}`) : ['  nothing but its own copies']),
    `Plan hash: ${planHash}`,
  ];
}

/** Lambda's report is JSON; other causes are text already. */
function causeOf(cause: CaughtError['Cause']): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
