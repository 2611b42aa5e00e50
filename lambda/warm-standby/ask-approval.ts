import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, type Evidence, METRIC, type StepInput } from './contract';
import { FailoverRuns } from './failover-runs';

export interface AskApprovalInput extends StepInput {
  readonly taskToken: string;
  readonly evidence: Evidence;
}

export interface AskApprovalPorts {
  readonly system: string;
  readonly region: string;
  readonly approvalMinutes: number;
  readonly runs: Pick<FailoverRuns, 'askedFor'>;
  readonly topic: Pick<Topic, 'publish'>;
  readonly now: () => Date;
}

/** Asks people whether to fail over, with what it would cost in words; the execution waits for their answer. */
export async function askApproval({ run, taskToken, evidence }: AskApprovalInput, { system, region, approvalMinutes, runs, topic, now }: AskApprovalPorts): Promise<{ readonly expiresAt: string }> {
  const expiresAt = new Date(now().getTime() + approvalMinutes * 60_000).toISOString();
  const { verdict, namedLoss, reasons } = evidence;
  await runs.askedFor({ operationId: run.operationId, taskToken, verdict, namedLoss, expiresAt });
  addMetric(system, METRIC.approvalPending, 1);
  const signature = verdict === 'stale' ? ` --sign-loss ${namedLoss.seconds}:${namedLoss.lastSequence}` : '';
  const lines = [
    `Fail over ${system} to ${region}? Asked by ${run.requestedBy}: ${run.reason}`,
    `You lose at most ${namedLoss.seconds} s of work: everything after heartbeat ${namedLoss.lastSequence}. Verdict: ${verdict}.`,
    ...reasons.map((reason) => `- ${reason}`),
    `Approve before ${expiresAt}: holdfast standby approve ${system} ${run.operationId} --region ${region}${signature}`,
    `Reject: holdfast standby reject ${system} ${run.operationId} --region ${region}`,
  ];
  await topic.publish(`${system}: approve the failover to ${region}?`, lines.join('\n'));
  return { expiresAt };
}

export const handler = defineHandler('warm-standby/ask-approval', askApproval, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  approvalMinutes: env.number(ENV.APPROVAL_MINUTES),
  runs: FailoverRuns.in(env),
  topic: Topic.in({ region: env.region }, env.required(ENV.TOPIC_ARN)),
  now: () => new Date(),
}));
