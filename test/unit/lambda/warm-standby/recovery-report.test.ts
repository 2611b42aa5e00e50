import type { FailoverStep, Marks } from '../../../../lambda/warm-standby/contract';
import { describeReport, recoveryReport, type ReportInput } from '../../../../lambda/warm-standby/recovery-report';
import { at, evidenceOf, runOf, STANDBY } from './fixtures';

const BUDGET: Readonly<Record<FailoverStep, number>> = { detect: 240, decide: 300, fence: 160, promote: 480, scale: 40, switch: 150, verify: 60 };
const MARKS: Marks = { admitted: at(0), decided: at(120), fenced: at(270), promoted: at(570), scaled: at(580), switched: at(670), verified: at(675.5) };
const DATABASE = { lastHeartbeat: { epoch: 1, sequence: 88_123, writtenAt: at(-243) }, positions: [{ table: 'app.transactions', lastNumber: 5_000, gaps: [4_998] }] };

const reportOf = (changes: Partial<ReportInput> = {}) =>
  recoveryReport({ system: 'shop', region: STANDBY, run: runOf(), marks: MARKS, evidence: evidenceOf(), approval: null, database: DATABASE, endedAt: at(680), budget: BUDGET, rtoSeconds: 1_500, rpoSeconds: 60, ...changes });

describe('recoveryReport', () => {
  it('measures each step against its budget', () => {
    expect(reportOf().steps).toEqual({
      detect: { seconds: 240, budgetSeconds: 240 },
      decide: { seconds: 120, budgetSeconds: 300 },
      fence: { seconds: 150, budgetSeconds: 160 },
      promote: { seconds: 300, budgetSeconds: 480 },
      scale: { seconds: 10, budgetSeconds: 40 },
      switch: { seconds: 90, budgetSeconds: 150 },
      verify: { seconds: 5.5, budgetSeconds: 60 },
    });
  });

  it('counts from the last answer of the lost region to the first of the new one', () => {
    expect(reportOf()).toMatchObject({ outcome: 'succeeded', recoveryTimeSeconds: 915.5, recoveryTimeObjectiveSeconds: 1_500, recoveryPointSeconds: 3, recoveryPointObjectiveSeconds: 60 });
  });

  it('counts a planned failover from the moment at which writes are drained, and no loss', () => {
    expect(reportOf({ run: runOf({ kind: 'planned', lastServedAt: at(0) }) })).toMatchObject({ recoveryTimeSeconds: 555.5, recoveryPointSeconds: 0 });
  });

  it('counts a planned failover that is resumed from the last answer before its first attempt', () => {
    expect(reportOf({ run: runOf({ kind: 'planned', lastServedAt: at(-1_200) }) })).toMatchObject({ recoveryTimeSeconds: 1_875.5, recoveryPointSeconds: 0 });
  });

  it('reports of a failover that stopped only what it came to, and no loss that did not happen', () => {
    const report = reportOf({ marks: { admitted: at(0), decided: at(120) }, database: null, error: { Error: 'WarmStandby.PromotionFailed', Cause: 'instance shop is failed' } });

    expect(report).toMatchObject({ outcome: 'failed', recoveryTimeSeconds: null, recoveryPointSeconds: null, lastHeartbeat: null, positions: [] });
    expect(Object.keys(report.steps)).toEqual(['detect', 'decide']);
  });

  it('keeps where the tables ended, by which losses are told', () => {
    expect(reportOf()).toMatchObject(DATABASE);
  });
});

describe('describeReport', () => {
  it('says in words how long it took and what it cost', () => {
    expect(describeReport(reportOf()).join('\n')).toBe(
      [
        'unplanned failover epoch-2 of shop to us-west-2: succeeded',
        '- detect: 240 s of 240 s',
        '- decide: 120 s of 300 s',
        '- fence: 150 s of 160 s',
        '- promote: 300 s of 480 s',
        '- scale: 10 s of 40 s',
        '- switch: 90 s of 150 s',
        '- verify: 5.5 s of 60 s',
        'Out of service: 915.5 s, objective 1500 s',
        'Work lost: at most 3 s, objective 60 s',
        '- app.transactions ends at 5000',
      ].join('\n'),
    );
  });

  it('says of each objective whether it was missed', () => {
    const words = describeReport(reportOf({ rtoSeconds: 915, rpoSeconds: 3 })).join('\n');

    expect(words).toContain('Out of service: 915.5 s, objective 915 s, missed');
    expect(words).toMatch(/Work lost: at most 3 s, objective 3 s$/m);
  });

  it('says who consented, and what was signed for', () => {
    const report = reportOf({ approval: { by: 'ada', signedLoss: { seconds: 172_700, lastSequence: 100 }, at: at(90) } });

    expect(report.approval).toMatchObject({ by: 'ada' });
    expect(describeReport(report)).toContain(`Approved by ada at ${at(90)}, who signed for a loss of 172700 s after heartbeat 100`);
  });

  it('says of which table nobody knows where it ends', () => {
    const words = describeReport(reportOf({ database: { lastHeartbeat: null, positions: [{ table: 'app.orders', lastNumber: null, gaps: [], unread: 'relation "app.orders" does not exist' }] } }));

    expect(words).toContain('- app.orders: nobody knows where it ends, relation "app.orders" does not exist');
  });

  it('says why it stopped and how to go on', () => {
    const words = describeReport(reportOf({ marks: { admitted: at(0) }, error: { Error: 'WarmStandby.PromotionFailed', Cause: 'instance shop is failed' } })).join('\n');

    expect(words).toContain('Stopped by WarmStandby.PromotionFailed: instance shop is failed');
    expect(words).toContain('Resume it with the same request, or undo it');
  });
});
