import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { canonicalJson, indentedJson } from '../duck/canonical-json';
import type { SqlType } from '../sql/sql-type';

/** Writes a value of DuckDB as the text that Snowflake's JSON results carry for its type. */
export function encodeValue(value: DuckDBValue, type: SqlType): string | null {
  if (value === null) return null;
  switch (type.kind) {
    case 'number':
      return decimalText(value, type.scale);
    case 'boolean':
      return value === true ? '1' : '0';
    case 'date':
      return value instanceof DuckDBDateValue ? String(value.days) : mismatch(value, type);
    case 'time':
      return value instanceof DuckDBTimeValue ? secondsText(value.micros, type.scale) : mismatch(value, type);
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return value instanceof DuckDBTimestampValue ? secondsText(value.micros, type.scale) : mismatch(value, type);
    case 'timestamp_tz':
      return zonedText(value, type);
    case 'binary':
      return value instanceof DuckDBBlobValue ? Buffer.from(value.bytes).toString('hex').toUpperCase() : mismatch(value, type);
    case 'variant':
    case 'array':
    case 'object':
      return typeof value === 'string' ? indentedJson(canonicalJson(value)) : mismatch(value, type);
    case 'float':
      return floatText(value);
    default:
      return typeof value === 'string' ? value : mismatch(value, type);
  }
}

function mismatch(value: DuckDBValue, type: SqlType): never {
  throw new Error(`a value of type ${type.kind} came back from DuckDB as ${typeof value}`);
}

function decimalText(value: DuckDBValue, scale: number): string {
  if (value instanceof DuckDBDecimalValue) return withScale(value.toString(), scale);
  if (typeof value === 'bigint' || typeof value === 'number') return withScale(String(value), scale);
  throw new Error(`a number came back from DuckDB as ${typeof value}`);
}

function withScale(text: string, scale: number): string {
  const [whole = '', fraction = ''] = text.split('.');
  if (fraction.length === scale) return text;
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0').slice(0, scale)}`;
}

function floatText(value: DuckDBValue): string {
  if (typeof value !== 'number') return typeof value === 'bigint' ? String(value) : mismatch(value, { kind: 'float' });
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}

/** Seconds with a fraction of `scale` digits; the digits beyond the microsecond are zeros. */
function secondsText(micros: bigint, scale: number): string {
  const negative = micros < 0n;
  const absolute = negative ? -micros : micros;
  const seconds = absolute / 1_000_000n;
  const fraction = `${String(absolute % 1_000_000n).padStart(6, '0')}000`.slice(0, scale);
  return `${negative ? '-' : ''}${seconds}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The instant, a blank and the offset in minutes plus 1440. */
function zonedText(value: DuckDBValue, type: SqlType & { kind: 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz' }): string {
  if (!(value instanceof DuckDBStructValue)) return mismatch(value, type);
  const { u, o } = value.entries;
  if (!(u instanceof DuckDBTimestampValue) || typeof o !== 'number') return mismatch(value, type);
  return `${secondsText(u.micros, type.scale)} ${o + 1440}`;
}
