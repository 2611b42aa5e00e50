import { answerApproval } from '../../../../lambda/warm-standby/answer-approval';
import { ApprovalRefused, type ApprovalAnswer, type Verdict } from '../../../../lambda/warm-standby/contract';
import type { PendingApproval } from '../../../../lambda/warm-standby/failover-runs';
import { at, now } from './fixtures';

const APPROVAL: ApprovalAnswer = { operationId: 'epoch-2', decision: 'approve', by: 'ada' };
const LOSS = { seconds: 843, lastSequence: 88_123 };

let answers: { readonly token: string; readonly answer: unknown }[];
let isWaiting: boolean;
beforeEach(() => {
  answers = [];
  isWaiting = true;
});

const asked = (verdict: Verdict): PendingApproval => ({ operationId: 'epoch-2', taskToken: 'token-of-epoch-2', verdict, namedLoss: LOSS, expiresAt: at(300) });

const answer = (given: ApprovalAnswer, verdict: Verdict = 'lossy') =>
  answerApproval(given, {
    runs: { pendingApproval: async (operationId) => (operationId === 'epoch-2' ? asked(verdict) : undefined) },
    tokens: {
      succeed: async (token, output) => (answers.push({ token, answer: output }), isWaiting),
      fail: async (token, error, cause) => (answers.push({ token, answer: [error, cause] }), isWaiting),
    },
    now,
  });

describe('answerApproval', () => {
  it('hands an approval to the execution that asked, with who gave it', async () => {
    await expect(answer(APPROVAL)).resolves.toEqual({ accepted: true });
    expect(answers).toEqual([{ token: 'token-of-epoch-2', answer: { by: 'ada', signedLoss: null, at: at(0) } }]);
  });

  it('stops the execution when it is rejected', async () => {
    await answer({ ...APPROVAL, decision: 'reject' });

    expect(answers).toEqual([{ token: 'token-of-epoch-2', answer: [ApprovalRefused.errorName, 'ada rejected the failover'] }]);
  });

  it('refuses an approval for another execution', async () => {
    await expect(answer({ ...APPROVAL, operationId: 'epoch-3' })).rejects.toThrow(new ApprovalRefused('no execution epoch-3 asks for approval'));
    expect(answers).toEqual([]);
  });

  it('promotes a stale replica only for a signature under the loss as it was named', async () => {
    await answer({ ...APPROVAL, signedLoss: LOSS }, 'stale');

    expect(answers).toEqual([expect.objectContaining({ answer: { by: 'ada', signedLoss: LOSS, at: at(0) } })]);
  });

  it.each<[string, ApprovalAnswer['signedLoss']]>([
    ['no signature', undefined],
    ['a signature under fewer seconds', { ...LOSS, seconds: 842 }],
    ['a signature under another heartbeat', { ...LOSS, lastSequence: 88_124 }],
  ])('refuses to promote a stale replica for %s', async (_case, signedLoss) => {
    await expect(answer({ ...APPROVAL, ...(signedLoss && { signedLoss }) }, 'stale')).rejects.toThrow(/the loss of 843 s after heartbeat 88123 must be signed for/);
    expect(answers).toEqual([]);
  });

  it('takes a rejection of a stale replica without any signature', async () => {
    await expect(answer({ ...APPROVAL, decision: 'reject' }, 'stale')).resolves.toEqual({ accepted: true });
  });

  it('says that an answer came too late', async () => {
    isWaiting = false;

    await expect(answer(APPROVAL)).rejects.toThrow(/does not wait any longer: .* its time was over at/);
  });

  it.each<[string, unknown, RegExp]>([
    ['a name that no failover has', { ...APPROVAL, operationId: 'epoch-2/../x' }, /operationId.*such as epoch-2/],
    ['another decision', { ...APPROVAL, decision: 'maybe' }, /decision/],
    ['nobody', { ...APPROVAL, by: '' }, /by/],
  ])('refuses %s', async (_case, given, message) => {
    await expect(answer(given as ApprovalAnswer)).rejects.toThrow(message);
    expect(answers).toEqual([]);
  });
});
