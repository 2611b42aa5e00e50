import { ProofFailed } from '../contract';
import { attemptNames, type AttemptNames } from '../rows/batch-identity';
import { batchRows, learnRates } from '../rows/batch-size';
import { advance, planRead, type ReadPlan } from '../rows/cursor';
import { formatDigest, sameDigest, type Digest } from '../rows/digest';
import { wholeTable, type RowSelection } from '../rows/extraction-sql';
import type { Key } from '../rows/key-range';
import { copyQuarantined, deleteKeysOf, mergedDigest, mergeStaged } from '../rows/merge-sql';
import { parseRecord } from '../rows/parse-record';
import { followingStatements, knownSchema } from '../rows/schema-drift';
import { qualified } from '../rows/snowflake-text';
import { storedRowBytes } from '../rows/source-table';
import { createQuarantine, createTarget, keyColumns } from '../rows/table-ddl';
import type { TableMapping } from '../rows/table-mapping';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import type { StoredState } from '../state/control-store';
import type { LedgerEntry, TableState } from '../state/table-state';
import { commitWithState } from './commit';
import { ledgerEntry, partsDetails } from './ledger-entry';
import { loadParts, type LoadedParts } from './load-parts';
import type { Look, LoadPlan } from './look';
import { bareShape, proveLoaded } from './prove-loaded';
import type { Workplace } from './workplace';

const BYTES_PER_MB = 1024 * 1024;
const LEAST_ROWS = 100;
const MOST_ROWS = 5_000_000;

/** What a batch did. */
export interface ChangesLoaded {
  readonly stored: StoredState;
  readonly rows: number;
  readonly quarantined: number;
  /** True when this batch reached the end of what its snapshot showed. */
  readonly atEnd: boolean;
}

/** Brings one batch of changed rows to the target: into a staging table, proven there, merged and proven again before it is committed. */
export async function loadChanges(work: Workplace, look: Look, stored: StoredState, state: TableState, plan: LoadPlan): Promise<ChangesLoaded> {
  await follow(work, plan);
  const { limits, settings } = work;
  const startedMs = work.ports.now().getTime();
  const read = planRead(look.mapping, settings.table.cursor, state.cursor);
  const limit = batchRows({ batchBytes: limits.batchMb * BYTES_PER_MB, batchSeconds: limits.batchSeconds, leastRows: LEAST_ROWS, mostRows: MOST_ROWS }, storedRowBytes(look.mapping.table), state.rates);
  const names = attemptNames(work.tableId, state.batch + 1, work.ports.newAttempt());
  const warehouse = await work.warehouse();
  const staging = work.control.named(names.staging);
  await warehouse.execute(createTarget(bareShape(staging, look.mapping), staging, { comment: `staging of ${work.operationId}`, transient: true }));
  await work.ports.checkpoint('staging made');
  const selection: RowSelection = { ...wholeTable(look.mapping, read.where), orderBy: read.orderBy, limit };
  const loaded = await loadParts(work, look, [selection], [look.session], [warehouse], { table: staging, names }, true);
  const cursor = advance(state.cursor, read, look.observed, { rows: loaded.rows, limit, last: positionOf(look.mapping, read, loaded.lastRecord) });
  const next: TableState = { ...state, source: look.source, schema: knownSchema(look.mapping), cursor };
  const outcome = { rows: loaded.rows, quarantined: loaded.misfits, atEnd: cursor.sweep === null };
  if (loaded.rows === 0) {
    const through = state.verifiedBatch === state.batch ? cursor.floor : state.verifiedThrough;
    return { ...outcome, stored: await work.control.write(warehouse, work.writer, stored, { ...next, verifiedThrough: through }, work.ports.now()) };
  }
  const digest = digestOf(loaded);
  const inStaging = await proveLoaded(work, look, { table: staging, names, digest, misfits: loaded.misfits, selection });
  const seconds = (work.ports.now().getTime() - startedMs) / 1000;
  const rates = learnRates(state.rates, { rows: loaded.rows, bytes: loaded.bytes, seconds });
  const entry = ledgerEntry(work, 'incremental', state.batch + 1, loaded, { form: read.form, where: read.where, snapshot: look.observed, ...partsDetails(loaded, names) });
  return { ...outcome, stored: await mergeBatch(work, look, stored, { ...withBatch(next, entry.batch), rates }, entry, { names, inStaging, misfits: loaded.misfits }) };
}

/** The state with one more batch, which was proven. */
export function withBatch(state: TableState, batch: number): TableState {
  const isWhole = state.verifiedBatch === state.batch;
  return { ...state, batch, verifiedBatch: isWhole ? batch : state.verifiedBatch, verifiedThrough: isWhole && state.cursor.sweep === null ? state.cursor.floor : state.verifiedThrough };
}

async function follow(work: Workplace, { followInPlace, drift }: LoadPlan): Promise<void> {
  if (!followInPlace || !drift) return;
  const warehouse = await work.warehouse();
  for (const statement of followingStatements(drift, work.target)) await warehouse.execute(statement);
  await work.ports.checkpoint('schema followed');
}

function positionOf({ columns }: TableMapping, { position }: ReadPlan, lastRecord: string | null): Key | null {
  if (lastRecord === null) return null;
  const fields = parseRecord(lastRecord);
  return position.map((column) => fields[columns.indexOf(column)] ?? '');
}

function digestOf({ digest }: LoadedParts): Digest {
  if (!digest) throw new Error('changes are read with proof');
  return digest;
}

/** A batch that lies in a staging table, proven. */
export interface StagedBatch {
  readonly names: AttemptNames;
  /** Digest of the staging table. */
  readonly inStaging: Digest;
  readonly misfits: number;
}

/** Merges a staged batch into the target and its quarantine, each key ending in one of them, and commits it with the state. `first` runs before, in the same transaction. */
export async function mergeBatch(work: Workplace, look: Look, stored: StoredState, state: TableState, entry: LedgerEntry, batch: StagedBatch, first?: (warehouse: WarehouseSession) => Promise<void>): Promise<StoredState> {
  const { mapping, shape } = look;
  const { quarantine, control, target } = work;
  const staging = control.named(batch.names.staging);
  const misfits = control.named(batch.names.misfits);
  const { cursor } = work.settings.table;
  const newestBy = cursor.kind === 'column' ? mapping.columns.find(({ source }) => source.name === cursor.column)?.target : undefined;
  const warehouse = await work.warehouse();
  await warehouse.execute(createQuarantine(keyColumns(mapping), quarantine));
  return commitWithState(work, stored, state, entry, async (_, transactionId) => {
    await first?.(warehouse);
    await warehouse.execute(mergeStaged(shape, staging, newestBy, transactionId));
    await work.ports.checkpoint('merged');
    await warehouse.execute(deleteKeysOf(mapping, quarantine, staging));
    if (batch.misfits > 0) {
      await warehouse.execute(deleteKeysOf(mapping, target, misfits));
      await warehouse.execute(deleteKeysOf(mapping, quarantine, misfits));
      await warehouse.execute(copyQuarantined(keyColumns(mapping), misfits, quarantine));
    }
    const merged = await warehouse.digest(mergedDigest(shape, staging));
    if (!sameDigest(merged, batch.inStaging)) throw new ProofFailed(`${qualified(target)}: ${formatDigest(batch.inStaging)} was staged, ${formatDigest(merged)} was merged: is a key there twice?`, { table: work.tableId });
  });
}
