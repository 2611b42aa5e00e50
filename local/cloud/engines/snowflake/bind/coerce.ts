import { compilationError } from '../snowflake-error';
import { describeType, FLOAT, isSemiStructured, isTimestamp, NTZ, NULL, number, type SqlType, TEXT, text, VARIANT } from '../sql/sql-type';
import { type Bound, raiseBeyondStandIn } from './bound';
import { strict } from './conversion';
import { castTo, conversion, plainText } from './convert';
import { instant } from './convert-moment';
import type { BindEnvironment } from './environment';
import { instantOf } from './time-zone';

/** Implicit conversions on assignment, by source kind; VARCHAR may become any scalar (https://docs.snowflake.com/en/sql-reference/data-type-conversion). */
const ASSIGNABLE: Readonly<Record<string, readonly string[]>> = {
  text: ['number', 'float', 'decfloat', 'boolean', 'date', 'time', 'timestamp_ntz', 'timestamp_ltz', 'timestamp_tz', 'binary'],
  number: ['text', 'float', 'decfloat', 'boolean'],
  float: ['text', 'number', 'boolean'],
  decfloat: ['text', 'number', 'float'],
  boolean: ['text', 'number'],
  date: ['text', 'timestamp_ntz', 'timestamp_ltz', 'timestamp_tz'],
  time: ['text'],
  timestamp_ntz: ['text', 'date', 'time', 'timestamp_ltz', 'timestamp_tz'],
  timestamp_ltz: ['text', 'date', 'time', 'timestamp_ntz', 'timestamp_tz'],
  timestamp_tz: ['text', 'date', 'time', 'timestamp_ntz', 'timestamp_ltz'],
  binary: ['text'],
  variant: ['text', 'number', 'float', 'boolean', 'date', 'time', 'timestamp_ntz', 'timestamp_ltz', 'timestamp_tz', 'array', 'object'],
  array: ['variant'],
  object: ['variant'],
};

/** Makes a value fit a column, as INSERT, UPDATE and MERGE do; a string is no VARIANT without PARSE_JSON. */
export function assignTo(value: Bound, column: { readonly name: string; readonly type: SqlType }, env: BindEnvironment): string {
  const from = value.type.kind;
  if (
    from !== 'null' &&
    from !== column.type.kind &&
    !ASSIGNABLE[from]?.includes(column.type.kind) &&
    !(column.type.kind === 'variant' && from !== 'text')
  ) {
    throw compilationError(
      '002023',
      '22000',
      `Expression type does not match column data type, expecting ${describeType(column.type)} but got ${describeType(value.type)} for column ${column.name}`,
    );
  }
  return strict(value, conversion(value, column.type, env));
}

/** The type that all of the values can take without loss, for CASE, COALESCE, IN and UNION. */
export function commonType(types: readonly SqlType[], where: string): SqlType {
  return types.reduce((left, right) => pairType(left, right, where), NULL);
}

function pairType(left: SqlType, right: SqlType, where: string): SqlType {
  if (left.kind === 'null') return right;
  if (right.kind === 'null') return left;
  if (left.kind === 'number' && right.kind === 'number') {
    const scale = Math.max(left.scale, right.scale);
    const digits = Math.max(left.precision - left.scale, right.precision - right.scale);
    return number(Math.min(38, digits + scale), scale);
  }
  if (left.kind === 'text' && right.kind === 'text') return text(Math.max(left.length, right.length));
  if (left.kind === right.kind) return 'scale' in left && 'scale' in right && left.scale < right.scale ? right : left;
  const kinds = [left.kind, right.kind];
  if (kinds.every((kind) => ['number', 'float', 'decfloat'].includes(kind))) return kinds.includes('float') ? FLOAT : { kind: 'decfloat' };
  if (isSemiStructured(left) || isSemiStructured(right)) return VARIANT;
  if (left.kind === 'date' && isTimestamp(right)) return right;
  if (right.kind === 'date' && isTimestamp(left)) return left;
  if (isTimestamp(left) && isTimestamp(right))
    return kinds.includes('timestamp_tz') ? { kind: 'timestamp_tz', scale: 9 } : { kind: 'timestamp_ltz', scale: 9 };
  // A string beside another type takes that type, so 'abc' beside a number fails when the row is met.
  if (left.kind === 'text') return right;
  if (right.kind === 'text') return left;
  throw compilationError(
    '002032',
    '42601',
    `Can not convert parameter of type ${describeType(right)} into expected type ${describeType(left)} in ${where}`,
  );
}

/** Converts to the type found by `commonType`. */
export function unify(
  values: readonly Bound[],
  where: string,
  env: BindEnvironment,
): { readonly type: SqlType; readonly values: readonly string[] } {
  const found = commonType(
    values.map(({ type }) => type),
    where,
  );
  const type = found.kind === 'null' ? TEXT : found;
  return { type, values: values.map((value) => castTo(value, type, env).sql) };
}

/** Two values made comparable; timestamps with a zone compare by instant, semi-structured values by canonical text. */
export function comparable(left: Bound, right: Bound, where: string, env: BindEnvironment): [string, string] {
  if (left.type.kind === 'text' && right.type.kind === 'number') return [exactNumber(left, right.type, env), right.sql];
  if (left.type.kind === 'number' && right.type.kind === 'text') return [left.sql, exactNumber(right, left.type, env)];
  if (left.type.kind === 'number' && right.type.kind === 'number') return [left.sql, right.sql];
  const type = commonType([left.type, right.type], where);
  if (type.kind === 'timestamp_tz' || type.kind === 'timestamp_ltz') return [momentOf(left, env), momentOf(right, env)];
  if (type.kind === 'text') return [plainText(left, env), plainText(right, env)];
  return [orderable({ sql: castTo(left, type, env).sql, type }), orderable({ sql: castTo(right, type, env).sql, type })];
}

function momentOf(value: Bound, env: BindEnvironment): string {
  const stamp = isTimestamp(value.type) ? value : castTo(value, value.type.kind === 'date' ? NTZ : { kind: 'timestamp_tz', scale: 9 }, env);
  return instant(stamp, env);
}

/** A string compared with a number keeps the number's scale; more digits than that would be rounded, so they are refused. */
function exactNumber(value: Bound, type: SqlType & { kind: 'number' }, env: BindEnvironment): string {
  const finer = `regexp_matches(${value.sql}, '[.][0-9]{${type.scale}}[0-9]*[1-9]')`;
  return `CASE WHEN ${finer} THEN ${raiseBeyondStandIn('comparing a number with a string of more decimals')} ELSE ${castTo(value, number(38, type.scale), env).sql} END`;
}

/** What stands for the value in ORDER BY, MIN, GROUP BY and joins. */
export function orderable(value: Bound): string {
  if (value.type.kind === 'timestamp_tz') return instantOf(value.sql);
  if (isSemiStructured(value.type)) return `sf_canonical_json(${value.sql})`;
  return value.sql;
}

/** The value as text for string functions; semi-structured values give their text. */
export function asText(value: Bound, env: BindEnvironment): string {
  return value.type.kind === 'null' ? 'CAST(NULL AS VARCHAR)' : plainText(value, env);
}
