import type { RehearsalEvent, ScenarioRecord, SystemRecord } from '../../../../local/rehearsal/events';
import { htmlReport } from '../../../../local/report/html/html-report';
import { ticksTo, timeTicksTo } from '../../../../local/report/html/axis';
import { jsonReport } from '../../../../local/report/json-report';

const ENDED = { finishedAt: new Date('2026-01-02T03:04:05Z'), wallSeconds: 61 };

const scenario = (changes: Partial<ScenarioRecord> = {}): RehearsalEvent => ({
  type: 'scenario-ended',
  system: 'ledger',
  scenario: 'story',
  title: 'A story',
  outcome: 'passed',
  failure: undefined,
  steps: [{ title: 'copy', outcome: 'ok', evidence: ['3 rows'], fromCloudSeconds: 0, fromWallSeconds: 0, cloudSeconds: 120, wallSeconds: 2 }],
  timelines: [{ title: 'ledger run-1', spans: [{ name: 'CopyRows', outcome: 'failed', fromCloudSeconds: 3, toCloudSeconds: 90 }] }],
  plots: [],
  cloudSeconds: 120,
  wallSeconds: 2,
  calls: { 'rds:CopyDBClusterSnapshot': 2 },
  refusals: [],
  cannotProve: ['the weather'],
  ...changes,
});

const system = (changes: Partial<SystemRecord> = {}): RehearsalEvent => ({
  type: 'system-ended',
  system: 'ledger',
  outcome: 'passed',
  failure: undefined,
  wallSeconds: 5,
  permissions: { granted: 3, used: 2, unused: ['copier: rds:DeleteDBCluster'], redundant: [], usedBy: { copier: ['rds:CopyDBClusterSnapshot'] } },
  defects: [],
  idleRules: [],
  ...changes,
});

describe('jsonReport', () => {
  test('passes when every system passed', () => {
    expect(jsonReport([scenario(), system()], ENDED)).toMatchObject({ outcome: 'passed', scenarios: { passed: 1, failed: 0 }, cannotProve: ['the weather'], finishedAt: '2026-01-02T03:04:05.000Z' });
  });

  test('fails when nothing was played', () => {
    expect(jsonReport([], ENDED).outcome).toBe('failed');
  });

  test('fails when one system failed', () => {
    expect(jsonReport([system(), system({ system: 'other', outcome: 'failed' })], ENDED).outcome).toBe('failed');
  });

  test('fails when a rule met nothing in any system', () => {
    const report = jsonReport([system({ idleRules: ['a', 'b'] }), system({ system: 'other', idleRules: ['b'] })], ENDED);

    expect(report).toMatchObject({ outcome: 'failed', idleRules: ['b'] });
  });
});

describe('htmlReport', () => {
  const page = (...events: RehearsalEvent[]) => htmlReport(jsonReport(events, ENDED));

  test('shows steps, evidence, states, calls, permissions and limits', () => {
    const shown = page(scenario(), system());

    for (const text of ['copy', '3 rows', 'States of ledger run-1', 'CopyRows', 'rds:CopyDBClusterSnapshot', 'Never used: <code>copier: rds:DeleteDBCluster</code>', 'the weather']) expect(shown).toContain(text);
  });

  test('opens a scenario that failed, and no other', () => {
    const shown = page(scenario({ scenario: 'good' }), scenario({ scenario: 'bad', outcome: 'failed', failure: 'it broke' }), system());

    expect([...shown.matchAll(/<details( open)?><summary>.*?<b>(\w+)<\/b>/g)].map(([, open, name]) => [name, Boolean(open)])).toEqual([['good', false], ['bad', true]]);
  });

  test('shows text of databases as text, never as markup', () => {
    const shown = page(scenario({ title: `<script>alert("x")</script> & 'more'` }), system());

    expect(shown).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;more&#39;');
    expect(shown).not.toContain('<script');
  });

  test('needs no other file', () => {
    expect(page(scenario(), system())).not.toMatch(/(src|href)=|url\(|@import/);
  });

  test('draws measurements and the promise', () => {
    const plots = [{ title: 'Lag', x: 'seconds', y: 'ms', lines: [{ name: 'orders', points: [[0, 1], [10, 400]] as const }], limit: { name: 'objective', y: 500 } }];

    const shown = page(scenario({ plots }), system());

    expect(shown).toMatch(/<polyline class="line colour-0" points="70,\S+ 940,\S+">/);
    expect(shown).toContain('objective');
  });
});

describe('axes', () => {
  test.each([
    [0, [0, 1]],
    [7, [0, 1, 2, 3, 4, 5, 6, 7]],
    [0.31, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35]],
    [1_900, [0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000]],
  ])('to %d have round ticks', (maximum, ticks) => {
    expect(ticksTo(maximum)).toEqual(ticks);
  });

  test.each([
    [50, 10],
    [1_700, 300],
    [200_000, 43_200],
    [9 * 86_400, 2 * 86_400],
  ])('over %d s have ticks that people count time by', (maximum, step) => {
    expect(timeTicksTo(maximum)[1]).toBe(step);
  });
});
