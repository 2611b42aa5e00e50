import { concludeFailover, type ConcludeFailoverInput } from '../../../../lambda/warm-standby/conclude-failover';
import { captureOutput } from '../../../support/captured-output';
import { at, evidenceOf, MemoryRuns, now, STANDBY, stepOf } from './fixtures';

const output = captureOutput();
const MARKS = { admitted: at(-600), decided: at(-480), verified: at(-5) };

async function conclude(changes: Partial<ConcludeFailoverInput> = {}) {
  const runs = new MemoryRuns();
  const written: { key: string; content: unknown }[] = [];
  const told: string[] = [];
  const answer = await concludeFailover(
    { ...stepOf(), marks: MARKS, evidence: evidenceOf(), database: { lastHeartbeat: null, positions: [] }, error: null, ...changes },
    {
      system: 'shop',
      region: STANDBY,
      budget: { detect: 240, decide: 300, fence: 150, promote: 480, scale: 0, switch: 150, verify: 60 },
      rtoSeconds: 1_500,
      rpoSeconds: 60,
      runs,
      reports: { writeJson: async (key, content) => void written.push({ key, content }) },
      topic: { publish: async (subject, message) => void told.push(`${subject}\n${message}`) },
      now,
    },
  );
  return { answer, written, told, run: await runs.ofEpoch(2) };
}

describe('concludeFailover', () => {
  it('writes the report, remembers the end, measures and tells people', async () => {
    const { answer, written, told, run } = await conclude();

    expect(written).toEqual([{ key: 'failovers/epoch-2.json', content: answer.report }]);
    expect(run).toEqual({ status: 'succeeded' });
    expect(output.metric('RecoveryTimeSeconds')).toEqual([expect.objectContaining({ value: 235 })]);
    expect(output.metric('RecoveryPointSeconds')).toEqual([expect.objectContaining({ value: 3 })]);
    expect(told[0]).toMatch(/^shop: failover to us-west-2 succeeded\n.*Report: failovers\/epoch-2\.json$/s);
  });

  it('reports a failover that stopped, so that it can be resumed', async () => {
    const { written, run, told } = await conclude({ marks: { admitted: at(-600) }, database: null, error: { Error: 'WarmStandby.EvidenceInsufficient', Cause: 'no receiver' } });

    expect(written.map(({ key }) => key)).toEqual(['failovers/epoch-2.json']);
    expect(written[0]!.content).toMatchObject({ outcome: 'failed', error: { Error: 'WarmStandby.EvidenceInsufficient', Cause: 'no receiver' } });
    expect(run).toEqual({ status: 'failed' });
    expect(output.metric('RecoveryTimeSeconds')).toEqual([]);
    expect(told[0]).toContain('no receiver');
  });

  it('keeps a report for each attempt', async () => {
    const { written } = await conclude(stepOf({ operationId: 'epoch-2_2' }));

    expect(written[0]!.key).toBe('failovers/epoch-2_2.json');
  });
});
