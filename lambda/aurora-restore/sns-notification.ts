import { type AuditLog } from '../common/audit-log';
import { Topic } from '../common/aws/topic';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC } from './contract';
import { journalOf } from './journal';
import { describeOutcome, subjectOf, type RunOutcome } from './outcome-text';
import { RestoreStates } from './restore-state';

export interface SnsNotificationPorts {
  readonly pipeline: string;
  readonly topic: Pick<Topic, 'publish'>;
  readonly states: Pick<RestoreStates, 'note'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

const MINUTE_MS = 60_000;

/**
 * Ends a run: writes its outcome down, measures it, and tells people what happened and what they can do.
 *
 * The message carries the hash of the last event of the audit: kept in many mailboxes, it shows an audit cut short.
 */
export async function snsNotification(input: RunOutcome, { pipeline, topic, states, audit, now }: SnsNotificationPorts): Promise<{ subject: string }> {
  const { operationId, outcome, run, proof, error } = input;
  const minutes = run ? (now().getTime() - new Date(run.startedAt).getTime()) / MINUTE_MS : 0;
  const subject = subjectOf(pipeline, input);
  const isFailure = outcome === 'failed' || outcome === 'abandoned';
  const { sequence, hash } = await audit.append(operationId, { type: 'RunEnded', status: isFailure ? 'failed' : 'succeeded', details: { outcome, minutes, error: error?.Error, verdict: proof?.verdict } });
  if (outcome === 'succeeded') addMetric(pipeline, METRIC.restoreDuration, minutes);
  if (outcome === 'succeeded' && proof?.verdict === 'PROVEN') addMetric(pipeline, METRIC.restoreProven, 1);
  if (outcome === 'failed') addMetric(pipeline, METRIC.restoreFailed, 1);
  await topic.publish(subject, [...describeOutcome(pipeline, input, minutes), `Audit: ${Number(sequence)} events, the last with hash ${hash}`].join('\n'));
  // Last: a run that nobody was told of counts as unfinished, so that the same request ends it.
  if (run) await states.note(operationId, { status: isFailure ? 'FAILED' : 'SUCCEEDED', outcome: { subject, proof, error: error?.Error } });
  return { subject };
}

export const handler = defineHandler('aurora-restore/sns-notification', snsNotification, (env) => {
  const target = { region: env.region };
  const now = () => new Date();
  return {
    pipeline: env.required(ENV.PIPELINE),
    topic: Topic.in(target, env.required(ENV.TOPIC_ARN)),
    states: new RestoreStates({ table: DynamoTable.in(target, env.required(ENV.STATE_TABLE)), now }),
    audit: journalOf(env),
    now,
  };
});
