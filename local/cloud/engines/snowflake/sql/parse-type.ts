import { beyondStandIn, compilationError } from '../snowflake-error';
import { BOOLEAN, DATE, FLOAT, MAX_BINARY_LENGTH, MAX_TEXT_LENGTH, number, type SqlType, VARIANT } from './sql-type';
import type { TokenCursor } from './token-cursor';

const INTEGER_NAMES = ['INT', 'INTEGER', 'BIGINT', 'SMALLINT', 'TINYINT', 'BYTEINT'];
const TEXT_NAMES = ['VARCHAR', 'STRING', 'TEXT', 'CHAR', 'CHARACTER', 'NVARCHAR'];
const TIMESTAMP_NAMES: Readonly<Record<string, 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz'>> = {
  // TIMESTAMP_TYPE_MAPPING is TIMESTAMP_NTZ unless an account changes it.
  TIMESTAMP: 'timestamp_ntz',
  DATETIME: 'timestamp_ntz',
  TIMESTAMP_NTZ: 'timestamp_ntz',
  TIMESTAMP_LTZ: 'timestamp_ltz',
  TIMESTAMP_TZ: 'timestamp_tz',
};
const PLAIN: Readonly<Record<string, SqlType>> = {
  BOOLEAN,
  DATE,
  FLOAT,
  FLOAT4: FLOAT,
  FLOAT8: FLOAT,
  DOUBLE: FLOAT,
  REAL: FLOAT,
  DECFLOAT: { kind: 'decfloat' },
  VARIANT,
  ARRAY: { kind: 'array' },
  OBJECT: { kind: 'object' },
};
const UNOFFERED = ['GEOGRAPHY', 'GEOMETRY', 'VECTOR', 'MAP', 'FILE', 'UUID'];

/** Every type name that can stand after `::` or in a column definition. */
export function isTypeName(name: string): boolean {
  return (
    name in PLAIN ||
    name in TIMESTAMP_NAMES ||
    [...INTEGER_NAMES, ...TEXT_NAMES, 'NUMBER', 'DECIMAL', 'NUMERIC', 'DEC', 'BINARY', 'VARBINARY', 'TIME', ...UNOFFERED].includes(name)
  );
}

/** Reads a data type with its parameters. */
export function parseType(cursor: TokenCursor): SqlType {
  const token = cursor.peek();
  if (token.kind !== 'word' || !isTypeName(token.value))
    throw compilationError('002040', '42601', `Unsupported data type '${token.value}'.`);
  const name = cursor.next().value;
  if (UNOFFERED.includes(name)) throw beyondStandIn(`data type ${name}`);
  if (name === 'DOUBLE') cursor.accept('PRECISION');
  const plain = PLAIN[name];
  if (plain) return plain;
  if (INTEGER_NAMES.includes(name)) return number();
  const parameters = cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectInteger()) : [];
  return parameterized(name, parameters);
}

function parameterized(name: string, parameters: readonly number[]): SqlType {
  const [first, second] = parameters;
  const timestamp = TIMESTAMP_NAMES[name];
  if (timestamp) return { kind: timestamp, scale: within(name, first ?? 9, 0, 9) };
  if (name === 'TIME') return { kind: 'time', scale: within(name, first ?? 9, 0, 9) };
  if (TEXT_NAMES.includes(name)) {
    const fallback = name === 'CHAR' || name === 'CHARACTER' ? 1 : MAX_TEXT_LENGTH;
    return { kind: 'text', length: within(name, first ?? fallback, 1, MAX_TEXT_LENGTH) };
  }
  if (name === 'BINARY' || name === 'VARBINARY')
    return { kind: 'binary', length: within(name, first ?? MAX_BINARY_LENGTH, 1, MAX_BINARY_LENGTH) };
  const precision = within(name, first ?? 38, 1, 38);
  return { kind: 'number', precision, scale: within(name, second ?? 0, 0, Math.min(37, precision)) };
}

function within(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw compilationError('002039', '42601', `Invalid parameter ${value} for data type ${name}, allowed: ${least} to ${most}.`);
}
