import type { Bucket, DatabaseManifest, Manifest, SequencePosition, TableContent } from './manifest';

/**
 * What the restored content is compared with.
 *
 * A snapshot lies somewhere between the two manifests that were taken around it: what is the same in both must be in
 * the restored database too; what changed in between cannot be proven by them and is counted as such.
 */
export interface Reference {
  readonly before: Manifest;
  /** Missing when the reference is one moment, such as the live source as it is now. */
  readonly after: Manifest | undefined;
}

export interface TableFinding {
  readonly database: string;
  readonly table: string;
  readonly rows: number;
  readonly provenRows: number;
  /** Rows in buckets that changed while the snapshot was being made. */
  readonly movingRows: number;
  /** Rows in buckets that are other than both manifests say: which of them it is the hash does not tell. */
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
export function compareManifests({ before, after = before }: Reference, restored: Manifest): Comparison {
  const compared = before.databases.flatMap((first) => {
    const second = find(after.databases, first.name);
    const actual = find(restored.databases, first.name);
    return second && actual ? [compareDatabase(first, second, actual)] : [];
  });
  const tables = compared.flatMap((database) => database.tables);
  const mismatches = [
    ...compareDefinitions('role', before.roles, after.roles, restored.roles),
    ...before.databases.filter(({ name }) => !find(restored.databases, name)).map(({ name }) => `database ${name} is missing`),
    ...restored.databases.filter(({ name }) => !find(before.databases, name) || !find(after.databases, name)).map(({ name }) => `database ${name} is not covered by the manifest`),
    ...compared.flatMap((database) => database.mismatches),
  ];
  return { tables, rows: total(tables, 'rows'), provenRows: total(tables, 'provenRows'), mismatches };
}

interface DatabaseComparison {
  readonly tables: readonly TableFinding[];
  readonly mismatches: readonly string[];
}

function compareDatabase(before: DatabaseManifest, after: DatabaseManifest, restored: DatabaseManifest): DatabaseComparison {
  const { name: database } = before;
  const names = namesOf(before.tables, after.tables, restored.tables);
  const tables = names.map((table): TableFinding => ({ database, table, ...compareTable(tableIn(before, table), tableIn(after, table), tableIn(restored, table)) }));
  const known = new Set([...before.invalidIndexes, ...after.invalidIndexes]);
  const mismatches = [
    ...compareDefinitions('', before.objects, after.objects, restored.objects),
    ...restored.invalidIndexes.filter((index) => !known.has(index)).map((index) => `index ${index} is invalid`),
    ...compareSequences(before, after, restored),
    ...tables.filter(({ wrongRows }) => wrongRows > 0).map(({ table, wrongRows }) => `up to ${wrongRows} rows of ${table} are not what the manifest says`),
  ];
  return { tables, mismatches: mismatches.map((mismatch) => `${database}: ${mismatch}`) };
}

type Definitions = Readonly<Record<string, string>>;

/** Each definition must be as before or as after; what is in neither was not there. */
function compareDefinitions(kind: string, before: Definitions, after: Definitions, restored: Definitions): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(restored)])].sort();
  return names.flatMap((name) => {
    const actual = restored[name];
    if (actual === before[name] || actual === after[name]) return [];
    const what = kind ? `${kind} ${name}` : name;
    if (actual === undefined) return [`${what} is missing`];
    return [before[name] === undefined && after[name] === undefined ? `${what} was not there` : `${what} is defined otherwise`];
  });
}

/**
 * A sequence behind the keys of its table would hand out keys that are taken, so it must not be behind where it stood.
 *
 * It may be further: PostgreSQL writes positions down in advance, which a copy of its files shows.
 */
function compareSequences(before: DatabaseManifest, after: DatabaseManifest, restored: DatabaseManifest): string[] {
  return before.sequences.flatMap((first) => {
    const second = find(after.sequences, first.name);
    const actual = find(restored.sequences, first.name);
    if (!actual) return second ? [`sequence ${first.name} is missing`] : [];
    const least = second && isBehind(second, first) ? second : first;
    return isBehind(actual, least) ? [`sequence ${first.name} is at ${actual.lastValue}, behind ${least.lastValue}`] : [];
  });
}

function isBehind(a: SequencePosition, b: SequencePosition): boolean {
  return b.ascending ? BigInt(a.lastValue) < BigInt(b.lastValue) : BigInt(a.lastValue) > BigInt(b.lastValue);
}

function compareTable(before: TableContent, after: TableContent, restored: TableContent): Omit<TableFinding, 'database' | 'table'> {
  const [first, second, actual] = [before, after, restored].map(byNumber) as [Buckets, Buckets, Buckets];
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

function byNumber({ buckets }: TableContent): Buckets {
  return new Map(buckets.map((bucket) => [bucket[0], bucket]));
}

function same(a: Bucket | undefined, b: Bucket | undefined): boolean {
  return a?.[1] === b?.[1] && a?.[2] === b?.[2] && a?.[3] === b?.[3];
}

/** A table that is not there has no rows; that it is not there shows in the definitions. */
function tableIn({ tables }: DatabaseManifest, name: string): TableContent {
  return find(tables, name) ?? { name, rows: 0, buckets: [] };
}

function namesOf(...lists: readonly (readonly { readonly name: string }[])[]): string[] {
  return [...new Set(lists.flat().map(({ name }) => name))].sort();
}

function find<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  return list.find((item) => item.name === name);
}

function total(tables: readonly TableFinding[], field: 'rows' | 'provenRows'): number {
  return tables.reduce((sum, table) => sum + table[field], 0);
}
