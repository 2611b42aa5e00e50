/** What a set of rows is recognised by: how many there are, and the sums of both halves of the MD5 of each row's record. */
export interface Digest {
  readonly rows: number;
  readonly upper: bigint;
  readonly lower: bigint;
}

export const EMPTY_DIGEST: Digest = { rows: 0, upper: 0n, lower: 0n };

/** The digest of two disjoint sets taken together: sums do not depend on order, and unlike an exclusive or they count equal rows. */
export function addDigests(...digests: readonly Digest[]): Digest {
  return digests.reduce((sum, { rows, upper, lower }) => ({ rows: sum.rows + rows, upper: sum.upper + upper, lower: sum.lower + lower }), EMPTY_DIGEST);
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.rows === b.rows && a.upper === b.upper && a.lower === b.lower;
}

/** The digest in one word, for state and reports. */
export function formatDigest({ rows, upper, lower }: Digest): string {
  return `${rows}:${upper.toString(16)}:${lower.toString(16)}`;
}

export function parseDigest(word: string): Digest {
  const match = /^(\d+):([0-9a-f]+):([0-9a-f]+)$/.exec(word);
  const [, rows, upper, lower] = match ?? [];
  if (rows === undefined || upper === undefined || lower === undefined) throw new Error(`${JSON.stringify(word)} is no digest`);
  return { rows: Number(rows), upper: BigInt(`0x${upper}`), lower: BigInt(`0x${lower}`) };
}
