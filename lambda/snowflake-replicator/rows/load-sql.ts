import { QUOTE } from './record';
import { name, qualified, text, type TableName } from './snowflake-text';
import { digestOfLossy, fieldsText } from './stored-sql';
import { columnList, fieldName, quarantineColumns } from './table-ddl';
import type { MappedColumn, TableMapping } from './table-mapping';

/** How part files are compressed. */
export type Compression = 'zstd' | 'gzip';

/** Where part files lie: a directory of a stage, and the names of the files in it. */
export interface StagedParts {
  /** `@"DB"."SCHEMA"."STAGE"/path`. */
  readonly location: string;
  readonly files: readonly string[];
  readonly compression: Compression;
}

/**
 * How Snowflake is to read records: every default that would alter a value is set otherwise.
 * https://docs.snowflake.com/en/sql-reference/sql/create-file-format
 */
function fileFormat(compression: Compression): string {
  const options = [
    `TYPE = CSV`,
    `COMPRESSION = ${compression.toUpperCase()}`,
    `FIELD_DELIMITER = ','`,
    `RECORD_DELIMITER = '\\n'`,
    `FIELD_OPTIONALLY_ENCLOSED_BY = ${text(QUOTE)}`,
    `ESCAPE = NONE`,
    `ESCAPE_UNENCLOSED_FIELD = NONE`,
    `NULL_IF = ()`,
    `EMPTY_FIELD_AS_NULL = TRUE`,
    `TRIM_SPACE = FALSE`,
    `BINARY_FORMAT = HEX`,
    `ENCODING = 'UTF8'`,
    `REPLACE_INVALID_CHARACTERS = FALSE`,
  ];
  return `(${options.join(' ')})`;
}

/** Files that COPY takes in one statement. https://docs.snowflake.com/en/sql-reference/sql/copy-into-table */
export const MOST_FILES = 1000;

/** COPY of part files into a table of the target's shape; a value without a place there fails the whole statement. */
export function copyIntoTarget(mapping: TableMapping, table: TableName, parts: StagedParts): string {
  const field = (position: number) => `$${position}`;
  const isPlain = mapping.lossy.length === 0 && mapping.columns.every((column) => !column.mapping.load);
  if (isPlain) return copyInto(`${qualified(table)} (${columnList(mapping)})`, parts.location, parts);
  const values = mapping.columns.map((column, index) => loaded(column, field(index + 1)));
  if (mapping.lossy.length > 0) values.push(digestOfLossy(mapping, field, (target) => valueOf(mapping, target, field, loaded)));
  return copyInto(`${qualified(table)} (${columnList(mapping)})`, `(SELECT ${values.join(', ')} FROM ${parts.location})`, parts);
}

/** COPY of part files into a table of texts. */
export function copyIntoFields(table: TableName, parts: StagedParts): string {
  return copyInto(qualified(table), parts.location, parts);
}

function copyInto(target: string, source: string, { files, compression }: StagedParts): string {
  if (files.length > MOST_FILES) throw new Error(`COPY takes ${MOST_FILES} files, not ${files.length}`);
  return `COPY INTO ${target} FROM ${source} FILES = (${files.map(text).join(', ')}) FILE_FORMAT = ${fileFormat(compression)} ON_ERROR = ABORT_STATEMENT`;
}

function loaded({ mapping }: MappedColumn, field: string): string {
  if (mapping.load) return mapping.load(field);
  return mapping.target === 'VARCHAR' ? field : `${field}::${mapping.target}`;
}

function tried({ mapping }: MappedColumn, field: string): string {
  return mapping.tryLoad ? mapping.tryLoad(field) : field;
}

function valueOf(mapping: TableMapping, target: string, field: (position: number) => string, convert: (column: MappedColumn, field: string) => string): string {
  const index = mapping.columns.findIndex((column) => column.target === target);
  const column = mapping.columns[index];
  if (!column) throw new Error(`no column ${target} is loaded`);
  return convert(column, field(index + 1));
}

/** Moves the rows of a table of texts whose every value has a place into a table of the target's shape. */
export function insertFitting(mapping: TableMapping, fields: TableName, table: TableName): string {
  const field = (position: number) => name(fieldName(position));
  const values = mapping.columns.map((column, index) => tried(column, field(index + 1)));
  if (mapping.lossy.length > 0) values.push(digestOfLossy(mapping, field, (target) => valueOf(mapping, target, field, tried)));
  return `INSERT INTO ${qualified(table)} (${columnList(mapping)}) SELECT ${values.join(', ')} FROM ${qualified(fields)} WHERE ${misfits(mapping).map((condition) => `NOT (${condition})`).join(' AND ') || 'TRUE'}`;
}

/** Moves the other rows into a quarantine, each with the columns that have no place. */
export function insertMisfits(mapping: TableMapping, fields: TableName, quarantine: TableName, since: string): string {
  const field = (position: number) => name(fieldName(position));
  const reasons = mapping.columns.flatMap((column, index) => (column.mapping.tryLoad ? [`IFF(${misfit(column, field(index + 1))}, ${text(`${column.target}: no place in ${column.mapping.target}; `)}, '')`] : []));
  return `INSERT INTO ${qualified(quarantine)} (${quarantineColumns(mapping.key)}) SELECT ${[
    ...mapping.key.map((column) => tried(column, field(mapping.columns.indexOf(column) + 1))),
    reasons.join(' || ') || `''`,
    rowObject(mapping, field),
    `MD5_NUMBER_UPPER64(${fieldsText(mapping, field)})`,
    `MD5_NUMBER_LOWER64(${fieldsText(mapping, field)})`,
    `${text(since)}::TIMESTAMP_TZ(6)`,
  ].join(', ')} FROM ${qualified(fields)} WHERE ${misfits(mapping).map((condition) => `(${condition})`).join(' OR ') || 'FALSE'}`;
}

/** The row for people: what PostgreSQL said, by target column. NULLs are left out. */
function rowObject({ columns }: TableMapping, field: (position: number) => string): string {
  return `OBJECT_CONSTRUCT(${columns.map(({ target }, index) => `${text(target)}, ${field(index + 1)}`).join(', ')})::VARIANT`;
}

function misfits(mapping: TableMapping): string[] {
  return mapping.columns.flatMap((column, index) => (column.mapping.tryLoad ? [misfit(column, name(fieldName(index + 1)))] : []));
}

function misfit(column: MappedColumn, field: string): string {
  return `${field} IS NOT NULL AND ${tried(column, field)} IS NULL`;
}
