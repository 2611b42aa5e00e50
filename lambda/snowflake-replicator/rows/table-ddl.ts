import { name, qualified, text, type TableName } from './snowflake-text';
import { loadedColumns, type TargetShape } from './stored-sql';
import { DELETED_AT, DIGEST, type TableMapping } from './table-mapping';

const DIGEST_TYPE = 'VARCHAR(64)';
export const DELETED_AT_TYPE = 'TIMESTAMP_TZ(6)';

/** What a quarantine keeps of a row that has no place in the target, beside its key. */
export const QUARANTINE = {
  reason: '_HOLDFAST_REASON',
  /** The row as an object of PostgreSQL's texts, by target column. */
  row: '_HOLDFAST_ROW',
  upper: '_HOLDFAST_UPPER',
  lower: '_HOLDFAST_LOWER',
  since: '_HOLDFAST_SINCE',
} as const;

/**
 * Makes a table of the target's shape.
 *
 * Only the key is NOT NULL: constraints of the source may go while its rows stay. Primary keys are not declared, because
 * Snowflake does not enforce them. The comment tells whose table it is, and goes where the table goes in a SWAP.
 */
export function createTarget({ mapping, softDelete }: TargetShape, table: TableName, { comment, transient = false }: { readonly comment: string; readonly transient?: boolean }): string {
  const columns = [
    ...mapping.columns.map((column) => `${name(column.target)} ${column.mapping.target}${mapping.key.includes(column) ? ' NOT NULL' : ''}`),
    ...(mapping.lossy.length === 0 ? [] : [`${name(DIGEST)} ${DIGEST_TYPE}`]),
    ...(softDelete ? [`${name(DELETED_AT)} ${DELETED_AT_TYPE}`] : []),
  ];
  return `CREATE ${transient ? 'TRANSIENT ' : ''}TABLE ${qualified(table)} (${columns.join(', ')}) COMMENT = ${text(comment)}`;
}

/** Makes a table of texts for the fields of records as they come. */
export function createFieldsTable({ columns }: TableMapping, table: TableName, comment: string): string {
  return `CREATE TRANSIENT TABLE ${qualified(table)} (${columns.map((_, index) => `${name(fieldName(index + 1))} VARCHAR`).join(', ')}) COMMENT = ${text(comment)}`;
}

export function fieldName(position: number): string {
  return `F${position}`;
}

/** A column of a key in Snowflake. */
export interface KeyColumn {
  readonly target: string;
  readonly type: string;
}

export function keyColumns({ key }: TableMapping): KeyColumn[] {
  return key.map(({ target, mapping }) => ({ target, type: mapping.target }));
}

/** Makes the table that keeps what has no place in the target. */
export function createQuarantine(key: readonly KeyColumn[], table: TableName): string {
  return `CREATE TABLE IF NOT EXISTS ${qualified(table)} (${quarantineDefinition(key)})`;
}

/** Makes it anew, empty and for the key as it is now; who may read it may still. */
export function recreateQuarantine(key: readonly KeyColumn[], table: TableName): string {
  return `CREATE OR REPLACE TABLE ${qualified(table)} (${quarantineDefinition(key)}) COPY GRANTS`;
}

function quarantineDefinition(key: readonly KeyColumn[]): string {
  const columns = [
    ...key.map(({ target, type }) => `${name(target)} ${type} NOT NULL`),
    `${name(QUARANTINE.reason)} VARCHAR NOT NULL`,
    `${name(QUARANTINE.row)} VARIANT`,
    `${name(QUARANTINE.upper)} NUMBER(20,0) NOT NULL`,
    `${name(QUARANTINE.lower)} NUMBER(20,0) NOT NULL`,
    `${name(QUARANTINE.since)} TIMESTAMP_TZ(6) NOT NULL`,
  ];
  return columns.join(', ');
}

/** `"A", "B"` of the columns that come from the source. */
export function columnList(mapping: TableMapping): string {
  return loadedColumns(mapping).map(name).join(', ');
}

/** The same for a quarantine's columns. */
export function quarantineColumns(key: readonly Pick<KeyColumn, 'target'>[]): string {
  return [...key.map(({ target }) => target), ...Object.values(QUARANTINE)].map(name).join(', ');
}

export function dropTable(table: TableName): string {
  return `DROP TABLE IF EXISTS ${qualified(table)}`;
}
