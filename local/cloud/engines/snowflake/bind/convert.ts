import { beyondStandIn, compilationError } from '../snowflake-error';
import { describeType, isSemiStructured, isTimestamp, MAX_TEXT_LENGTH, type SqlType, storageType, TEXT } from '../sql/sql-type';
import { type Bound, quoting, raise } from './bound';
import type { BindEnvironment } from './environment';
import { parseDate, parseInstant, parseTime, parseWallClock, parseZoned } from './parse-date-time';
import { dateTimeText } from './text-format';
import { clockOf, fromSessionClock, instantOf, sessionOffsetMinutes, toSessionClock, zonedValue } from './time-zone';

/** A conversion that may fail: NULL in `attempt` for a value that is not NULL means that `failure` is raised. */
export interface Conversion {
  readonly attempt: string;
  readonly failure?: string;
}

/** Converts as `::` and CAST do: a value that does not fit is an error. */
export function castTo(value: Bound, type: SqlType, env: BindEnvironment): Bound {
  return { sql: strict(value, conversion(value, type, env)), type };
}

/** Converts as TRY_CAST does: a value that does not fit is NULL. */
export function tryCastTo(value: Bound, type: SqlType, env: BindEnvironment): Bound {
  if (value.type.kind !== 'text' && value.type.kind !== 'null') {
    throw compilationError('001065', '22023', `Function TRY_CAST cannot be used with arguments of types ${describeType(value.type)} and ${describeType(type)}`);
  }
  return { sql: conversion(value, type, env).attempt, type };
}

/** Raises the failure where the attempt gave NULL for a value. */
export function strict(value: Bound, { attempt, failure }: Conversion): string {
  if (failure === undefined) return attempt;
  return `COALESCE(${attempt}, CASE WHEN ${value.sql} IS NOT NULL THEN ${failure} END)`;
}

/** What converting the value to the type takes; raises a compilation error for pairs that Snowflake has no conversion for. */
export function conversion(value: Bound, type: SqlType, env: BindEnvironment): Conversion {
  if (value.type.kind === 'null') return { attempt: `CAST(NULL AS ${storageType(type)})` };
  if (isSemiStructured(value.type) && !isSemiStructured(type) && type.kind !== 'text') {
    return conversion({ sql: variantText(value.sql), type: TEXT }, type, env);
  }
  switch (type.kind) {
    case 'number':
      return toNumber(value, type);
    case 'text':
      return toText(value, type, env);
    case 'float':
      return toFloat(value);
    case 'boolean':
      return toBoolean(value);
    case 'binary':
      return toBinary(value, type);
    case 'date':
      return toDate(value, env);
    case 'time':
      return toTime(value, type, env);
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return toTimestamp(value, type, env);
    case 'decfloat':
      return toDecfloat(value);
    case 'variant':
      return { attempt: variantOf(value, env) };
    case 'array':
    case 'object':
      return toContainer(value, type);
    case 'null':
      return { attempt: value.sql };
  }
}

function impossible(value: Bound, type: SqlType): never {
  throw compilationError('001007', '22023', `invalid type [CAST(${describeType(value.type)} AS ${describeType(type)})] for parameter 'TO_${type.kind.toUpperCase()}'`);
}

/**
 * DuckDB reads a text as DECIMAL of more than 18 digits about eighty times slower than as one of 18, so that reading
 * is left to the values that need it: first 18 digits in all are tried, then 18 on either side of the point.
 */
function readDecimal(text: string, precision: number, scale: number): string {
  const type = `DECIMAL(${precision},${scale})`;
  const wide = `TRY_CAST(${text} AS ${type})`;
  const narrow = `CAST(TRY_CAST(${text} AS DECIMAL(18,${scale})) AS ${type})`;
  const read = precision <= 18 || scale > 18 ? wide : `COALESCE(${narrow}, ${scale === 0 ? wide : `CASE WHEN regexp_full_match(${text}, '-?[0-9]{1,18}([.][0-9]{0,${scale}})?') THEN ${fromHalves(text, type, scale)} ELSE ${wide} END`})`;
  // DuckDB would also take 1_000 and 0x1F.
  return `CASE WHEN NOT contains(${text}, '_') AND NOT contains(${text}, 'x') THEN ${read} END`;
}

/** Adds what stands before the point to what stands behind it, each read as a BIGINT. */
function fromHalves(text: string, type: string, scale: number): string {
  const whole = `CAST(CAST(split_part(${text}, '.', 1) AS BIGINT) AS DECIMAL(38,${scale}))`;
  const sign = `(CASE WHEN starts_with(${text}, '-') THEN -1 ELSE 1 END)`;
  const fraction = `CAST(rpad(split_part(${text}, '.', 2), ${scale}, '0') AS BIGINT)`;
  return `TRY_CAST(${whole} + CAST(${sign} * ${fraction} AS DECIMAL(18,0)) * CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale + 1},${scale})) AS ${type})`;
}

function toNumber(value: Bound, type: SqlType & { kind: 'number' }): Conversion {
  const { precision, scale } = type;
  const from = value.type;
  if (from.kind === 'text' || from.kind === 'decfloat') {
    const unread = raise('100038', '22018', quoting('Numeric value', value.sql, 'is not recognized'));
    const outside = raise('100039', '22003', quoting('Numeric value', value.sql, 'is out of range'));
    return { attempt: readDecimal(value.sql, precision, scale), failure: `CASE WHEN TRY_CAST(${value.sql} AS DOUBLE) IS NULL THEN ${unread} ELSE ${outside} END` };
  }
  if (from.kind === 'boolean') return { attempt: `CAST(CAST(${value.sql} AS INTEGER) AS DECIMAL(${precision},${scale}))` };
  if (from.kind === 'float') return { attempt: `TRY_CAST(${value.sql} AS DECIMAL(${precision},${scale}))`, failure: outOfRange(value, type) };
  if (from.kind !== 'number') return impossible(value, type);
  if (from.precision === precision && from.scale === scale) return { attempt: value.sql };
  if (precision - scale >= from.precision - from.scale && scale >= from.scale) return { attempt: `CAST(${value.sql} AS DECIMAL(${precision},${scale}))` };
  return { attempt: `TRY_CAST(${value.sql} AS DECIMAL(${precision},${scale}))`, failure: outOfRange(value, type) };
}

/** Snowflake names the bytes that the precision needs. */
function outOfRange(value: Bound, { precision, scale }: SqlType & { kind: 'number' }): string {
  const bytes = precision <= 2 ? 1 : precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  return raise('100046', '22003', `concat('Number out of representable range: type FIXED[SB${bytes}](${precision},${scale}){nullable}, value ', ${value.sql})`);
}

function toText(value: Bound, type: SqlType & { kind: 'text' }, env: BindEnvironment): Conversion {
  const plain = plainText(value, env);
  if (value.type.kind === 'text' && value.type.length <= type.length) return { attempt: plain };
  if (value.type.kind !== 'text' && !isSemiStructured(value.type) && type.length >= 100) return { attempt: plain };
  const tooLong = raise('100078', '22000', quoting('String', `substr(${plain}, 1, 100)`, 'is too long and would be truncated'));
  const limit = type.length === MAX_TEXT_LENGTH ? `strlen(${plain}) <= ${MAX_TEXT_LENGTH}` : `length(${plain}) <= ${type.length}`;
  return { attempt: `CASE WHEN ${limit} THEN ${plain} END`, failure: isSemiStructured(value.type) ? `CASE WHEN ${plain} IS NOT NULL THEN ${tooLong} END` : tooLong };
}

/** The value as VARCHAR without a limit of length. */
export function plainText(value: Bound, env: BindEnvironment): string {
  switch (value.type.kind) {
    case 'text':
    case 'decfloat':
      return value.sql;
    case 'binary':
      return `hex(${value.sql})`;
    case 'variant':
    case 'array':
    case 'object':
      return variantText(value.sql);
    case 'date':
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return dateTimeText(value, env);
    default:
      return `CAST(${value.sql} AS VARCHAR)`;
  }
}

/** A string in a VARIANT loses its quotes, JSON null becomes NULL, everything else is its canonical JSON text. */
export function variantText(json: string): string {
  return `CASE json_type(${json}) WHEN 'VARCHAR' THEN json_extract_string(${json}, '$') WHEN 'NULL' THEN NULL ELSE sf_canonical_json(${json}) END`;
}

function toFloat(value: Bound): Conversion {
  const from = value.type.kind;
  if (from === 'number' || from === 'boolean') return { attempt: `CAST(${value.sql} AS DOUBLE)` };
  if (from === 'float') return { attempt: value.sql };
  if (from !== 'text' && from !== 'decfloat') return impossible(value, { kind: 'float' });
  const read = `TRY_CAST(${value.sql} AS DOUBLE)`;
  const finite = `CASE WHEN NOT contains(${value.sql}, '_') AND (NOT isinf(${read}) OR contains(lower(${value.sql}), 'inf')) THEN ${read} END`;
  return { attempt: finite, failure: raise('100038', '22018', quoting('Numeric value', value.sql, 'is not recognized')) };
}

function toBoolean(value: Bound): Conversion {
  const from = value.type.kind;
  if (from === 'boolean') return { attempt: value.sql };
  if (from === 'number' || from === 'float') return { attempt: `(${value.sql} <> 0)` };
  if (from !== 'text') return impossible(value, { kind: 'boolean' });
  const words = (list: string) => list.split(' ').map((word) => `'${word}'`).join(', ');
  return {
    attempt: `CASE WHEN lower(${value.sql}) IN (${words('true t yes y on 1')}) THEN TRUE WHEN lower(${value.sql}) IN (${words('false f no n off 0')}) THEN FALSE END`,
    failure: raise('100037', '22018', quoting('Boolean value', value.sql, 'is not recognized')),
  };
}

function toBinary(value: Bound, type: SqlType & { kind: 'binary' }): Conversion {
  if (value.type.kind === 'binary') {
    if (value.type.length <= type.length) return { attempt: value.sql };
    return { attempt: `CASE WHEN octet_length(${value.sql}) <= ${type.length} THEN ${value.sql} END`, failure: raise('100145', '22000', `'Binary value is too long and would be truncated'`) };
  }
  if (value.type.kind !== 'text') return impossible(value, type);
  return hexToBinary(value.sql, type.length);
}

/** Reads an even number of hex digits. */
export function hexToBinary(text: string, length: number): Conversion {
  const bytes = `CASE WHEN length(${text}) % 2 = 0 AND regexp_full_match(${text}, '[0-9A-Fa-f]*') AND length(${text}) <= ${length * 2} THEN unhex(${text}) END`;
  return { attempt: bytes, failure: raise('100115', '22000', quoting('The following string is not a legal hex-encoded value:', text, '')) };
}

function toDate(value: Bound, env: BindEnvironment): Conversion {
  switch (value.type.kind) {
    case 'date':
      return { attempt: value.sql };
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return { attempt: `CAST(${wallClock(value, env)} AS DATE)` };
    case 'text':
      return { attempt: parseDate(value.sql), failure: raise('100040', '22007', quoting('Date', value.sql, 'is not recognized')) };
    default:
      return impossible(value, { kind: 'date' });
  }
}

function toTime(value: Bound, type: SqlType & { kind: 'time' }, env: BindEnvironment): Conversion {
  if (value.type.kind === 'text') return { attempt: truncateTime(parseTime(value.sql), type.scale), failure: raise('100108', '22007', quoting('Time', value.sql, 'is not recognized')) };
  if (value.type.kind === 'time') return { attempt: truncateTime(value.sql, Math.min(type.scale, value.type.scale)) };
  if (isTimestamp(value.type)) return { attempt: truncateTime(`CAST(${wallClock(value, env)} AS TIME)`, type.scale) };
  return impossible(value, type);
}

function truncateTime(time: string, scale: number): string {
  if (scale >= 6) return time;
  const step = 10 ** (6 - scale);
  return `(TIME '00:00:00' + to_microseconds((epoch_us(${time}) // ${step}) * ${step}))`;
}

/** The wall clock that a timestamp shows: in its own offset, or in the session's time zone. */
export function wallClock(value: Bound, env: BindEnvironment): string {
  if (value.type.kind === 'timestamp_ltz') return toSessionClock(value.sql, env);
  if (value.type.kind === 'timestamp_tz') return clockOf(value.sql);
  return value.type.kind === 'date' ? `CAST(${value.sql} AS TIMESTAMP)` : value.sql;
}

/** The UTC instant of a timestamp; a wall clock is read in the session's time zone. */
export function instant(value: Bound, env: BindEnvironment): string {
  if (value.type.kind === 'timestamp_ltz') return value.sql;
  if (value.type.kind === 'timestamp_tz') return instantOf(value.sql);
  return fromSessionClock(wallClock(value, env), env);
}

function toTimestamp(value: Bound, type: SqlType & { kind: 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz' }, env: BindEnvironment): Conversion {
  const failure = raise('100035', '22007', quoting('Timestamp', value.sql, 'is not recognized'));
  if (value.type.kind === 'text') {
    if (type.kind === 'timestamp_tz') {
      if (type.scale < 6) throw beyondStandIn(`${describeType(type)} from text`);
      return { attempt: parseZoned(value.sql, env), failure };
    }
    return { attempt: truncateTimestamp(type.kind === 'timestamp_ntz' ? parseWallClock(value.sql) : parseInstant(value.sql, env), type.scale), failure };
  }
  if (value.type.kind !== 'date' && !isTimestamp(value.type)) return impossible(value, type);
  const scale = Math.min(type.scale, 'scale' in value.type ? value.type.scale : 9);
  if (value.type.kind === type.kind && scale === type.scale) return { attempt: value.sql };
  if (type.kind === 'timestamp_ntz') return { attempt: truncateTimestamp(wallClock(value, env), scale) };
  const moment = truncateTimestamp(instant(value, env), scale);
  if (type.kind === 'timestamp_ltz') return { attempt: moment };
  return { attempt: zonedValue(moment, value.type.kind === 'timestamp_tz' ? `struct_extract(${value.sql}, 'o')` : sessionOffsetMinutes(moment, env)) };
}

export function truncateTimestamp(stamp: string, scale: number): string {
  if (scale >= 6) return stamp;
  const step = 10 ** (6 - scale);
  return `make_timestamp(CAST(floor(epoch_us(${stamp}) / ${step}) AS BIGINT) * ${step})`;
}

function toDecfloat(value: Bound): Conversion {
  const from = value.type.kind;
  if (from === 'decfloat') return { attempt: value.sql };
  if (from !== 'number' && from !== 'text') return impossible(value, { kind: 'decfloat' });
  const text = from === 'text' ? value.sql : `CAST(${value.sql} AS VARCHAR)`;
  // Most values are canonical already; the others take the slow road through JavaScript.
  const canonical = `CASE WHEN regexp_full_match(${text}, '0|-?([1-9][0-9]{0,17}|0)([.][0-9]{0,16}[1-9])?') AND ${text} <> '-0' THEN ${text} ELSE sf_decfloat(${text}) END`;
  return { attempt: canonical, failure: raise('100038', '22018', quoting('Numeric value', text, 'is not recognized')) };
}

/** The value as JSON text, as TO_VARIANT makes it: dates and binaries become strings. */
export function variantOf(value: Bound, env: BindEnvironment): string {
  switch (value.type.kind) {
    case 'variant':
    case 'array':
    case 'object':
      return value.sql;
    case 'number':
      return `sf_trim_number(CAST(${value.sql} AS VARCHAR))`;
    case 'float':
    case 'boolean':
    case 'decfloat':
      return `CAST(${value.sql} AS VARCHAR)`;
    default:
      return `CAST(to_json(${plainText(value, env)}) AS VARCHAR)`;
  }
}

function toContainer(value: Bound, type: SqlType): Conversion {
  if (value.type.kind === type.kind) return { attempt: value.sql };
  if (!isSemiStructured(value.type)) return impossible(value, type);
  const expected = type.kind.toUpperCase();
  return {
    attempt: `CASE WHEN json_type(${value.sql}) = '${expected}' THEN ${value.sql} END`,
    failure: raise('100071', '22000', `concat('Failed to cast variant value ', substr(${value.sql}, 1, 100), ' to ${expected}')`),
  };
}
