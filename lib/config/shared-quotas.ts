/** What one part of a deployment takes of a quota that others take from too. */
export interface QuotaUse {
  /** Where the configuration says so. */
  readonly field: string;
  /** What has the quota: an account in a region, or a key. */
  readonly of: string;
  readonly held: number;
  readonly most: number;
  /** Why there is no more, for whoever has to give way. */
  readonly because: string;
}

/** Quotas that each user keeps and all of them together exceed; one line each, with the numbers. */
export function exceededTogether(uses: readonly QuotaUse[]): string[] {
  const owners = [...new Set(uses.map((use) => use.of))];
  return owners.flatMap((owner) => {
    const users = uses.filter((use) => use.of === owner);
    const held = users.reduce((sum, use) => sum + use.held, 0);
    // Where they declare the quota differently, one of them is wrong: the lowest is safe.
    const [lowest] = [...users].sort((a, b) => a.most - b.most);
    if (!lowest || users.length < 2 || held <= lowest.most) return [];
    return [`${users.map(({ field }) => field).join(', ')}: together hold up to ${held} snapshots ${owner}, expected at most ${lowest.because}`];
  });
}
