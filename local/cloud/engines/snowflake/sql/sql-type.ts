/** A Snowflake data type, with the parameters that Snowflake fills in when they are left out. */
export type SqlType =
  | { readonly kind: 'number'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'binary'; readonly length: number }
  | { readonly kind: 'time'; readonly scale: number }
  | { readonly kind: 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz'; readonly scale: number }
  | { readonly kind: 'float' | 'decfloat' | 'boolean' | 'date' | 'variant' | 'array' | 'object' | 'null' };

export type TypeKind = SqlType['kind'];

/** 16 MB, in bytes: the classic limit of VARCHAR, VARIANT, ARRAY and OBJECT (https://docs.snowflake.com/en/sql-reference/data-types-text). */
export const MAX_TEXT_LENGTH = 16_777_216;
export const MAX_BINARY_LENGTH = 8_388_608;

export const NULL: SqlType = { kind: 'null' };
export const FLOAT: SqlType = { kind: 'float' };
export const BOOLEAN: SqlType = { kind: 'boolean' };
export const DATE: SqlType = { kind: 'date' };
export const VARIANT: SqlType = { kind: 'variant' };
export const ARRAY: SqlType = { kind: 'array' };
export const TEXT: SqlType = { kind: 'text', length: MAX_TEXT_LENGTH };
/** Text that came from outside and whose length nobody has checked yet: a bind, a literal, a field of a file. */
export const UNCHECKED_TEXT: SqlType = { kind: 'text', length: MAX_TEXT_LENGTH + 1 };
export const BINARY: SqlType = { kind: 'binary', length: MAX_BINARY_LENGTH };
export const NTZ: SqlType = { kind: 'timestamp_ntz', scale: 9 };
export const LTZ: SqlType = { kind: 'timestamp_ltz', scale: 9 };

export function number(precision = 38, scale = 0): SqlType {
  return { kind: 'number', precision: Math.min(38, precision), scale };
}

export function text(length: number): SqlType {
  return { kind: 'text', length: Math.min(length, MAX_TEXT_LENGTH) };
}

export function isTimestamp(type: SqlType): boolean {
  return type.kind.startsWith('timestamp');
}

export function isSemiStructured(type: SqlType): boolean {
  return type.kind === 'variant' || type.kind === 'array' || type.kind === 'object';
}

/** The type as `DESCRIBE TABLE` prints it. */
export function describeType(type: SqlType): string {
  switch (type.kind) {
    case 'number':
      return `NUMBER(${type.precision},${type.scale})`;
    case 'text':
      return `VARCHAR(${Math.min(type.length, MAX_TEXT_LENGTH)})`;
    case 'binary':
      return `BINARY(${type.length})`;
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return `${type.kind.toUpperCase()}(${type.scale})`;
    case 'null':
      return 'VARCHAR';
    default:
      return type.kind.toUpperCase();
  }
}

/** The DuckDB type that holds the values. A TIMESTAMP_TZ is the UTC instant beside its offset in minutes, a TIMESTAMP_LTZ the instant alone. */
export function storageType(type: SqlType): string {
  switch (type.kind) {
    case 'number':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'float':
      return 'DOUBLE';
    case 'binary':
      return 'BLOB';
    case 'boolean':
    case 'date':
    case 'time':
      return type.kind.toUpperCase();
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return 'TIMESTAMP';
    case 'timestamp_tz':
      return 'STRUCT(u TIMESTAMP, o SMALLINT)';
    case 'variant':
    case 'array':
    case 'object':
    case 'text':
    case 'decfloat':
    case 'null':
      return 'VARCHAR';
  }
}
