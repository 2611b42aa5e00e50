import { METRIC, type ProofSummary, type RestorePlan } from '../../../../lambda/aurora-restore/contract';
import type { RunOutcome } from '../../../../lambda/aurora-restore/outcome-text';
import { snsNotification } from '../../../../lambda/aurora-restore/sns-notification';
import { captureOutput } from '../../../support/captured-output';
import { NOW, OPERATION, PIPELINE, PROVEN, runOf } from './fixtures';
import { MemoryAudit } from './memory-audit';

const output = captureOutput();
const MINUTE_MS = 60_000;

let audit: MemoryAudit;
let messages: { subject: string; message: string }[];
let notes: Record<string, unknown>[];
beforeEach(() => {
  audit = new MemoryAudit();
  messages = [];
  notes = [];
});

const outcomeOf = (changes: Partial<RunOutcome> = {}): RunOutcome => ({ operationId: OPERATION, outcome: 'succeeded', run: runOf(), proof: PROVEN, network: { endpoint: 'orders-staging.example' }, executionArn: 'arn:of:execution', ...changes });
const end = (changes: Partial<RunOutcome> = {}) =>
  snsNotification(outcomeOf(changes), {
    pipeline: PIPELINE,
    topic: { publish: async (subject, message) => void messages.push({ subject, message }) },
    states: { note: async (operationId, changed) => void notes.push({ operationId, ...changed }) },
    audit,
    now: () => new Date(NOW.getTime() + 95 * MINUTE_MS),
  });
const failed = (error = { Error: 'AuroraRestore.CopyFailed', Cause: JSON.stringify({ errorMessage: 'the copy is failed at 40 %' }) }): Partial<RunOutcome> => ({ outcome: 'failed', error, proof: undefined, network: undefined });

describe('snsNotification', () => {
  it('tells of a success: how long it took, where the database is, what is proven', async () => {
    await end();

    expect(messages[0]!.subject).toBe('Holdfast: orders-refresh restored, content PROVEN');
    expect(messages[0]!.message.split('\n').slice(0, 3)).toEqual([
      `Pipeline orders-refresh, operation ${OPERATION}: succeeded after 95 min.`,
      'Database: orders-staging.example',
      `Content: PROVEN. Compared with manifests taken with the snapshot: 1000 of 1000 rows in 4 tables proven, 0 differences. Report: ${OPERATION}/proof.json`,
    ]);
    expect(notes).toEqual([{ operationId: OPERATION, status: 'SUCCEEDED', outcome: { subject: messages[0]!.subject, proof: PROVEN, error: undefined } }]);
    expect(output.metric(METRIC.restoreDuration)).toEqual([{ instance: PIPELINE, value: 95, unit: 'None' }]);
    expect(output.metric(METRIC.restoreProven)).toHaveLength(1);
    expect(output.metric(METRIC.restoreFailed)).toEqual([]);
  });

  test.each<[ProofSummary['verdict'], ProofSummary['basis'], string]>([
    ['SAME_AS_LIVE_SOURCE', 'live', 'Compared with the live source as it is now'],
    ['DIFFERS_FROM_LIVE_SOURCE', 'live', 'Compared with the live source as it is now'],
    ['NO_REFERENCE', 'none', 'Compared with nothing'],
  ])('does not count a restore that is %s as proven, and says so', async (verdict, basis, text) => {
    await end({ proof: { ...PROVEN, verdict, basis } });

    expect(messages[0]).toMatchObject({ subject: `Holdfast: orders-refresh restored, content ${verdict}`, message: expect.stringContaining(text) as string });
    expect(output.metric(METRIC.restoreProven)).toEqual([]);
  });

  it('tells of a failure: its name, its cause, the runbook, and what was removed', async () => {
    await end({ ...failed(), compensation: { removed: ['snapshot x-copy (us-west-2)'], kept: null } });

    expect(messages[0]!.subject).toBe('Holdfast: orders-refresh FAILED with AuroraRestore.CopyFailed');
    expect(messages[0]!.message).toContain('Error: AuroraRestore.CopyFailed\nCause: the copy is failed at 40 %\nRunbook: docs/runbooks/aurora-restore.md#restorefailed\nRemoved: snapshot x-copy (us-west-2)');
    expect(notes).toEqual([expect.objectContaining({ status: 'FAILED' })]);
    expect(output.metric(METRIC.restoreFailed)).toHaveLength(1);
    expect(output.metric(METRIC.restoreDuration)).toEqual([]);
  });

  test.each<[RunOutcome['compensation'], string]>([
    [{ removed: [], kept: null }, 'Removed: nothing, nothing was made'],
    [{ removed: [], kept: 'as-requested' }, `What was made is kept. Resume with the same operationId: ${OPERATION}`],
    [{ removed: [], kept: 'opened' }, `The database was open already and stays. Resume with the same operationId: ${OPERATION}`],
    [{ Error: 'Lambda.Unknown', Cause: 'killed' }, 'What the run made could not all be removed: Lambda.Unknown: killed'],
  ])('says what is left when compensation came to %j', async (compensation, text) => {
    await end({ ...failed(), compensation });

    expect(messages[0]!.message).toContain(text);
  });

  it('tells of a request that was refused, for which there is no row to change', async () => {
    await end({ ...failed({ Error: 'Common.InvalidInput', Cause: 'not JSON' }), run: undefined });

    expect(messages[0]!.message).toContain('Cause: not JSON');
    expect(notes).toEqual([]);
  });

  it('tells what a plan would call and delete, and its hash', async () => {
    const plan: RestorePlan = { clusterIdentifier: 'a', previousClusterIdentifier: null, calls: ['rds:CopyDBClusterSnapshot x'], deletions: ['instance orders-1'], planHash: 'f'.repeat(64) };
    await end({ outcome: 'planned', plan, proof: undefined, network: undefined });

    expect(messages[0]!.message).toContain(`It would call:\n  rds:CopyDBClusterSnapshot x\nIt would delete:\n  instance orders-1\nPlan hash: ${'f'.repeat(64)}`);
    expect(notes).toEqual([expect.objectContaining({ status: 'SUCCEEDED' })]);
    expect(output.metric(METRIC.restoreDuration)).toEqual([]);
  });

  it('ends an abandoned run so that it can be started again, without an alarm', async () => {
    await end({ outcome: 'abandoned', proof: undefined, network: undefined, compensation: { removed: [], kept: null } });

    expect(messages[0]!.subject).toBe(`Holdfast: ${OPERATION} of orders-refresh abandoned`);
    expect(notes).toEqual([expect.objectContaining({ status: 'FAILED' })]);
    expect(output.metric(METRIC.restoreFailed)).toEqual([]);
  });

  it('leaves a run unfinished that nobody could be told of, so that the same request ends it', async () => {
    const unheard = snsNotification(outcomeOf(), { pipeline: PIPELINE, topic: { publish: () => Promise.reject(new Error('no answer')) }, states: { note: async () => void notes.push({}) }, audit, now: () => NOW });

    await expect(unheard).rejects.toThrow('no answer');
    expect(notes).toEqual([]);
  });

  it('carries the hash of the last event, so that an audit cut short shows', async () => {
    await audit.record('SomethingBefore', {});
    await end();

    const last = (await audit.events(OPERATION)).at(-1)!;
    expect(last.event_type).toBe('RunEnded');
    expect(messages[0]!.message).toContain(`Audit: 2 events, the last with hash ${last.hash}`);
  });
});
