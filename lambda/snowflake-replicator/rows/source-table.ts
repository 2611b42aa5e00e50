/** What a column holds, with domains resolved to the type below them. */
export interface SourceType {
  /** As in `pg_type.typname`: `int8`, `numeric`, `_text` for an array of text. */
  readonly name: string;
  readonly kind: 'base' | 'enum' | 'array' | 'range' | 'composite';
  /** As in `pg_attribute.atttypmod`; -1 without one. */
  readonly modifier: number;
  /** As PostgreSQL prints it: `numeric(18,4)`, `order_status`. Two types with the same text are the same. */
  readonly declared: string;
}

export interface SourceColumn {
  readonly name: string;
  readonly type: SourceType;
  readonly notNull: boolean;
}

/** Part of a table that holds rows itself: the table, or one of its partitions. */
export interface Leaf {
  readonly schema: string;
  readonly name: string;
  /** Of its rows, without what is stored aside. */
  readonly pages: number;
  /** Of its rows and of long values, which PostgreSQL stores aside. */
  readonly bytes: number;
}

/** A table as it was found, by the snapshot that reads it. */
export interface SourceTable {
  readonly schema: string;
  readonly name: string;
  /** Another table of the same name has another one. */
  readonly oid: string;
  readonly columns: readonly SourceColumn[];
  /** Names of the key's columns, in its order. */
  readonly key: readonly string[];
  readonly leaves: readonly Leaf[];
  /** From the planner's statistics; -1 when they were never collected. */
  readonly estimatedRows: number;
}

/** About how large a table is, with what is stored aside and without indexes. Long values may be compressed there. */
export function storedBytes({ leaves }: Pick<SourceTable, 'leaves'>): number {
  return leaves.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What a row is taken to weigh where PostgreSQL has not counted any. */
const ASSUMED_ROW_BYTES = 200;

/** What a row takes in the source, by the planner's count of rows. */
export function storedRowBytes(table: Pick<SourceTable, 'leaves' | 'estimatedRows'>): number {
  return table.estimatedRows > 0 ? storedBytes(table) / table.estimatedRows : ASSUMED_ROW_BYTES;
}

/** `schema.table`, for people and as an identity; a part with a dot or a quote stands in quotes. */
export function labelOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return [schema, name].map((part) => (/[".]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join('.');
}
