/** How long snapshots are kept: all of the last days, then one a day, week, month and year. */
export interface RetentionPolicy {
  /** Every snapshot younger than this is kept. */
  readonly days: number;
  /** How many of the last days keep their first snapshot, and likewise weeks (from Monday), months and years; UTC. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

/** What the retention decides about. */
export interface RetainedSnapshot {
  readonly identifier: string;
  readonly createdAt: Date;
  /** Complete and restorable. */
  readonly available: boolean;
  /** An owned copy was made from it and its content matched. */
  readonly proven: boolean;
  /** It was restored and held other content than its manifest says: no way back. */
  readonly mismatched?: boolean;
  /** Somebody forbade its deletion. */
  readonly legalHold: boolean;
  /** Days that somebody asked for when it was made, instead of the policy's. */
  readonly days?: number | undefined;
}

export type KeepReason = 'age' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'legal-hold' | 'last-good' | 'last-proven' | 'unfinished';

export interface RetentionDecision {
  readonly identifier: string;
  /** Why it stays; empty when it goes. */
  readonly reasons: readonly KeepReason[];
}

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: weeks counted from the Monday before it. */
const THURSDAY_OFFSET_DAYS = 3;

type Rung = 'daily' | 'weekly' | 'monthly' | 'yearly';

const PERIOD_OF: Readonly<Record<Rung, (at: Date) => number>> = {
  daily: (at) => dayOf(at),
  weekly: (at) => Math.floor((dayOf(at) + THURSDAY_OFFSET_DAYS) / 7),
  monthly: (at) => at.getUTCFullYear() * 12 + at.getUTCMonth(),
  yearly: (at) => at.getUTCFullYear(),
};

/**
 * Decides about every snapshot of a cluster, newest first.
 *
 * Only finished ones are ever deleted, and neither the newest that is good nor the newest that is proven: a policy that
 * expires everything while backups fail must not take the last way back. Periods without a snapshot do not count, so a
 * pause in backups does not thin out the ladder.
 */
export function decideRetention(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, now: Date): readonly RetentionDecision[] {
  const newestFirst = [...snapshots].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const good = newestFirst.filter(({ available, mismatched }) => available && !mismatched);
  const ladder = (['daily', 'weekly', 'monthly', 'yearly'] as const).map((rung) => [rung, firstOfPeriods(good, rung, policy[rung])] as const);
  const lastGood = good[0];
  const lastProven = good.find(({ proven }) => proven);
  return newestFirst.map((snapshot) => ({
    identifier: snapshot.identifier,
    reasons: [
      ...when(!snapshot.available, 'unfinished'),
      ...when(now.getTime() - snapshot.createdAt.getTime() < (snapshot.days ?? policy.days) * DAY_MS, 'age'),
      ...ladder.flatMap(([rung, kept]) => when(kept.has(snapshot), rung)),
      ...when(snapshot.legalHold, 'legal-hold'),
      ...when(snapshot === lastGood, 'last-good'),
      ...when(snapshot === lastProven, 'last-proven'),
    ],
  }));
}

/** The first snapshot of each of the latest periods that have one. */
function firstOfPeriods(newestFirst: readonly RetainedSnapshot[], rung: Rung, count: number): ReadonlySet<RetainedSnapshot> {
  const firsts = new Map<number, RetainedSnapshot>();
  for (const snapshot of newestFirst) firsts.set(PERIOD_OF[rung](snapshot.createdAt), snapshot);
  return new Set([...firsts.values()].slice(0, count));
}

function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS);
}

function when(condition: boolean, reason: KeepReason): readonly KeepReason[] {
  return condition ? [reason] : [];
}
