import { askApproval } from '../../../../lambda/warm-standby/ask-approval';
import type { PendingApproval } from '../../../../lambda/warm-standby/failover-runs';
import type { Evidence } from '../../../../lambda/warm-standby/contract';
import { captureOutput } from '../../../support/captured-output';
import { at, evidenceOf, now, STANDBY, stepOf } from './fixtures';

const output = captureOutput();

async function ask(evidence: Evidence) {
  const told: { subject: string; message: string }[] = [];
  const kept: PendingApproval[] = [];
  const answer = await askApproval(
    { ...stepOf(), taskToken: 'a-token-that-nobody-may-see', evidence },
    { system: 'shop', region: STANDBY, approvalMinutes: 5, runs: { askedFor: async (approval) => void kept.push(approval) }, topic: { publish: async (subject, message) => void told.push({ subject, message }) }, now },
  );
  return { answer, told, kept };
}

describe('askApproval', () => {
  it('tells people what it would cost and which command approves it, and until when', async () => {
    const { answer, told } = await ask(evidenceOf());

    expect(answer).toEqual({ expiresAt: at(300) });
    expect(told).toHaveLength(1);
    expect(told[0]!.message).toContain('You lose at most 3 s of work: everything after heartbeat 88123. Verdict: lossy.');
    expect(told[0]!.message).toContain(`Approve before ${at(300)}: holdfast standby approve shop epoch-2 --region us-west-2\n`);
    expect(told[0]!.message).toContain('- its receiver hears nothing from the primary');
  });

  it('has the command sign for the loss of a stale replica', async () => {
    const { told } = await ask(evidenceOf({ verdict: 'stale', namedLoss: { seconds: 172_700, lastSequence: 100 } }));

    expect(told[0]!.message).toContain('holdfast standby approve shop epoch-2 --region us-west-2 --sign-loss 172700:100');
  });

  it('keeps the token for the answer, and shows it to nobody', async () => {
    const { told, kept } = await ask(evidenceOf());

    expect(kept).toEqual([{ operationId: 'epoch-2', taskToken: 'a-token-that-nobody-may-see', verdict: 'lossy', namedLoss: { seconds: 3, lastSequence: 88_123 }, expiresAt: at(300) }]);
    expect(JSON.stringify(told) + output.text).not.toContain('a-token-that-nobody-may-see');
  });

  it('raises the alarm', async () => {
    await ask(evidenceOf());

    expect(output.metric('ApprovalPending')).toEqual([{ instance: 'shop', value: 1, unit: 'Count' }]);
  });
});
