import * as z from 'zod/mini';
import { parseInput } from '../../common/parse-input';
import type { Rates } from '../rows/batch-size';
import type { CursorState } from '../rows/cursor';
import type { KnownSchema } from '../rows/schema-drift';
import type { KeyColumn } from '../rows/table-ddl';
import type { SourceIdentity } from '../postgres/source-identity';

/** What is known of a replicated table: written to Snowflake in the transaction that makes its rows visible. */
export interface TableState {
  readonly source: SourceIdentity;
  readonly schema: KnownSchema;
  readonly cursor: CursorState;
  /** Sequence number of the batch that was committed last. */
  readonly batch: number;
  /** Last batch up to which every one is proven; batches without proof hold it back. */
  readonly verifiedBatch: number;
  /** Moment up to which changes have arrived and are proven, UTC: the floor of the last proven batch. Null where the cursor has none. */
  readonly verifiedThrough: string | null;
  readonly rates: Rates | null;
  /** Where the comparison of both sides stands. */
  readonly verification: Verification;
  /** A full load that is complete and proven, and may or may not have been swapped in yet. */
  readonly pendingSwap: PendingSwap | null;
}

export interface Verification {
  /** Key after which the comparison goes on; null at its beginning. */
  readonly after: readonly string[] | null;
  /** Differences found since its beginning that were left as they are. */
  readonly unrepaired: number;
  /** When a comparison of the whole table last reached its end, ISO 8601. */
  readonly completedAt: string | null;
}

export interface PendingSwap {
  /** Table that takes the target's place; its comment goes with it and tells whether it has. */
  readonly next: string;
  readonly misfits: string;
  readonly comment: string;
  /** For the quarantine, which is made anew. */
  readonly quarantineKey: readonly KeyColumn[];
  readonly entry: LedgerEntry;
  /** The state once it is swapped in. */
  readonly state: Omit<TableState, 'pendingSwap'>;
}

/** What the ledger keeps of a batch. */
export interface LedgerEntry {
  readonly batch: number;
  readonly kind: 'full' | 'incremental' | 'repair';
  readonly operationId: string;
  readonly rows: number;
  readonly quarantined: number;
  readonly bytes: number;
  /** Of the rows in the source; null without proof. */
  readonly digest: string | null;
  /** For people who want to follow the batch back: the snapshot, the rows asked for, the files. */
  readonly details: Readonly<Record<string, unknown>>;
}

export const NOT_VERIFIED: Verification = { after: null, unrepaired: 0, completedAt: null };

const cursorSchema = z.object({ floor: z.nullable(z.string()), xmin: z.string(), sweep: z.nullable(z.looseObject({ after: z.array(z.string()) })) });
const stateFields = {
  source: z.object({ clusterResourceId: z.string(), systemIdentifier: z.string(), databaseOid: z.string() }),
  schema: z.looseObject({ oid: z.string(), key: z.array(z.string()), columns: z.array(z.looseObject({})) }),
  cursor: cursorSchema,
  batch: z.number(),
  verifiedBatch: z.number(),
  verifiedThrough: z.nullable(z.string()),
  rates: z.nullable(z.object({ bytesPerRow: z.number(), rowsPerSecond: z.number() })),
  verification: z.object({ after: z.nullable(z.array(z.string())), unrepaired: z.number(), completedAt: z.nullable(z.string()) }),
};
const stateSchema = z.object({ ...stateFields, pendingSwap: z.nullable(z.looseObject({ next: z.string(), state: z.looseObject(stateFields) })) });

/** Reads a state as it was written. What somebody else put there is refused rather than guessed at. */
export function parseState(tableId: string, text: string): TableState {
  return parseInput(stateSchema, JSON.parse(text) as unknown, `state of ${tableId}`) as unknown as TableState;
}
