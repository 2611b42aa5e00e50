import { AuditLog } from '../common/audit-log';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, type ProofSummary, type RestorePlan, type RestoreRun } from './contract';
import { RestoreStates } from './restore-state';
import { settingsOf } from './settings';

/** Everything the run has found out; what it did not reach is absent. */
export interface SnsNotificationInput {
  readonly operationId: string;
  readonly outcome: 'succeeded' | 'failed' | 'planned';
  readonly run?: RestoreRun;
  readonly plan?: RestorePlan;
  readonly proof?: ProofSummary;
  readonly network?: { readonly endpoint: string | null };
  /** As Step Functions catches it: the error's name, and JSON of what Lambda reported. */
  readonly error?: { readonly Error: string; readonly Cause: string };
  readonly executionArn: string;
}

export interface SnsNotificationPorts {
  readonly pipeline: string;
  readonly topic: Pick<Topic, 'publish'>;
  readonly states: Pick<RestoreStates, 'note'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

const MINUTE_MS = 60_000;

/** Ends a run: writes its outcome down, measures it, and tells people what happened and what they can do. */
export async function snsNotification(input: SnsNotificationInput, { pipeline, topic, states, audit, now }: SnsNotificationPorts): Promise<{ subject: string }> {
  const { operationId, outcome, run, proof } = input;
  const minutes = run ? (now().getTime() - new Date(run.startedAt).getTime()) / MINUTE_MS : 0;
  const subject = subjectOf(pipeline, input);
  await topic.publish(subject, messageOf(pipeline, input, minutes));
  if (run) await states.note(operationId, { status: outcome === 'failed' ? 'FAILED' : 'SUCCEEDED', outcome: { subject, proof, error: input.error?.Error } });
  await audit.append(operationId, { type: 'RunEnded', status: outcome === 'failed' ? 'failed' : 'succeeded', details: { outcome, minutes, error: input.error?.Error, verdict: proof?.verdict } });
  if (outcome === 'succeeded') addMetric(pipeline, METRIC.restoreDuration, minutes);
  if (outcome === 'succeeded' && proof?.verdict === 'PROVEN') addMetric(pipeline, METRIC.restoreProven, 1);
  if (outcome === 'failed') addMetric(pipeline, METRIC.restoreFailed, 1);
  return { subject };
}

function subjectOf(pipeline: string, { outcome, operationId, proof, error }: SnsNotificationInput): string {
  if (outcome === 'planned') return `Holdfast: plan ${operationId} of ${pipeline}`;
  return outcome === 'succeeded' ? `Holdfast: ${pipeline} restored, content ${proof?.verdict ?? 'not compared'}` : `Holdfast: ${pipeline} FAILED with ${error?.Error ?? 'no error'}`;
}

function messageOf(pipeline: string, input: SnsNotificationInput, minutes: number): string {
  const { operationId, outcome, run, plan, proof, network, error, executionArn } = input;
  const lines = [
    `Pipeline ${pipeline}, operation ${operationId}: ${outcome} after ${minutes.toFixed(0)} min.`,
    ...(network?.endpoint ? [`Database: ${network.endpoint}`] : []),
    ...(proof ? [proofLine(proof)] : []),
    ...(error ? [`Error: ${error.Error}`, `Cause: ${causeOf(error.Cause)}`, `Runbook: docs/runbooks/aurora-restore.md#restorefailed`] : []),
    ...(error && run ? [run.onFailure === 'keep' ? `What was made is kept. Resume with the same operationId: ${operationId}` : 'What the run made was removed, and nothing else.'] : []),
    ...(outcome === 'planned' && plan ? ['It would call:', ...plan.calls.map((call) => `  ${call}`), 'It would delete:', ...(plan.deletions.length > 0 ? plan.deletions.map((item) => `  ${item}`) : ['  nothing but its own copies']), `Plan hash: ${plan.planHash}`] : []),
    `Execution: ${executionArn}`,
  ];
  return lines.join('\n');
}

function proofLine({ verdict, basis, rows, provenRows, tables, differences, reportKey }: ProofSummary): string {
  const reference = basis === 'manifest' ? 'manifests taken with the snapshot' : basis === 'live' ? 'the live source as it is now' : 'nothing: there is no manifest and the source cannot be read';
  return `Content: ${verdict}. Compared with ${reference}: ${provenRows} of ${rows} rows in ${tables} tables proven, ${differences} differences. Report: ${reportKey}`;
}

/** Lambda's report is JSON; other causes are text already. */
function causeOf(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}

export const handler = defineHandler('aurora-restore/sns-notification', snsNotification, (env) => {
  const target = { region: env.region };
  const now = () => new Date();
  return {
    pipeline: settingsOf(env).pipeline,
    topic: Topic.in(target, env.required(ENV.TOPIC_ARN)),
    states: new RestoreStates({ table: DynamoTable.in(target, env.required(ENV.STATE_TABLE)), now }),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now }),
    now,
  };
});
