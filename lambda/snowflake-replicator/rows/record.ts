import type { MappedColumn, TableMapping } from './table-mapping';

/**
 * A record is one line of CSV: fields by comma, NULL as nothing, texts in single quotes (JSON is full of double ones).
 *
 * It is also the canonical text of a row. PostgreSQL makes it once, to be shipped and to be hashed; Snowflake makes it
 * again from the values it stores. Equal records mean equal rows, because the contract is unambiguous.
 */
export const QUOTE = "'";

const SQL_QUOTE = `''''`;
const SQL_TWO_QUOTES = `''''''`;

/** A field of a record out of a text in SQL; the expressions are the same in PostgreSQL and Snowflake. */
function field(text: string, { enclosed, nullable }: { readonly enclosed: boolean; readonly nullable: boolean }): string {
  const whole = enclosed ? `${SQL_QUOTE} || REPLACE(${text}, ${SQL_QUOTE}, ${SQL_TWO_QUOTES}) || ${SQL_QUOTE}` : text;
  return nullable ? `COALESCE(${whole}, '')` : whole;
}

function record(fields: readonly string[]): string {
  return fields.join(` || ',' || `);
}

/** What PostgreSQL puts into a record for these columns. */
export function sourceRecord(columns: readonly MappedColumn[]): string {
  return record(columns.map(({ quoted, mapping, source }) => field(`(${mapping.source(quoted)})::text`, { enclosed: mapping.enclosed, nullable: !source.notNull || mapping.dropsValues === true })));
}

/** What Snowflake makes of the stored values of these columns, in a table whose columns have an alias. */
export function storedRecord(columns: readonly MappedColumn[], alias: (target: string) => string): string {
  return record(columns.map(({ target, mapping }) => field(mapping.text(alias(target)), { enclosed: mapping.enclosed, nullable: true })));
}

/** What Snowflake makes of fields as they came: `text` gives the expression of the field at a position, from 1. */
export function fieldsRecord(mapping: TableMapping, columns: readonly MappedColumn[], text: (position: number) => string): string {
  return record(columns.map((column) => field(text(mapping.columns.indexOf(column) + 1), { enclosed: column.mapping.enclosed, nullable: true })));
}
