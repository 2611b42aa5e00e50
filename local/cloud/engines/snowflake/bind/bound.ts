import { quoteString } from '../sql/quote';
import type { SqlType } from '../sql/sql-type';

/** An expression that has been checked and translated: DuckDB text and the Snowflake type of its value. */
export interface Bound {
  readonly sql: string;
  readonly type: SqlType;
}

/** Raises a Snowflake error while rows are processed; `message` is a DuckDB text expression. */
export function raise(code: string, sqlState: string, message: string): string {
  return `error(concat('SF|${code}|${sqlState}|', ${message}))`;
}

/** A message around a value: `Numeric value 'abc' is not recognized`. */
export function quoting(before: string, value: string, after: string): string {
  return `concat(${quoteString(`${before} '`)}, ${value}, ${quoteString(`' ${after}`)})`;
}

/** Raises the limit of the stand-in that rows can run into: the value is fine for Snowflake. */
export function raiseBeyondStandIn(what: string): string {
  return raise('000002', '0A000', quoteString(`Unsupported feature '${what}' (a limit of the warehouse stand-in, not of Snowflake).`));
}
