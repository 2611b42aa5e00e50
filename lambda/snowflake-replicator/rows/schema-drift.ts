import { createHash } from 'node:crypto';
import { name, qualified, type TableName } from './snowflake-text';
import type { SourceTable } from './source-table';
import type { MappedColumn, TableMapping } from './table-mapping';

/** What the target was last loaded from, column by column. */
export interface KnownColumn {
  readonly source: string;
  readonly declared: string;
  readonly target: string;
  readonly targetType: string;
  readonly lossy: boolean;
}

export interface KnownSchema {
  readonly oid: string;
  readonly key: readonly string[];
  readonly columns: readonly KnownColumn[];
}

/** What to do when a table is no longer what it was: follow, refuse, or leave new columns out. */
export type DriftPolicy = 'evolve' | 'freeze' | 'discard';

/** How the table differs from what the target was loaded from. */
export interface SchemaDrift {
  readonly added: readonly MappedColumn[];
  readonly removed: readonly KnownColumn[];
  readonly changed: readonly { readonly column: MappedColumn; readonly before: KnownColumn }[];
  readonly keyChanged: boolean;
  /** The table of this name is another one than before. */
  readonly recreated: boolean;
}

export function knownSchema({ table, columns, key }: TableMapping): KnownSchema {
  return {
    oid: table.oid,
    key: key.map(({ source }) => source.name),
    columns: columns.map(({ source, target, mapping }) => ({ source: source.name, declared: source.type.declared, target, targetType: mapping.target, lossy: mapping.lossy })),
  };
}

/** Equal for tables that are loaded alike. */
export function schemaFingerprint(mapping: TableMapping): string {
  return createHash('sha256').update(JSON.stringify(knownSchema(mapping))).digest('hex');
}

/** New columns that a table is read without under the policy `discard`. */
export function discardedColumns(known: KnownSchema | null, table: SourceTable, policy: DriftPolicy): readonly string[] {
  if (policy !== 'discard' || !known) return [];
  return table.columns.map((column) => column.name).filter((column) => !known.columns.some(({ source }) => source === column));
}

export function findDrift(known: KnownSchema, mapping: TableMapping): SchemaDrift {
  const before = new Map(known.columns.map((column) => [column.source, column]));
  const now = new Set(mapping.columns.map(({ source }) => source.name));
  return {
    added: mapping.columns.filter(({ source }) => !before.has(source.name)),
    removed: known.columns.filter(({ source }) => !now.has(source)),
    changed: mapping.columns.flatMap((column) => {
      const known = before.get(column.source.name);
      return known && isChanged(column, known) ? [{ column, before: known }] : [];
    }),
    keyChanged: JSON.stringify(known.key) !== JSON.stringify(mapping.key.map(({ source }) => source.name)),
    recreated: known.oid !== mapping.table.oid,
  };
}

/** A longer varchar is the same to Snowflake; its values did not change when it grew. */
function isChanged({ source, target, mapping }: MappedColumn, before: KnownColumn): boolean {
  const withoutLength = (declared: string) => declared.replace(/^(character varying|character)\(\d+\)$/, '$1');
  return before.target !== target || before.targetType !== mapping.target || before.lossy !== mapping.lossy || withoutLength(before.declared) !== withoutLength(source.type.declared);
}

export function isUnchanged({ added, removed, changed, keyChanged, recreated }: SchemaDrift): boolean {
  return added.length === 0 && removed.length === 0 && changed.length === 0 && !keyChanged && !recreated;
}

/** The drift in words, one for each difference. */
export function describeDrift({ added, removed, changed, keyChanged, recreated }: SchemaDrift): string[] {
  return [
    ...(recreated ? ['the table was dropped and made again'] : []),
    ...(keyChanged ? ['the key is another one'] : []),
    ...added.map(({ source }) => `column ${source.name} ${source.type.declared} is new`),
    ...removed.map(({ source }) => `column ${source} is gone`),
    ...changed.map(({ column, before }) => `column ${column.source.name} is ${column.source.type.declared} (${column.mapping.target}), was ${before.declared} (${before.targetType})`),
  ];
}

/**
 * Whether the target can follow with ALTER TABLE alone. A change of type rewrites values without touching any cursor,
 * unless it only made room for more digits; new columns must be checked for values that old rows were given.
 */
export function canFollowInPlace({ added, changed, keyChanged, recreated }: SchemaDrift): boolean {
  return !recreated && !keyChanged && changed.every(({ column, before }) => isWidened(column, before)) && added.every(({ mapping }) => !mapping.lossy);
}

const NUMBER = /^NUMBER\((\d+),(\d+)\)$/;
const NUMERIC = /^numeric\((\d+),(\d+)\)$/;

/** More digits before the point, as many behind it: the only change of a numeric type that leaves texts as they are. */
function isWidened({ source, target, mapping }: MappedColumn, before: KnownColumn): boolean {
  const [, precision = '', scale] = NUMBER.exec(mapping.target) ?? [];
  const [, oldPrecision = '', oldScale] = NUMBER.exec(before.targetType) ?? [];
  return before.target === target && NUMERIC.test(source.type.declared) && NUMERIC.test(before.declared) && scale !== undefined && scale === oldScale && Number(precision) >= Number(oldPrecision);
}

/** Statements of Snowflake that make the target follow; columns that are gone stay, with what they held. */
export function followingStatements({ added, changed }: SchemaDrift, table: TableName): string[] {
  return [
    ...added.map(({ target, mapping }) => `ALTER TABLE ${qualified(table)} ADD COLUMN IF NOT EXISTS ${name(target)} ${mapping.target}`),
    ...changed.map(({ column }) => `ALTER TABLE ${qualified(table)} ALTER COLUMN ${name(column.target)} SET DATA TYPE ${column.mapping.target}`),
  ];
}
