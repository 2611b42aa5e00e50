import { readFileSync } from 'node:fs';
import path from 'node:path';
import { billedStorage, costOf, type CostQuestion } from '../../../../lib/redshift-backup/cost/cost-model';
import { NODE_HOUR, PRICES, type WarehouseFamily } from '../../../../lib/redshift-backup/cost/prices';

/** The guide's own example: 1 TB, a backup a day, seven kept. */
const GUIDE: CostQuestion = { sizeGb: 1024, changePercentADay: 2, family: 'ra3', date: '2026-11-21', backupsADay: 1, snapshotsHeld: 7, oldestDays: 6 };

describe('billedStorage', () => {
  test.each<[WarehouseFamily, string, string, number]>([
    ['ra3', '2026-11-21', 'total size', 7168],
    ['dc2', '2026-11-21', 'total size', 7168],
    ['rg', '2026-06-07', 'total size', 7168],
    ['rg', '2026-06-08', 'unique blocks', 1146.88],
    ['serverless', '2026-06-07', 'total size', 7168],
    ['serverless', '2026-06-08', 'unique blocks', 1146.88],
  ])('bills %s on %s by %s', (family, date, rule, billedGb) => {
    const storage = billedStorage({ ...GUIDE, family, date });

    expect(storage.rule).toBe(rule);
    expect(storage.billedGb).toBeCloseTo(billedGb, 6);
  });

  it('counts a block that changes several times between two snapshots once', () => {
    const weekly = billedStorage({ ...GUIDE, changePercentADay: 40, snapshotsHeld: 2, oldestDays: 7 });

    expect(weekly.uniqueBlocksGb).toBe(2048);
  });

  it('needs no storage where nothing is held', () => {
    expect(billedStorage({ ...GUIDE, snapshotsHeld: 0 })).toMatchObject({ totalSizeGb: 0, uniqueBlocksGb: 0 });
  });
});

describe('costOf', () => {
  it('costs seven times what the guide says where whole snapshots are billed', () => {
    const [commands] = costOf(GUIDE);

    expect(commands?.usdAMonth).toBeCloseTo(164.86, 2);
  });

  it('costs what the guide says, nearly, where unique blocks are billed', () => {
    const [commands] = costOf({ ...GUIDE, family: 'rg' });

    expect(commands?.usdAMonth).toBeCloseTo(26.38, 2);
  });

  it('charges AWS Backup no storage of its own', () => {
    const costs = costOf(GUIDE);

    expect(costs.find(({ approach }) => approach === 'AWS Backup')?.usdAMonth).toBe(costs[0]?.usdAMonth);
  });

  it('adds the clusters and the storage of owned copies', () => {
    const owned = costOf({ ...GUIDE, ownedCopies: { aMonth: 4, held: 2, nodeType: 'ra3.xlplus', nodes: 2, hoursEach: 2 } }).at(-1);

    expect(owned?.approach).toBe('automation with owned copies');
    expect(owned?.lines.slice(-2).map(({ usdAMonth }) => usdAMonth)).toEqual([expect.closeTo(17.376, 6), expect.closeTo(47.104, 6)]);
  });

  it('adds storage and transfer of another region', () => {
    const lines = costOf({ ...GUIDE, regionCopies: { held: 3, oldestDays: 2 } })[0]?.lines.map(({ what, usdAMonth }) => [what, Math.round(usdAMonth * 100) / 100]);

    expect(lines).toEqual([
      ['Snapshots', 164.86],
      ['Snapshots in the other region', 70.66],
      ['Transfer to the other region', 12.46],
    ]);
  });

  test.each([
    [{ sizeGb: 0 }, 'sizeGb: 0 is not allowed, expected 1 to 16000000'],
    [{ changePercentADay: 101 }, 'changePercentADay: 101 is not allowed, expected 0 to 100'],
    [{ date: 'yesterday' }, 'date: "yesterday" is not allowed, expected YYYY-MM-DD'],
    [{ ownedCopies: { aMonth: 1, held: 1, nodeType: 'ra3.tiny', nodes: 1, hoursEach: 1 } }, 'ownedCopies.nodeType: "ra3.tiny" is not allowed'],
  ])('refuses %j', (wrong, message) => {
    expect(() => costOf({ ...GUIDE, ...wrong })).toThrow(message);
  });
});

describe('the page about costs', () => {
  it('has each price that the model multiplies with, its source, its date, and how sure it is', () => {
    const page = readFileSync(path.resolve(__dirname, '../../../../docs/redshift-backup-cost.md'), 'utf8');
    const rows = [...Object.entries(PRICES), ...Object.entries(NODE_HOUR)].map(([name, { usd, per, source, asOf, certainty }]) => `| ${[name, usd, per, source, asOf, certainty].join(' | ')} |`);

    expect(page.split('\n').filter((line) => line.includes('https://') && line.startsWith('| '))).toEqual(rows);
  });
});
