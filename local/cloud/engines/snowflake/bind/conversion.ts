import { compilationError } from '../snowflake-error';
import { describeType, type SqlType } from '../sql/sql-type';
import type { Bound } from './bound';

/** A conversion that may fail: NULL in `attempt` for a value that is not NULL means that `failure` is raised. */
export interface Conversion {
  readonly attempt: string;
  readonly failure?: string;
}

/** Raises the failure where the attempt gave NULL for a value. */
export function strict(value: Bound, { attempt, failure }: Conversion): string {
  if (failure === undefined) return attempt;
  return `COALESCE(${attempt}, CASE WHEN ${value.sql} IS NOT NULL THEN ${failure} END)`;
}

/** Raises that Snowflake has no conversion between the two types. */
export function impossible(value: Bound, type: SqlType): never {
  throw compilationError(
    '001007',
    '22023',
    `invalid type [CAST(${describeType(value.type)} AS ${describeType(type)})] for parameter 'TO_${type.kind.toUpperCase()}'`,
  );
}
