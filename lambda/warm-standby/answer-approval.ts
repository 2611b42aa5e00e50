import * as z from 'zod/mini';
import { TaskTokens } from '../common/aws/task-tokens';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { type Approval, type ApprovalAnswer, ApprovalRefused } from './contract';
import { FailoverRuns, type PendingApproval } from './failover-runs';

export interface AnswerApprovalPorts {
  readonly runs: Pick<FailoverRuns, 'pendingApproval'>;
  readonly tokens: Pick<TaskTokens, 'succeed' | 'fail'>;
  readonly now: () => Date;
}

const answerSchema = z.strictObject({
  operationId: z.string().check(z.regex(/^epoch-\d+(_\d+)?$/, 'the name of the execution that asks, such as epoch-2')),
  decision: z.enum(['approve', 'reject']),
  by: z.string().check(z.minLength(1)),
  signedLoss: z.optional(z.strictObject({ seconds: z.number(), lastSequence: z.number() })),
});

/** Hands a person's answer to the execution that asked, and to no other. A stale replica takes a signature for the loss as it was named. */
export async function answerApproval(input: ApprovalAnswer, { runs, tokens, now }: AnswerApprovalPorts): Promise<{ readonly accepted: true }> {
  const answer = parseInput(answerSchema, input, 'approval');
  const asked = await runs.pendingApproval(answer.operationId);
  if (!asked) throw new ApprovalRefused(`no execution ${answer.operationId} asks for approval`, { operationId: answer.operationId });
  const { taskToken } = asked;
  if (answer.decision === 'approve') checkSignature(asked, answer);
  const isHeard =
    answer.decision === 'approve'
      ? await tokens.succeed(taskToken, { by: answer.by, signedLoss: answer.signedLoss ?? null, at: now().toISOString() } satisfies Approval)
      : await tokens.fail(taskToken, ApprovalRefused.errorName, `${answer.by} rejected the failover`);
  if (!isHeard) throw new ApprovalRefused(`execution ${answer.operationId} does not wait any longer: it was answered before, or its time was over at ${asked.expiresAt}`);
  return { accepted: true };
}

function checkSignature({ verdict, namedLoss }: PendingApproval, { signedLoss }: Pick<ApprovalAnswer, 'signedLoss'>): void {
  if (verdict !== 'stale') return;
  if (signedLoss?.seconds === namedLoss.seconds && signedLoss.lastSequence === namedLoss.lastSequence) return;
  const signed = signedLoss ? `${signedLoss.seconds} s after heartbeat ${signedLoss.lastSequence}` : 'nothing';
  throw new ApprovalRefused(`the replica is stale: the loss of ${namedLoss.seconds} s after heartbeat ${namedLoss.lastSequence} must be signed for, and ${signed} was`, { ...namedLoss });
}

export const handler = defineHandler('warm-standby/answer-approval', answerApproval, (env) => ({
  runs: FailoverRuns.in(env),
  tokens: TaskTokens.in({ region: env.region }),
  now: () => new Date(),
}));
