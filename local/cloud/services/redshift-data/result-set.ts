import type { ColumnMetadata, Field } from '@aws-sdk/client-redshift-data';
import { types, type FieldDef } from 'pg';

/** The rows of a statement, as text or null, and what they are of. */
export interface ResultSet {
  readonly columns: readonly FieldDef[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Keeps values as the text that PostgreSQL sends. */
export const AS_TEXT = { getTypeParser: () => (value: string) => value } as unknown as typeof types;

const builtins: Readonly<Record<keyof typeof types.builtins, number>> = types.builtins;
const INTEGERS: readonly number[] = [builtins.INT2, builtins.INT4, builtins.INT8, builtins.OID];
const FLOATS: readonly number[] = [builtins.FLOAT4, builtins.FLOAT8];
/** Redshift's names where they are not PostgreSQL's. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  [builtins.BOOL]: 'bool',
  [builtins.INT2]: 'int2',
  [builtins.INT4]: 'int4',
  [builtins.INT8]: 'int8',
  [builtins.OID]: 'oid',
  [builtins.FLOAT4]: 'float4',
  [builtins.FLOAT8]: 'float8',
  [builtins.NUMERIC]: 'numeric',
  [builtins.BPCHAR]: 'bpchar',
  [builtins.DATE]: 'date',
  [builtins.TIME]: 'time',
  [builtins.TIMETZ]: 'timetz',
  [builtins.TIMESTAMP]: 'timestamp',
  [builtins.TIMESTAMPTZ]: 'timestamptz',
  [builtins.BYTEA]: 'varbyte',
  [builtins.JSONB]: 'super',
  [builtins.JSON]: 'super',
};
/** What `varchar` without a length holds. */
const LONGEST_TEXT = 65_535;
const HEADER = 4;

/** A value as the Data API tells it; numbers with a fixed point are text, so that nothing of them is lost. */
export function fieldOf(value: string | null, { dataTypeID }: Pick<FieldDef, 'dataTypeID'>): Field {
  if (value === null) return { isNull: true };
  if (dataTypeID === builtins.BOOL) return { booleanValue: value === 't' };
  if (INTEGERS.includes(dataTypeID)) return { longValue: Number(value) };
  if (FLOATS.includes(dataTypeID) && Number.isFinite(Number(value))) return { doubleValue: Number(value) };
  return { stringValue: value };
}

export function columnOf({ name, dataTypeID, dataTypeModifier, dataTypeSize }: FieldDef): ColumnMetadata {
  const typeName = TYPE_NAMES[dataTypeID] ?? 'varchar';
  const isNumeric = dataTypeID === builtins.NUMERIC && dataTypeModifier > HEADER;
  return {
    name,
    label: name,
    typeName,
    isCaseSensitive: typeName === 'varchar' || typeName === 'bpchar',
    isCurrency: false,
    isSigned: INTEGERS.includes(dataTypeID) || FLOATS.includes(dataTypeID) || dataTypeID === builtins.NUMERIC,
    length: typeName === 'varchar' || typeName === 'bpchar' ? textLength(dataTypeModifier) : Math.max(0, dataTypeSize),
    nullable: 1,
    precision: isNumeric ? (dataTypeModifier - HEADER) >> 16 : 0,
    scale: isNumeric ? (dataTypeModifier - HEADER) & 0xffff : 0,
    schemaName: '',
    tableName: '',
  };
}

/** How many bytes the values have, as they came. */
export function sizeOf({ rows }: ResultSet): number {
  return rows.reduce((sum, row) => sum + row.reduce((inRow, value) => inRow + Buffer.byteLength(value ?? ''), 0), 0);
}

function textLength(modifier: number): number {
  return modifier > HEADER ? modifier - HEADER : LONGEST_TEXT;
}
