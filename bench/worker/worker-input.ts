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
  /** Each completed step with the seconds since the beginning. */
  readonly checkpoints: readonly (readonly [name: string, seconds: number])[];
}
