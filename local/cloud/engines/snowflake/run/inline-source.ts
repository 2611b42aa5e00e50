import type { Source } from '../bind/environment';
import { quoteString } from '../sql/quote';
import { type SqlType, storageType } from '../sql/sql-type';

/** A value of a table that exists in the catalog only. `{ sql }` is computed by DuckDB. */
export type InlineValue = string | number | boolean | Date | null | { readonly sql: string };

export interface InlineColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** Turns rows that the server knows into something that can stand in FROM. */
export function inlineSource(
  columns: readonly InlineColumn[],
  rows: readonly (readonly InlineValue[])[],
  path: readonly string[] = [],
): Source {
  const physical = columns.map((_, index) => `i${index + 1}`);
  const typed = (values: readonly string[]) =>
    values
      .map((value, index) => `CAST(${value} AS ${storageType((columns[index] as InlineColumn).type)}) AS ${physical[index]}`)
      .join(', ');
  const lines = rows.map((row) => `SELECT ${typed(row.map((value, index) => literal(value, (columns[index] as InlineColumn).type)))}`);
  const empty = `SELECT ${typed(columns.map(() => 'NULL'))} WHERE FALSE`;
  return {
    sql: `(${lines.length > 0 ? lines.join(' UNION ALL ') : empty})`,
    columns: columns.map(({ name, type }, index) => ({ name, physical: physical[index] as string, type, nullable: true })),
    path,
  };
}

function literal(value: InlineValue, type: SqlType): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) {
    const stamp = `make_timestamp(${BigInt(value.getTime()) * 1000n})`;
    return type.kind === 'timestamp_tz' ? `{'u': ${stamp}, 'o': 0}` : stamp;
  }
  if (typeof value === 'object') return value.sql;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return quoteString(String(value));
}
