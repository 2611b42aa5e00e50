import type { Bucket, DatabaseManifest, Manifest, TableContent } from './manifest';

/**
 * What the restored content is compared with.
 *
 * A snapshot lies somewhere between the two manifests that were taken around it: what is the same in both must be in
 * the restored database too; what changed in between cannot be proven by them and is counted as such.
 */
export interface Reference {
  readonly before: Manifest;
  /** Missing when the source did not get to take it, or when the reference is the live source. */
  readonly after: Manifest | undefined;
}

export interface TableFinding {
  readonly database: string;
  readonly table: string;
  readonly rows: number;
  readonly provenRows: number;
  /** Rows in buckets that changed while the snapshot was being made. */
  readonly movingRows: number;
  /** Rows in buckets that are neither as before nor as after, although nothing changed in between. */
  readonly wrongRows: number;
}

export interface Comparison {
  readonly tables: readonly TableFinding[];
  readonly rows: number;
  readonly provenRows: number;
  /** Every difference that must not be, in words; empty when the content is proven. */
  readonly mismatches: readonly string[];
}

/** Compares restored content with a reference. */
export function compareManifests({ before, after }: Reference, restored: Manifest): Comparison {
  const mismatches: string[] = [...compareDefinitions('role', before.roles, after?.roles, restored.roles)];
  const tables: TableFinding[] = [];
  for (const expected of before.databases) {
    const actual = restored.databases.find(({ name }) => name === expected.name);
    if (!actual) {
      mismatches.push(`database ${expected.name} is missing`);
      continue;
    }
    const later = after?.databases.find(({ name }) => name === expected.name);
    mismatches.push(...compareStructure(expected, later, actual));
    const findings = compareTables(expected, later, actual);
    tables.push(...findings);
    mismatches.push(...findings.filter(({ wrongRows }) => wrongRows > 0).map(({ table, wrongRows }) => `${expected.name}: ${wrongRows} rows of ${table} are not what the manifest says`));
  }
  return { tables, rows: total(tables, 'rows'), provenRows: total(tables, 'provenRows'), mismatches };
}

function compareStructure(before: DatabaseManifest, after: DatabaseManifest | undefined, restored: DatabaseManifest): string[] {
  return [
    ...compareDefinitions(`${before.name}:`, before.objects, after?.objects, restored.objects),
    ...restored.invalidIndexes.filter((index) => !before.invalidIndexes.includes(index)).map((index) => `${before.name}: index ${index} is invalid`),
    ...before.sequences.flatMap(({ name, lastValue }) => {
      const actual = restored.sequences.find((sequence) => sequence.name === name);
      // A sequence behind its table would hand out keys that are taken.
      return actual && BigInt(actual.lastValue) >= BigInt(lastValue) ? [] : [`${before.name}: sequence ${name} is at ${actual?.lastValue ?? 'nothing'}, before ${lastValue}`];
    }),
  ];
}

function compareDefinitions(prefix: string, before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>> | undefined, restored: Readonly<Record<string, string>>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(restored)]);
  return [...names].sort().flatMap((name) => {
    const actual = restored[name];
    if (actual === before[name] || (after !== undefined && actual === after[name])) return [];
    if (before[name] === undefined) return [`${prefix} ${name} was not there`];
    return [`${prefix} ${name} ${actual === undefined ? 'is missing' : 'is defined otherwise'}`];
  });
}

function compareTables(before: DatabaseManifest, after: DatabaseManifest | undefined, restored: DatabaseManifest): TableFinding[] {
  const later = new Map(after?.tables.map((table) => [table.name, table]));
  const actual = new Map(restored.tables.map((table) => [table.name, table]));
  return before.tables.map((table) => ({ database: before.name, table: table.name, ...compareTable(table, after ? (later.get(table.name) ?? EMPTY) : table, actual.get(table.name) ?? EMPTY) }));
}

const EMPTY: Pick<TableContent, 'rows' | 'buckets'> = { rows: 0, buckets: [] };

function compareTable(before: Pick<TableContent, 'buckets'>, after: Pick<TableContent, 'buckets'>, restored: Pick<TableContent, 'rows' | 'buckets'>): Omit<TableFinding, 'database' | 'table'> {
  const first = byNumber(before);
  const second = byNumber(after);
  const actual = byNumber(restored);
  let provenRows = 0;
  let movingRows = 0;
  let wrongRows = 0;
  for (const bucket of new Set([...first.keys(), ...second.keys(), ...actual.keys()])) {
    const rows = actual.get(bucket)?.[1] ?? 0;
    if (!same(first.get(bucket), second.get(bucket))) movingRows += rows;
    else if (same(first.get(bucket), actual.get(bucket))) provenRows += rows;
    else wrongRows += Math.max(rows, first.get(bucket)?.[1] ?? 0);
  }
  return { rows: restored.rows, provenRows, movingRows, wrongRows };
}

type Buckets = ReadonlyMap<number, Bucket>;

function byNumber({ buckets }: Pick<TableContent, 'buckets'>): Buckets {
  return new Map(buckets.map((bucket) => [bucket[0], bucket]));
}

function same(a: Bucket | undefined, b: Bucket | undefined): boolean {
  return a?.[1] === b?.[1] && a?.[2] === b?.[2] && a?.[3] === b?.[3];
}

function total(tables: readonly TableFinding[], field: 'rows' | 'provenRows'): number {
  return tables.reduce((sum, table) => sum + table[field], 0);
}
