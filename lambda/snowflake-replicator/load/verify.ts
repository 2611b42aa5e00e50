import { attemptNames } from '../rows/batch-identity';
import type { Difference } from '../rows/compare-rows';
import { dueCondition } from '../rows/cursor';
import { formatDigest } from '../rows/digest';
import { wholeTable, type RowSelection } from '../rows/extraction-sql';
import { keyGroups, sourceKeys, sourceRange, targetKeys, type Key, type KeyRange } from '../rows/key-range';
import { removeKeys } from '../rows/merge-sql';
import { name, qualified } from '../rows/snowflake-text';
import { createQuarantine, createTarget, keyColumns } from '../rows/table-ddl';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import type { Finding, StoredState } from '../state/control-store';
import type { LedgerEntry, TableState } from '../state/table-state';
import { compareSides } from './compare-sides';
import { mergeBatch, withBatch } from './load-changes';
import { loadParts } from './load-parts';
import type { Look } from './look';
import { bareShape, proveLoaded } from './prove-loaded';
import type { Workplace } from './workplace';

/** What one stretch of a comparison found. */
export interface StretchVerified {
  readonly stored: StoredState;
  readonly compared: number;
  /** Those that are not about to be brought by the cursor anyway. */
  readonly differences: readonly Difference[];
  readonly repaired: number;
  /** True when the end of the table was reached. */
  readonly atEnd: boolean;
}

/** Keys beyond which a whole stretch is brought again. */
const MOST_SINGLE_REPAIRS = 20_000;

/** Compares both sides from where the last comparison stopped, over at most so many rows of the source, and puts right what differs. */
export async function verifyStretch(work: Workplace, look: Look, stored: StoredState, state: TableState, mostRows: number): Promise<StretchVerified> {
  const { mapping, shape } = look;
  const { cursor, repair } = work.settings.table;
  const warehouse = await work.warehouse();
  await warehouse.execute(createQuarantine(keyColumns(mapping), work.quarantine));
  const range: KeyRange = { after: state.verification.after, through: null };
  const sides = { source: look.session, selection: wholeTable(mapping), target: warehouse, shape, quarantine: work.quarantine, due: dueCondition(mapping, cursor, state.cursor) };
  const { differences: all, compared, reached } = await compareSides(sides, range, mostRows);
  await work.ports.checkpoint('sides compared');
  const differences = all.filter(({ kind, due }) => kind === 'extra' || !due);
  const isRepairing = repair && differences.length > 0;
  const next = advanced(work, state, reached, isRepairing ? 0 : differences.length);
  const done = { compared, differences, repaired: isRepairing ? differences.length : 0, atEnd: reached === null };
  if (isRepairing) return { ...done, stored: await repairStretch(work, look, stored, next, differences, { ...range, through: reached }) };
  if (differences.length > 0) await work.control.recordFindings(warehouse, work.tableId, work.operationId, differences.map((one) => findingOf(one, false)), work.ports.now());
  return { ...done, stored: await work.control.write(warehouse, work.writer, stored, next, work.ports.now()) };
}

/** The state after a stretch. When the end is reached and nothing was left as it was, everything is proven, however it was loaded. */
function advanced(work: Workplace, state: TableState, reached: Key | null, unrepaired: number): TableState {
  const left = state.verification.unrepaired + unrepaired;
  if (reached !== null) return { ...state, verification: { ...state.verification, after: reached, unrepaired: left } };
  const verification = { after: null, unrepaired: 0, completedAt: work.ports.now().toISOString() };
  if (left > 0) return { ...state, verification };
  return { ...state, verification, verifiedBatch: state.batch, verifiedThrough: state.cursor.sweep ? state.verifiedThrough : state.cursor.floor };
}

/** Brings the rows again that differ and removes those that the source no longer has, as one more batch. */
async function repairStretch(work: Workplace, look: Look, stored: StoredState, state: TableState, differences: readonly Difference[], range: KeyRange): Promise<StoredState> {
  const { mapping } = look;
  const batch = state.batch + 1;
  const names = attemptNames(work.tableId, batch, work.ports.newAttempt());
  const staging = work.control.named(names.staging);
  const warehouse = await work.warehouse();
  await warehouse.execute(createTarget(bareShape(staging, mapping), staging, { comment: `staging of ${work.operationId}`, transient: true }));
  const wanted = differences.filter(({ kind }) => kind !== 'extra').map(({ key }) => key);
  const loaded = await loadParts(work, look, selectionsOf(look, wanted, range), [look.session], [warehouse], { table: staging, names }, true);
  if (!loaded.digest) throw new Error('repairs are read with proof');
  const inStaging = await proveLoaded(work, look, { table: staging, names, digest: loaded.digest, misfits: loaded.misfits });
  const entry: LedgerEntry = {
    batch,
    kind: 'repair',
    operationId: work.operationId,
    rows: loaded.rows,
    quarantined: loaded.misfits,
    bytes: loaded.bytes,
    digest: formatDigest(loaded.digest),
    details: { range, differences: differences.length, snapshot: look.observed, path: names.path },
  };
  return mergeBatch(work, look, stored, withBatch(state, batch), entry, { names, inStaging, misfits: loaded.misfits }, async () => {
    await removeDifferent(work, look, warehouse, differences);
    await work.control.recordFindings(warehouse, work.tableId, work.operationId, differences.map((one) => findingOf(one, true)), work.ports.now());
  });
}

/** The rows one by one, or the whole stretch where there are too many to name. */
function selectionsOf({ mapping }: Look, keys: readonly Key[], range: KeyRange): RowSelection[] {
  if (keys.length > MOST_SINGLE_REPAIRS) return [{ ...wholeTable(mapping), where: sourceRange(mapping.key, range) }];
  return keyGroups(mapping.key, keys).map((group) => ({ ...wholeTable(mapping), where: sourceKeys(mapping.key, group) }));
}

/** Altered rows go for good, because there may be two of one key; those that the source deleted go as the settings say. */
async function removeDifferent(work: Workplace, { mapping, shape }: Look, warehouse: WarehouseSession, differences: readonly Difference[]): Promise<void> {
  const keysOf = (kind: Difference['kind']) => differences.filter((one) => one.kind === kind).map(({ key }) => key);
  for (const keys of keyGroups(mapping.key, keysOf('altered'))) await warehouse.execute(`DELETE FROM ${qualified(shape.name)} WHERE ${targetKeys(mapping.key, keys, name)}`);
  for (const keys of keyGroups(mapping.key, keysOf('extra'))) {
    await warehouse.execute(removeKeys(shape, keys, work.ports.now().toISOString()));
    await warehouse.execute(`DELETE FROM ${qualified(work.quarantine)} WHERE ${targetKeys(mapping.key, keys, name)}`);
  }
}

function findingOf({ kind, key }: Difference, isRepaired: boolean): Finding {
  const outcome = isRepaired ? (kind === 'extra' ? 'deleted' : 'repaired') : 'reported';
  return { kind, key: JSON.stringify(key), missedByCursor: kind !== 'extra', outcome };
}
