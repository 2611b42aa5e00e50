import { decideRetention, type RetainedSnapshot, type RetentionPolicy } from '../../../../lambda/redshift-backup/retention';

const NOW = new Date('2026-11-20T02:00:00Z');
const DAY_MS = 86_400_000;
const ONLY_AGE: RetentionPolicy = { days: 7, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

function taken(daysAgo: number, more: Partial<RetainedSnapshot> = {}): RetainedSnapshot {
  return { identifier: `${daysAgo}d`, createdAt: new Date(NOW.getTime() - daysAgo * DAY_MS), available: true, proven: false, legalHold: false, ...more };
}

function kept(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy): Record<string, string> {
  return Object.fromEntries(decideRetention(snapshots, policy, NOW).filter(({ reasons }) => reasons.length > 0).map(({ identifier, reasons }) => [identifier, reasons.join('+')]));
}

describe('decideRetention', () => {
  it('deletes what has reached the age of the policy and keeps what has not', () => {
    const found = kept([taken(0), taken(6.999), taken(7), taken(8)], ONLY_AGE);

    expect(found).toEqual({ '0d': 'age+last-good', '6.999d': 'age' });
  });

  it('keeps the newest good one when everything is too old', () => {
    expect(kept([taken(30), taken(40)], ONLY_AGE)).toEqual({ '30d': 'last-good' });
  });

  it('takes an unfinished one neither for the last good nor for deletable', () => {
    expect(kept([taken(9, { available: false }), taken(30), taken(31)], ONLY_AGE)).toEqual({ '9d': 'unfinished', '30d': 'last-good' });
  });

  it('keeps the newest proven one beside the newest good one', () => {
    expect(kept([taken(8), taken(9, { proven: true }), taken(10, { proven: true })], ONLY_AGE)).toEqual({ '8d': 'last-good', '9d': 'last-proven' });
  });

  it('keeps what is under legal hold at any age', () => {
    expect(kept([taken(1), taken(4000, { legalHold: true })], ONLY_AGE)).toEqual({ '1d': 'age+last-good', '4000d': 'legal-hold' });
  });

  it('keeps the first of each of the last days, weeks, months and years', () => {
    const daily = Array.from({ length: 800 }, (_, index) => taken(index));

    const found = Object.entries(kept(daily, { days: 1, daily: 3, weekly: 2, monthly: 2, yearly: 2 }));

    // 2026-11-20 is a Friday: Mondays are 4 and 11 days ago, the first of the months 19 and 50, of the years 323 and 688.
    expect(found).toEqual([
      ['0d', 'age+daily+last-good'],
      ['1d', 'daily'],
      ['2d', 'daily'],
      ['4d', 'weekly'],
      ['11d', 'weekly'],
      ['19d', 'monthly'],
      ['50d', 'monthly'],
      ['323d', 'yearly'],
      ['688d', 'yearly'],
    ]);
  });

  it('does not thin the ladder out while no backups are made', () => {
    expect(kept([taken(100), taken(107), taken(114)], { ...ONLY_AGE, weekly: 2 })).toEqual({ '100d': 'weekly+last-good', '107d': 'weekly' });
  });
});
