import { WarehouseMisconfigured } from '../contract';
import { attemptNames, type AttemptNames } from '../rows/batch-identity';
import { learnRates } from '../rows/batch-size';
import { initialCursor } from '../rows/cursor';
import { pageRanges, selectionOf } from '../rows/partition-plan';
import { knownSchema } from '../rows/schema-drift';
import { qualified, text } from '../rows/snowflake-text';
import { createTarget, dropTable, keyColumns } from '../rows/table-ddl';
import type { StoredState } from '../state/control-store';
import { NOT_VERIFIED, type LedgerEntry, type TableState } from '../state/table-state';
import { ledgerEntry, partsDetails } from './ledger-entry';
import { loadParts } from './load-parts';
import type { Look } from './look';
import { proveLoaded } from './prove-loaded';
import { commentOf, finishSwap } from './swap-in';
import type { Workplace } from './workplace';

const BYTES_PER_MB = 1024 * 1024;

/** What a full load did. */
export interface FullLoad {
  readonly stored: StoredState;
  readonly rows: number;
  readonly quarantined: number;
}

/**
 * Loads the whole table beside the one that readers see, proves it, and swaps it in.
 *
 * Everything is read in one snapshot, by several sessions that share it, a stretch of pages at a time.
 */
export async function loadFull(work: Workplace, look: Look, stored: StoredState, reasons: readonly string[]): Promise<FullLoad> {
  const { limits, settings } = work;
  const batch = (stored.state?.batch ?? 0) + 1;
  const names = attemptNames(work.tableId, batch, work.ports.newAttempt());
  const next = work.control.named(names.staging);
  const startedMs = work.ports.now().getTime();
  await makeNext(work, look, names, batch);
  const readers = await work.readersOf(look.session, limits.readers);
  const loaders = await Promise.all([...Array(limits.loaders).keys()].map((position) => work.warehouse(position)));
  const isProven = settings.table.proof === 'always';
  const loaded = await loadParts(work, look, pageRanges(look.mapping.table.leaves, limits.partMb * BYTES_PER_MB).map(selectionOf), readers, loaders, { table: next, names }, isProven);
  await work.ports.checkpoint('all parts loaded');
  if (loaded.digest) await proveLoaded(work, look, { table: next, names, digest: loaded.digest, misfits: loaded.misfits });
  const seconds = (work.ports.now().getTime() - startedMs) / 1000;
  const entry = ledgerEntry(work, 'full', batch, loaded, { reasons, snapshot: look.observed, ...partsDetails(loaded, names) });
  const rates = learnRates(stored.state?.rates ?? null, { rows: loaded.rows, bytes: loaded.bytes, seconds });
  return { stored: await swapIn(work, look, stored, names, entry, rates), rows: loaded.rows, quarantined: loaded.misfits };
}

/** What the comment of a target begins with: a table without it is not ours to replace. */
export function commentPrefix(work: Workplace): string {
  return `holdfast ${work.tableId} `;
}

/** Makes the empty table that is going to be the target, once it is sure that the present one may be replaced. */
export async function makeNext(work: Workplace, { shape }: Look, names: AttemptNames, batch: number): Promise<void> {
  const warehouse = await work.warehouse();
  const found = await commentOf(warehouse, work.target);
  if (found !== undefined && !found.startsWith(commentPrefix(work))) {
    throw new WarehouseMisconfigured(`${qualified(work.target)} is there and was not made from ${work.tableId}: drop or rename it, or choose another name with target`, { comment: found });
  }
  if (found === undefined) await checkNameIsFree(work);
  await warehouse.execute(createTarget(shape, work.control.named(names.staging), { comment: commentOfAttempt(work, names, batch) }));
  await work.ports.checkpoint('next table made');
}

/** A table that the role may not see shows only when one of its name is made; found out after the load, there would be no way back. */
async function checkNameIsFree(work: Workplace): Promise<void> {
  const warehouse = await work.warehouse();
  await warehouse.execute(`CREATE TRANSIENT TABLE ${qualified(work.target)} (ID NUMBER(1,0)) COMMENT = ${text(`${commentPrefix(work)}placeholder`)}`);
  await warehouse.execute(dropTable(work.target));
}

function commentOfAttempt(work: Workplace, names: AttemptNames, batch: number): string {
  return `${commentPrefix(work)}batch ${batch} ${names.staging}`;
}

/** Writes down what is about to be swapped in, and does it. */
export async function swapIn(work: Workplace, { observed, source, mapping }: Pick<Look, 'observed' | 'source' | 'mapping'>, stored: StoredState, names: AttemptNames, entry: LedgerEntry, rates: TableState['rates']): Promise<StoredState> {
  const before = stored.state;
  const isProven = entry.digest !== null;
  const state: Omit<TableState, 'pendingSwap'> = {
    source,
    schema: knownSchema(mapping),
    cursor: initialCursor(observed),
    batch: entry.batch,
    // A full load replaces everything, so that what was not proven before does not matter any more.
    verifiedBatch: isProven ? entry.batch : (before?.verifiedBatch ?? 0),
    verifiedThrough: isProven ? observed.floor : (before?.verifiedThrough ?? null),
    rates,
    verification: NOT_VERIFIED,
  };
  const pendingSwap = { next: names.staging, misfits: names.misfits, comment: commentOfAttempt(work, names, entry.batch), quarantineKey: keyColumns(mapping), entry, state };
  const beforeThat = before ?? { ...state, batch: 0, verifiedBatch: 0, verifiedThrough: null };
  const pending = await work.control.write(await work.warehouse(), work.writer, stored, { ...beforeThat, pendingSwap }, work.ports.now());
  await work.ports.checkpoint('swap announced');
  return finishSwap(work, pending, pendingSwap);
}
