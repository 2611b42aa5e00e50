import { drillPlot } from '../../../../local/drill/drill-plot';
import { summarizeDrills } from '../../../../local/drill/drill-summary';
import type { DrillResult } from '../../../../local/drill/failover-drill';

const OBJECTIVES = { rtoSeconds: 1_500, rpoSeconds: 60 };

function drill(run: number, changes: Partial<DrillResult> = {}): DrillResult {
  return { run, kind: 'unplanned', region: 'us-west-2', failure: undefined, steps: { fence: { seconds: 150 + run, budgetSeconds: 150 } }, recoveryTimeSeconds: 600 + run, silenceSeconds: 590 + run, namedLossSeconds: 70, promised: 100, lost: [], ...changes };
}

describe('summarizeDrills', () => {
  it('keeps planned failovers and unplanned ones apart', () => {
    const summary = summarizeDrills([drill(1, { lost: [7, 8] }), drill(2, { kind: 'planned', recoveryTimeSeconds: 300 }), drill(3, { lost: [9] })], OBJECTIVES);

    expect(summary).toMatchObject({ drills: 3, failed: 0, lostInPlanned: 0, lostInUnplanned: 3 });
    expect(summary.measures.find(({ kind, name }) => kind === 'planned' && name === 'out of service')).toMatchObject({ values: [300], limit: 1_500 });
    expect(summary.measures.find(({ kind, name }) => kind === 'unplanned' && name === 'lost')).toMatchObject({ values: [2, 1], unit: 'transactions' });
  });

  it('measures each step against its budget', () => {
    const { measures } = summarizeDrills([1, 2, 3, 4].map((run) => drill(run)), OBJECTIVES);

    expect(measures[0]).toMatchObject({ name: 'fence', limit: 150, distribution: { count: 4, least: 151, median: 152, percentile95: 154, most: 154 } });
  });

  it('leaves out what a drill that failed did not come to, and counts it', () => {
    const summary = summarizeDrills([drill(1), drill(2, { failure: 'waited in vain', steps: {}, recoveryTimeSeconds: null, namedLossSeconds: null })], OBJECTIVES);

    expect(summary.failed).toBe(1);
    expect(summary.measures.find(({ name }) => name === 'out of service')?.values).toEqual([601]);
  });

  it('has nothing to say of no drills', () => {
    expect(summarizeDrills([], OBJECTIVES)).toMatchObject({ drills: 0, measures: [] });
  });
});

describe('drillPlot', () => {
  it('draws each drill as a dot in the row of its measure', () => {
    const svg = drillPlot(summarizeDrills([drill(1), drill(2)], OBJECTIVES));

    expect(svg).toContain('unplanned: named loss');
    expect(svg.match(/<circle/g)).toHaveLength(2 * 5);
    expect(svg).not.toContain('NaN');
  });
});
