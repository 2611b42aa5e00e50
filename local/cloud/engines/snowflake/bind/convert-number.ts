import type { SqlType } from '../sql/sql-type';
import { type Bound, quoting, raise } from './bound';
import { type Conversion, impossible } from './conversion';

/**
 * DuckDB reads a text as DECIMAL of more than 18 digits about eighty times slower than as one of 18, so that reading
 * is left to the values that need it: first 18 digits in all are tried, then 18 on either side of the point.
 */
function readDecimal(text: string, precision: number, scale: number): string {
  const type = `DECIMAL(${precision},${scale})`;
  const wide = `TRY_CAST(${text} AS ${type})`;
  const narrow = `CAST(TRY_CAST(${text} AS DECIMAL(18,${scale})) AS ${type})`;
  const read =
    precision <= 18 || scale > 18
      ? wide
      : `COALESCE(${narrow}, ${scale === 0 ? wide : `CASE WHEN regexp_full_match(${text}, '-?[0-9]{1,18}([.][0-9]{0,${scale}})?') THEN ${fromHalves(text, type, scale)} ELSE ${wide} END`})`;
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

/** What converting to NUMBER takes. */
export function toNumber(value: Bound, type: SqlType & { kind: 'number' }): Conversion {
  const { precision, scale } = type;
  const from = value.type;
  if (from.kind === 'text' || from.kind === 'decfloat') {
    const unread = raise('100038', '22018', quoting('Numeric value', value.sql, 'is not recognized'));
    const outside = raise('100039', '22003', quoting('Numeric value', value.sql, 'is out of range'));
    return {
      attempt: readDecimal(value.sql, precision, scale),
      failure: `CASE WHEN TRY_CAST(${value.sql} AS DOUBLE) IS NULL THEN ${unread} ELSE ${outside} END`,
    };
  }
  if (from.kind === 'boolean') return { attempt: `CAST(CAST(${value.sql} AS INTEGER) AS DECIMAL(${precision},${scale}))` };
  if (from.kind === 'float')
    return { attempt: `TRY_CAST(${value.sql} AS DECIMAL(${precision},${scale}))`, failure: outOfRange(value, type) };
  if (from.kind !== 'number') return impossible(value, type);
  if (from.precision === precision && from.scale === scale) return { attempt: value.sql };
  if (precision - scale >= from.precision - from.scale && scale >= from.scale)
    return { attempt: `CAST(${value.sql} AS DECIMAL(${precision},${scale}))` };
  return { attempt: `TRY_CAST(${value.sql} AS DECIMAL(${precision},${scale}))`, failure: outOfRange(value, type) };
}

/** Snowflake names the bytes that the precision needs. */
function outOfRange(value: Bound, { precision, scale }: SqlType & { kind: 'number' }): string {
  const bytes = precision <= 2 ? 1 : precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  return raise(
    '100046',
    '22003',
    `concat('Number out of representable range: type FIXED[SB${bytes}](${precision},${scale}){nullable}, value ', ${value.sql})`,
  );
}

export function toFloat(value: Bound): Conversion {
  const from = value.type.kind;
  if (from === 'number' || from === 'boolean') return { attempt: `CAST(${value.sql} AS DOUBLE)` };
  if (from === 'float') return { attempt: value.sql };
  if (from !== 'text' && from !== 'decfloat') return impossible(value, { kind: 'float' });
  const read = `TRY_CAST(${value.sql} AS DOUBLE)`;
  const finite = `CASE WHEN NOT contains(${value.sql}, '_') AND (NOT isinf(${read}) OR contains(lower(${value.sql}), 'inf')) THEN ${read} END`;
  return { attempt: finite, failure: raise('100038', '22018', quoting('Numeric value', value.sql, 'is not recognized')) };
}

export function toDecfloat(value: Bound): Conversion {
  const from = value.type.kind;
  if (from === 'decfloat') return { attempt: value.sql };
  if (from !== 'number' && from !== 'text') return impossible(value, { kind: 'decfloat' });
  const text = from === 'text' ? value.sql : `CAST(${value.sql} AS VARCHAR)`;
  // Most values are canonical already; the others take the slow road through JavaScript.
  const canonical = `CASE WHEN regexp_full_match(${text}, '0|-?([1-9][0-9]{0,17}|0)([.][0-9]{0,16}[1-9])?') AND ${text} <> '-0' THEN ${text} ELSE sf_decfloat(${text}) END`;
  return { attempt: canonical, failure: raise('100038', '22018', quoting('Numeric value', text, 'is not recognized')) };
}
