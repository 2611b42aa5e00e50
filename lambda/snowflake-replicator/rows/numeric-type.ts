import type { SourceType } from './source-table';
import type { TypeMapping } from './type-mapping';

/** Snowflake's NUMBER has 38 digits, of which 37 may be decimals. https://docs.snowflake.com/en/sql-reference/data-types-numeric */
const MOST_DIGITS = 38;
const MOST_DECIMALS = 37;

interface NumericChoice {
  readonly as?: string | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
}

/** Precision and scale that a column of type numeric was declared with; nothing when it was declared without. */
export function declaredDigits(modifier: number): { readonly precision: number; readonly scale: number } | undefined {
  if (modifier < 4) return undefined;
  // https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/utils/adt/numeric.c, make_numeric_typmod: eleven bits, signed since 15.
  const scale = (((modifier - 4) & 0x7ff) ^ 0x400) - 0x400;
  return { precision: ((modifier - 4) >> 16) & 0xffff, scale };
}

/** NUMBER where all values of the declared type have a place in it, else text. Nothing for a choice that numeric does not offer. */
export function numericMapping({ modifier }: SourceType, { as, precision, scale = 0 }: NumericChoice): TypeMapping | undefined {
  if (as === 'decfloat') return DECFLOAT;
  if (as === 'number') {
    if (precision === undefined || !isNumber(precision, scale)) return undefined;
    return roundedNumber(precision, scale);
  }
  if (as !== undefined) return undefined;
  const declared = declaredDigits(modifier);
  // One digit before the point at least: not every system prints the zero there when the type has no room for it.
  const digits = declared && { scale: Math.max(0, declared.scale), precision: Math.max(declared.precision - Math.min(0, declared.scale), declared.scale + 1) };
  return digits && isNumber(digits.precision, digits.scale) ? exactNumber(digits.precision, digits.scale) : TEXT;
}

function isNumber(precision: number, scale: number): boolean {
  return precision >= 1 && precision <= MOST_DIGITS && scale >= 0 && scale <= Math.min(precision, MOST_DECIMALS);
}

function exactNumber(precision: number, scale: number): TypeMapping {
  return {
    target: `NUMBER(${precision},${scale})`,
    source: (column) => column,
    enclosed: false,
    tryLoad: (text) => `TRY_TO_NUMBER(${text}, ${precision}, ${scale})`,
    text: (column) => `TO_VARCHAR(${column})`,
    lossy: false,
    orderable: true,
  };
}

/** A number of digits that somebody chose: what goes beyond the scale is rounded, in PostgreSQL, so that both sides agree. */
function roundedNumber(precision: number, scale: number): TypeMapping {
  return { ...exactNumber(precision, scale), source: (column) => `round(${column}, ${scale})` };
}

/** Text keeps every digit, and NaN. Its order is not that of the numbers. */
const TEXT: TypeMapping = { target: 'VARCHAR', source: (column) => column, enclosed: false, text: (column) => column, lossy: false, orderable: false };

/** DECFLOAT has 36 digits: https://docs.snowflake.com/en/sql-reference/data-types-numeric#decfloat */
const DECFLOAT: TypeMapping = {
  target: 'DECFLOAT',
  source: (column) => column,
  enclosed: false,
  load: (text) => `TO_DECFLOAT(${text})`,
  tryLoad: (text) => `TRY_TO_DECFLOAT(${text})`,
  text: (column) => `TO_VARCHAR(${column})`,
  lossy: true,
  orderable: false,
};
