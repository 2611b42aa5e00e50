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

/** A field of a record out of a text in SQL, NULL for NULL; the expression is the same in PostgreSQL and Snowflake. */
function field(text: string, enclosed: boolean): string {
  return enclosed ? `${SQL_QUOTE} || REPLACE(${text}, ${SQL_QUOTE}, ${SQL_TWO_QUOTES}) || ${SQL_QUOTE}` : text;
}

/** COPY knows NVL, and COALESCE not: https://docs.snowflake.com/en/user-guide/data-load-transform#supported-functions */
function snowflakeField(text: string, enclosed: boolean): string {
  return `NVL(${field(text, enclosed)}, '')`;
}

function record(fields: readonly string[]): string {
  return fields.join(` || ',' || `);
}

/** What PostgreSQL puts into a record for these columns. */
export function sourceRecord(columns: readonly MappedColumn[]): string {
  return record(
    columns.map(({ quoted, mapping, source }) => {
      const text = field(`(${mapping.source(quoted)})::text`, mapping.enclosed);
      return source.notNull && mapping.dropsValues !== true ? text : `COALESCE(${text}, '')`;
    }),
  );
}

/** What Snowflake makes of the stored values of these columns, in a table whose columns have an alias. */
export function storedRecord(columns: readonly MappedColumn[], alias: (target: string) => string): string {
  return record(columns.map(({ target, mapping }) => snowflakeField(mapping.text(alias(target)), mapping.enclosed)));
}

/** What Snowflake makes of fields as they came: `text` gives the expression of the field at a position, from 1. */
export function fieldsRecord(mapping: TableMapping, columns: readonly MappedColumn[], text: (position: number) => string): string {
  return record(columns.map((column) => snowflakeField(text(mapping.columns.indexOf(column) + 1), column.mapping.enclosed)));
}
