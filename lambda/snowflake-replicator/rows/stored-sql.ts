import { name, qualified, type TableName } from './snowflake-text';
import { fieldsRecord, storedRecord } from './record';
import { DELETED_AT, DIGEST, type TableMapping } from './table-mapping';

/** How rows of a target are kept. */
export interface TargetShape {
  readonly name: TableName;
  readonly mapping: TableMapping;
  /** Whether rows deleted in the source stay, marked. */
  readonly softDelete: boolean;
}

const MD5_DIGITS = 32;

/**
 * The text whose MD5 a stored row is recognised by: its record, with the lossy columns as the digest of their source.
 *
 * A row's digest column holds two MD5: of the lossy columns' texts in PostgreSQL, and of what was stored for them. While
 * the second is that of what is stored now, the first stands for them; afterwards the row is taken for another.
 */
export function storedText({ columns, lossy }: TableMapping, alias: string): string {
  const at = (target: string) => `${alias}.${name(target)}`;
  const exact = storedRecord(columns.filter((column) => !lossy.includes(column)), at);
  if (lossy.length === 0) return exact;
  const digest = at(DIGEST);
  const unchanged = `RIGHT(${digest}, ${MD5_DIGITS}) = MD5(${storedRecord(lossy, at)})`;
  return `${exact} || ',' || IFF(${unchanged}, LEFT(${digest}, ${MD5_DIGITS}), 'altered')`;
}

/** The same text out of fields as they came from PostgreSQL. */
export function fieldsText(mapping: TableMapping, field: (position: number) => string): string {
  const exact = fieldsRecord(mapping, mapping.columns.filter((column) => !mapping.lossy.includes(column)), field);
  return mapping.lossy.length === 0 ? exact : `${exact} || ',' || MD5(${fieldsRecord(mapping, mapping.lossy, field)})`;
}

/** What the digest column gets when a row is stored: `value` gives the stored value of a column, `field` its text from PostgreSQL. */
export function digestOfLossy(mapping: TableMapping, field: (position: number) => string, value: (target: string) => string): string {
  return `MD5(${fieldsRecord(mapping, mapping.lossy, field)}) || MD5(${storedRecord(mapping.lossy, value)})`;
}

/** Names of the target's columns that come from the source, and the digest column where there is one. */
export function loadedColumns(mapping: TableMapping): string[] {
  return [...mapping.columns.map(({ target }) => target), ...(mapping.lossy.length === 0 ? [] : [DIGEST])];
}

/** Rows that count: those that were not deleted. */
export function liveRows({ softDelete }: TargetShape, alias: string): string {
  return softDelete ? `${alias}.${name(DELETED_AT)} IS NULL` : 'TRUE';
}

/** Answers ROWS, UPPER and LOWER of a select that gives one text a row as T. */
export function digestOf(texts: string): string {
  return `SELECT COUNT(*) AS ROW_COUNT, COALESCE(SUM(MD5_NUMBER_UPPER64(T)), 0) AS UPPER_SUM, COALESCE(SUM(MD5_NUMBER_LOWER64(T)), 0) AS LOWER_SUM FROM (${texts})`;
}

/** The digest of the live rows of a table that satisfy a condition over the alias `t`. */
export function storedDigest(shape: TargetShape, table: TableName = shape.name, where = 'TRUE'): string {
  return digestOf(`SELECT ${storedText(shape.mapping, 't')} AS T FROM ${qualified(table)} t WHERE ${liveRows(shape, 't')} AND ${where}`);
}
