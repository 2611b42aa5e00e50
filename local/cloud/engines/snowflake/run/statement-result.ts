import type { SqlType } from '../sql/sql-type';
import { number, TEXT } from '../sql/sql-type';

/** What the driver tells kinds of statements apart by (snowflake-sdk 3.3.0, connection/result/statement_type.js). */
export const STATEMENT_TYPE = {
  select: 0x1000,
  insert: 0x3100,
  update: 0x3200,
  delete: 0x3300,
  merge: 0x3400,
  copy: 0x3600,
  other: 0x4000,
  ddl: 0x6000,
} as const;

export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** Rows as the driver expects them: every value is text or null. */
export interface RowsResult {
  readonly kind: 'rows';
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly statementTypeId: number;
}

/** PUT and GET: the server only says where and how; the driver moves the files. */
export interface TransferResult {
  readonly kind: 'transfer';
  readonly data: Readonly<Record<string, unknown>>;
}

export type StatementResult = RowsResult | TransferResult;

/** A result of text columns. */
export function textRows(
  names: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  statementTypeId: number = STATEMENT_TYPE.select,
): RowsResult {
  return { kind: 'rows', columns: names.map((name) => ({ name, type: TEXT, nullable: true })), rows, statementTypeId };
}

/** The one-line result of statements that only succeed. */
export function statusRow(message: string, statementTypeId: number = STATEMENT_TYPE.ddl): RowsResult {
  return textRows(['status'], [[message]], statementTypeId);
}

/** The counts that a DML statement returns; the driver adds them up for `getNumUpdatedRows`. */
export function countsRow(counts: readonly (readonly [string, number])[], statementTypeId: number): RowsResult {
  return {
    kind: 'rows',
    columns: counts.map(([name]) => ({ name, type: number(19), nullable: false })),
    rows: [counts.map(([, count]) => String(count))],
    statementTypeId,
  };
}
