import type { DuckConnection } from '../duck/duck-database';
import type { LoadRecord, Table } from './objects';

/** What a statement does to which tables. `changes` are updates and deletes, which wait for each other; `appends` do not. */
export interface Footprint {
  readonly reads: ReadonlySet<Table>;
  readonly appends: ReadonlySet<Table>;
  readonly changes: ReadonlySet<Table>;
}

/** One write of an open transaction, kept so that it can be done again on a newer view of the other tables. */
export interface LoggedWrite {
  readonly footprint: Footprint;
  readonly work: (connection: DuckConnection) => Promise<unknown>;
}

/** An explicit transaction between BEGIN and its end. */
export interface OpenTransaction {
  readonly id: string;
  readonly name: string;
  readonly startedOn: Date;
  /** The commit that DuckDB's snapshot shows; undefined until the first write opens one. */
  snapshot: number | undefined;
  readonly writes: LoggedWrite[];
  /** Loads that become history when the transaction commits. */
  readonly pendingLoads: Map<Table, LoadRecord[]>;
  readonly onCommit: (() => Promise<void> | void)[];
  /** Done when it ends, one way or the other. */
  readonly onEnd: (() => Promise<void>)[];
  /** Set when what was written could not be kept after an error. */
  broken: boolean;
}
