import type { ProofResult } from '../contract';
import type { TableContent, WarehouseManifest } from './manifest';

export interface Reference {
  readonly before: WarehouseManifest;
  readonly after: WarehouseManifest;
}

/**
 * Compares a restored database with what its source held right before and right after the snapshot.
 *
 * A table that was the same both times was so in between, and must be the same in the copy. One that was being written to
 * proves nothing by its rows: its columns must be those of either side.
 */
export function compareManifests({ before, after }: Reference, restored: WarehouseManifest): ProofResult {
  const [then, later, now] = [byName(before), byName(after), byName(restored)];
  const names = [...new Set([...then.keys(), ...later.keys(), ...now.keys()])].sort();
  const differences: string[] = [];
  const moving: string[] = [];
  let provenRows = 0;
  for (const name of names) {
    const [old, new_, copy] = [then.get(name), later.get(name), now.get(name)];
    if (old && new_ && isSame(old, new_)) {
      const difference = copy ? differenceOf(old, copy) : 'is missing';
      if (difference) differences.push(`${name} ${difference}`);
      else provenRows += old.rows;
    } else {
      moving.push(name);
      const difference = movedDifference(old, new_, copy);
      if (difference) differences.push(`${name} ${difference}`);
    }
  }
  const rows = restored.tables.reduce((sum, table) => sum + table.rows, 0);
  return { verdict: differences.length === 0 ? 'PROVEN' : 'MISMATCH', tables: restored.tables.length, rows, provenRows, differences, moving };
}

function byName({ tables }: WarehouseManifest): ReadonlyMap<string, TableContent> {
  return new Map(tables.map((table) => [table.name, table]));
}

function isSame(one: TableContent, other: TableContent): boolean {
  return differenceOf(one, other) === undefined;
}

function differenceOf(expected: TableContent, actual: TableContent): string | undefined {
  if (expected.schemaHash !== actual.schemaHash) return 'has other columns';
  if (expected.rows !== actual.rows) return `has ${actual.rows} rows instead of ${expected.rows}`;
  return expected.contentHash === actual.contentHash ? undefined : `has other content in its ${actual.rows} rows`;
}

/** A table that came, went or changed meanwhile may be there or not, but not with columns that it never had. */
function movedDifference(old: TableContent | undefined, later: TableContent | undefined, copy: TableContent | undefined): string | undefined {
  if (!old && !later) return 'is in the copy only';
  if (!copy) return old && later ? 'is missing' : undefined;
  return copy.schemaHash === old?.schemaHash || copy.schemaHash === later?.schemaHash ? undefined : 'has other columns';
}
