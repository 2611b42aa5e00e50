import type { Call, ObjectName } from '../sql/ast';
import type { SqlType } from '../sql/sql-type';
import type { Bound } from './bound';

/** A column of something that can stand in FROM. `physical` is its name in the DuckDB text. */
export interface SourceColumn {
  readonly name: string;
  readonly physical: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** Something that can stand in FROM: DuckDB text without alias, and its columns. */
export interface Source {
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
  /** Database, schema and object, for references like `schema.table.column`. */
  readonly path: readonly string[];
}

/** What binding needs to know of the session; how a name becomes a table is up to the caller, who also checks privileges. */
export interface BindEnvironment {
  readonly table: (name: ObjectName) => Source;
  readonly tableFunction: (name: ObjectName, call: Call) => Source;
  /** The value of `?` number `index` (from 1). */
  readonly placeholder: (index: number) => Bound;
  /** `$1` of a COPY transformation. */
  readonly field: (position: number) => Bound;
  /** Raises what Snowflake says of a function that the statement may not call. */
  readonly checkCall?: ((call: Call) => void) | undefined;
  /** CURRENT_ROLE() and its like, by name; undefined when unknown. */
  readonly contextValue: (name: string) => string | null | undefined;
  /** TIMEZONE, TIMESTAMP_NTZ_OUTPUT_FORMAT, ... */
  readonly parameter: (name: string) => string;
  /** The statement's one moment, in Unix microseconds. */
  readonly nowMicros: bigint;
  /** A name that no other part of the statement's DuckDB text uses. */
  readonly uniqueAlias: () => string;
}
