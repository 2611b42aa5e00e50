import { type SqlType, TEXT } from '../sql/sql-type';
import { type RowsResult, STATEMENT_TYPE } from './statement-result';

/** A value in the result of SHOW. */
export type Cell = string | number | Date | null;

/** The column that every SHOW begins with or has. */
export const CREATED = ['created_on', { kind: 'timestamp_ltz', scale: 3 } as SqlType] as const;

/** Builds a result whose columns are given as `name` or `[name, type]`. */
export function shown(columns: readonly (string | readonly [string, SqlType])[], rows: readonly (readonly Cell[])[]): RowsResult {
  return {
    kind: 'rows',
    columns: columns.map((column) =>
      typeof column === 'string' ? { name: column, type: TEXT, nullable: true } : { name: column[0], type: column[1], nullable: true },
    ),
    rows: rows.map((row) =>
      row.map((cell) => (cell instanceof Date ? (cell.getTime() / 1000).toFixed(3) : cell === null ? null : String(cell))),
    ),
    statementTypeId: STATEMENT_TYPE.select,
  };
}
