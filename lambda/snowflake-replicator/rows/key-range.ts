import { literal } from '../../common/postgres/quote';
import { text } from './snowflake-text';
import { statementGroups } from './statement-groups';
import type { MappedColumn } from './table-mapping';

/** The canonical texts of a row's key, in the order of its columns. */
export type Key = readonly string[];

/** Rows whose key comes after one and is not beyond another; without one of them the range has no end on that side. */
export interface KeyRange {
  readonly after: Key | null;
  readonly through: Key | null;
}

export const ALL_KEYS: KeyRange = { after: null, through: null };

/**
 * How PostgreSQL puts a key's columns in order.
 *
 * Snowflake orders texts by their bytes. PostgreSQL does so with the collation "C"; a column of another collation needs
 * an index in "C" for this to be fast.
 */
export function sourceOrder(key: readonly MappedColumn[]): string[] {
  return key.map(({ quoted, mapping }) => (mapping.enclosed ? `((${mapping.source(quoted)})::text COLLATE "C")` : quoted));
}

/** The range as a condition of PostgreSQL, in row comparisons that use the key's index. */
export function sourceRange(key: readonly MappedColumn[], { after, through }: KeyRange): string {
  const row = rowOf(sourceOrder(key));
  const values = (bound: Key) => rowOf(key.map((column, index) => sourceValue(column, bound[index] ?? '')));
  return conjunction([after && `${row} > ${values(after)}`, through && `${row} <= ${values(through)}`]);
}

/** One of these keys, as a condition of PostgreSQL. */
export function sourceKeys(key: readonly MappedColumn[], keys: readonly Key[]): string {
  return `${rowOf(sourceOrder(key))} IN (${keys.map((one) => rowOf(key.map((column, index) => sourceValue(column, one[index] ?? '')))).join(', ')})`;
}

/** A value of a key column in PostgreSQL, out of its canonical text. */
export function sourceValue({ source, mapping }: MappedColumn, value: string): string {
  return mapping.enclosed ? `${literal(value)}::text` : `${literal(value)}::${source.type.declared}`;
}

/** The range as a condition of Snowflake, column by column, because Snowflake does not compare rows. */
export function targetRange(key: readonly MappedColumn[], { after, through }: KeyRange, column: (target: string) => string): string {
  return conjunction([after && beyond(key, after, column), through && notBeyond(key, through, column)]);
}

/** One of these keys, as a condition of Snowflake. */
export function targetKeys(key: readonly MappedColumn[], keys: readonly Key[], column: (target: string) => string): string {
  const [only, ...more] = key;
  if (only && more.length === 0) return `${column(only.target)} IN (${keys.map((one) => targetValue(only, one[0] ?? '')).join(', ')})`;
  return keys.map((one) => `(${key.map((part, index) => `${column(part.target)} = ${targetValue(part, one[index] ?? '')}`).join(' AND ')})`).join(' OR ');
}

/** `key <= bound` in Snowflake. */
export function notBeyond(key: readonly MappedColumn[], bound: Key, column: (target: string) => string): string {
  return lexicographic(key, bound, column, '<', '<=');
}

function beyond(key: readonly MappedColumn[], bound: Key, column: (target: string) => string): string {
  return lexicographic(key, bound, column, '>', '>');
}

const MOST_KEYS = 1000;
/** Quotes, operators and what joins conditions, about a value of a key. */
const CHARACTERS_AROUND = 16;

/** Divides keys into as many as one statement of Snowflake names. */
export function keyGroups(key: readonly MappedColumn[], keys: readonly Key[]): Key[][] {
  const around = key.reduce((sum, { target, mapping }) => sum + target.length + mapping.target.length + CHARACTERS_AROUND, 0);
  return statementGroups(keys, MOST_KEYS, (one) => one.reduce((sum, value) => sum + value.length, around));
}

/** A value of a key column in Snowflake, out of its canonical text. */
function targetValue({ mapping }: MappedColumn, value: string): string {
  return mapping.target === 'VARCHAR' ? text(value) : `${text(value)}::${mapping.target}`;
}

function lexicographic(key: readonly MappedColumn[], bound: Key, column: (target: string) => string, strict: string, last: string): string {
  const [first, ...rest] = key;
  const [value = '', ...values] = bound;
  if (!first) return 'TRUE';
  const comparison = (operator: string) => `${column(first.target)} ${operator} ${targetValue(first, value)}`;
  if (rest.length === 0) return comparison(last);
  return `(${comparison(strict)} OR (${comparison('=')} AND ${lexicographic(rest, values, column, strict, last)}))`;
}

function rowOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `(${values.join(', ')})`;
}

function conjunction(conditions: readonly (string | null)[]): string {
  return conditions.filter((condition) => condition !== null).join(' AND ') || 'TRUE';
}
