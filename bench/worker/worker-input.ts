import type { ConnectionDetails } from '../../lambda/common/postgres/connect';
import type { Destination } from '../../lambda/snowflake-replicator/snowflake/driver';

/** What a measured process is told on its standard input. */
export interface WorkerInput {
  readonly work: 'replicate' | 'copy-to-nowhere';
  readonly source: ConnectionDetails;
  readonly destination: Destination;
  readonly user: string;
  readonly privateKey: string;
  /** `schema.table`. */
  readonly table: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly mode: 'full' | 'incremental';
}

/** What it answers on its standard output. */
export interface WorkerOutput {
  readonly rows: number;
  /** From the first connection to the end of the work, without the start of the process. */
  readonly seconds: number;
  readonly peakRssMb: number;
  /** Of all its threads, its start included. */
  readonly cpuSeconds: number;
  /** Each completed step with the seconds since the beginning. */
  readonly checkpoints: readonly (readonly [name: string, seconds: number])[];
}

/** What the process is told that moves the same bytes in the least way. */
export interface FloorInput {
  readonly source: ConnectionDetails;
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Shares of the table, each a file. */
  readonly parts: number;
  readonly pagesPerPart: number;
  readonly readers: number;
  readonly threads: number;
  readonly proof: boolean;
}

export interface FloorOutput {
  readonly seconds: number;
}
