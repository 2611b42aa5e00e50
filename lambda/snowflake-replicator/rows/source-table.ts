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
  readonly pages: number;
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

/** `schema.table`, for people and as an identity; a part with a dot or a quote stands in quotes. */
export function labelOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return [schema, name].map((part) => (/[".]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join('.');
}
