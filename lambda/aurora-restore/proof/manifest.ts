/** How many parts the rows of a table are divided into by their hash: what changed while the snapshot was made stays confined to few of them. */
export const BUCKETS = 256;

/** Rows whose hash falls into the bucket: how many, and two sums of 64-bit hashes that do not depend on their order. */
export type Bucket = readonly [bucket: number, rows: number, firstSum: string, secondSum: string];

export interface TableContent {
  /** `schema.table`, quoted where PostgreSQL would quote. */
  readonly name: string;
  readonly rows: number;
  /** Only buckets that have rows, in ascending order. */
  readonly buckets: readonly Bucket[];
}

export interface SequencePosition {
  readonly name: string;
  readonly lastValue: string;
  /** Counts down otherwise. */
  readonly ascending: boolean;
}

/** What a database holds at one moment. */
export interface DatabaseManifest {
  readonly name: string;
  /** Hash of the definition of every object, by `<kind> <name>`: tables with their columns, constraints, indexes, views, functions, triggers, policies, types, extensions, with owners and grants. */
  readonly objects: Readonly<Record<string, string>>;
  readonly tables: readonly TableContent[];
  /** Sequences that start over are left out: their position proves nothing. */
  readonly sequences: readonly SequencePosition[];
  /** Indexes that PostgreSQL does not use because building them failed. */
  readonly invalidIndexes: readonly string[];
}

/** What a cluster holds at one moment. */
export interface Manifest {
  readonly version: 1;
  readonly clusterIdentifier: string;
  readonly clusterResourceId: string;
  /** ISO 8601. */
  readonly takenAt: string;
  /** Hash of every role's attributes and memberships, by name. Passwords are not part of it. */
  readonly roles: Readonly<Record<string, string>>;
  readonly databases: readonly DatabaseManifest[];
}
