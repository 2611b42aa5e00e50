import type { Key } from './key-range';

/** A row as the comparison sees it: its key, and the MD5 of its record. */
export interface RowDigest {
  readonly key: Key;
  readonly md5: string;
  /** Of rows of the source: whether the cursor will bring the row anyway. */
  readonly due?: boolean;
}

export type DifferenceKind = 'missing' | 'extra' | 'altered';

/** One row in which the sides differ: the target lacks it, has it beyond the source, or has it otherwise. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly key: Key;
  readonly due: boolean;
}

/** Compares the rows of a range. A key that the target has twice counts as altered. */
export function compareRows(source: readonly RowDigest[], target: readonly RowDigest[]): Difference[] {
  const stored = new Map<string, string[]>();
  for (const { key, md5 } of target) {
    const id = JSON.stringify(key);
    stored.set(id, [...(stored.get(id) ?? []), md5]);
  }
  const differences: Difference[] = [];
  for (const { key, md5, due = false } of source) {
    const id = JSON.stringify(key);
    const found = stored.get(id);
    stored.delete(id);
    if (!found) differences.push({ kind: 'missing', key, due });
    else if (found.length > 1 || found[0] !== md5) differences.push({ kind: 'altered', key, due });
  }
  return [...differences, ...[...stored.keys()].map((id) => ({ kind: 'extra' as const, key: JSON.parse(id) as Key, due: false }))];
}
