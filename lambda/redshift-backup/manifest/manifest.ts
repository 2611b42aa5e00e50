/** A column as the catalog describes it. */
export interface Column {
  readonly name: string;
  /** As `format_type` writes it, such as `numeric(18,4)`. */
  readonly type: string;
  readonly notNull: boolean;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** What a table held at one moment. */
export interface TableContent {
  /** `"schema"."table"`. */
  readonly name: string;
  /** Hash over names, types and nullability of the columns, in order. */
  readonly schemaHash: string;
  readonly rows: number;
  /** Two sums over the rows' hashes, 120 bits together; the order of the rows does not matter. */
  readonly contentHash: string;
  /** Columns whose type has no text to hash, such as sketches. */
  readonly uncovered: readonly string[];
}

/** What a cluster's database held at one moment. */
export interface WarehouseManifest {
  readonly version: 1;
  readonly clusterIdentifier: string;
  readonly database: string;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly tables: readonly TableContent[];
}
