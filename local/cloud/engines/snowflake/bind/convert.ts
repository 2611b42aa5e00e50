import { compilationError } from '../snowflake-error';
import { describeType, isSemiStructured, MAX_TEXT_LENGTH, type SqlType, storageType, TEXT } from '../sql/sql-type';
import { type Bound, quoting, raise } from './bound';
import { type Conversion, impossible, strict } from './conversion';
import { toDate, toTime, toTimestamp } from './convert-moment';
import { toDecfloat, toFloat, toNumber } from './convert-number';
import type { BindEnvironment } from './environment';
import { dateTimeText } from './text-format';

/** Converts as `::` and CAST do: a value that does not fit is an error. */
export function castTo(value: Bound, type: SqlType, env: BindEnvironment): Bound {
  return { sql: strict(value, conversion(value, type, env)), type };
}

/** Converts as TRY_CAST does: a value that does not fit is NULL. */
export function tryCastTo(value: Bound, type: SqlType, env: BindEnvironment): Bound {
  if (value.type.kind !== 'text' && value.type.kind !== 'null') {
    throw compilationError(
      '001065',
      '22023',
      `Function TRY_CAST cannot be used with arguments of types ${describeType(value.type)} and ${describeType(type)}`,
    );
  }
  return { sql: conversion(value, type, env).attempt, type };
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

function toText(value: Bound, type: SqlType & { kind: 'text' }, env: BindEnvironment): Conversion {
  const plain = plainText(value, env);
  if (value.type.kind === 'text' && value.type.length <= type.length) return { attempt: plain };
  if (value.type.kind !== 'text' && !isSemiStructured(value.type) && type.length >= 100) return { attempt: plain };
  const tooLong = raise('100078', '22000', quoting('String', `substr(${plain}, 1, 100)`, 'is too long and would be truncated'));
  const limit = type.length === MAX_TEXT_LENGTH ? `strlen(${plain}) <= ${MAX_TEXT_LENGTH}` : `length(${plain}) <= ${type.length}`;
  return {
    attempt: `CASE WHEN ${limit} THEN ${plain} END`,
    failure: isSemiStructured(value.type) ? `CASE WHEN ${plain} IS NOT NULL THEN ${tooLong} END` : tooLong,
  };
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

function toBoolean(value: Bound): Conversion {
  const from = value.type.kind;
  if (from === 'boolean') return { attempt: value.sql };
  if (from === 'number' || from === 'float') return { attempt: `(${value.sql} <> 0)` };
  if (from !== 'text') return impossible(value, { kind: 'boolean' });
  const words = (list: string) =>
    list
      .split(' ')
      .map((word) => `'${word}'`)
      .join(', ');
  return {
    attempt: `CASE WHEN lower(${value.sql}) IN (${words('true t yes y on 1')}) THEN TRUE WHEN lower(${value.sql}) IN (${words('false f no n off 0')}) THEN FALSE END`,
    failure: raise('100037', '22018', quoting('Boolean value', value.sql, 'is not recognized')),
  };
}

function toBinary(value: Bound, type: SqlType & { kind: 'binary' }): Conversion {
  if (value.type.kind === 'binary') {
    if (value.type.length <= type.length) return { attempt: value.sql };
    return {
      attempt: `CASE WHEN octet_length(${value.sql}) <= ${type.length} THEN ${value.sql} END`,
      failure: raise('100145', '22000', `'Binary value is too long and would be truncated'`),
    };
  }
  if (value.type.kind !== 'text') return impossible(value, type);
  return hexToBinary(value.sql, type.length);
}

/** Reads an even number of hex digits. */
export function hexToBinary(text: string, length: number): Conversion {
  const bytes = `CASE WHEN length(${text}) % 2 = 0 AND regexp_full_match(${text}, '[0-9A-Fa-f]*') AND length(${text}) <= ${length * 2} THEN unhex(${text}) END`;
  return { attempt: bytes, failure: raise('100115', '22000', quoting('The following string is not a legal hex-encoded value:', text, '')) };
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
