import { addMetric } from '../../common/metric';
import { METRIC, ProofFailed } from '../contract';
import type { AttemptNames } from '../rows/batch-identity';
import type { Difference } from '../rows/compare-rows';
import { addDigests, EMPTY_DIGEST, formatDigest, sameDigest, type Digest } from '../rows/digest';
import { within, wholeTable, type RowSelection } from '../rows/extraction-sql';
import { ALL_KEYS, keyGroups, sourceKeys, targetKeys, type Key } from '../rows/key-range';
import { quarantineDigest } from '../rows/merge-sql';
import { name, qualified, type TableName } from '../rows/snowflake-text';
import { storedDigest, type TargetShape } from '../rows/stored-sql';
import { createQuarantine, keyColumns } from '../rows/table-ddl';
import { compareSides } from './compare-sides';
import { loadParts } from './load-parts';
import type { Look } from './look';
import type { Workplace } from './workplace';

/** Rows that were loaded and should be those of the source. */
export interface LoadedSet {
  readonly table: TableName;
  readonly names: AttemptNames;
  /** Of the rows as the source sent them. */
  readonly digest: Digest;
  /** How many of them have no place in the table. */
  readonly misfits: number;
  /** Which rows they are. @default the whole table */
  readonly selection?: RowSelection;
}

/** Beyond this it is not some rows that went wrong. */
const MOST_REPAIRS = 10_000;
const NO_ROW_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Proves that a table holds what the source sent, as many rows and the same: the source hashed them when they left, the
 * warehouse hashes what it stored. Answers the digest of the table, without what is in quarantine.
 *
 * Where they differ the rows are found by halving ranges of keys, brought again in the same snapshot, and proven again.
 * Raises `ProofFailed` when that does not help.
 */
export async function proveLoaded(work: Workplace, look: Look, loaded: LoadedSet): Promise<Digest> {
  const first = await digestOfLoaded(work, look, loaded);
  if (first.isProven) {
    await work.ports.checkpoint('load proven');
    return first.stored;
  }
  const repaired = await repairLoaded(work, look, loaded);
  const second = await digestOfLoaded(work, look, { ...loaded, misfits: loaded.misfits + repaired });
  if (second.isProven) return second.stored;
  addMetric(work.tableId, METRIC.unproven, repaired);
  throw new ProofFailed(`${qualified(work.target)}: ${formatDigest(loaded.digest)} left the source, ${formatDigest(second.stored)} was stored, also after ${repaired} rows had been brought again`, { table: work.tableId });
}

async function digestOfLoaded(work: Workplace, { mapping }: Look, { table, names, digest, misfits }: LoadedSet): Promise<{ readonly isProven: boolean; readonly stored: Digest }> {
  const warehouse = await work.warehouse();
  const stored = await warehouse.digest(storedDigest(bareShape(table, mapping)));
  const aside = misfits === 0 ? EMPTY_DIGEST : await warehouse.digest(quarantineDigest(work.control.named(names.misfits)));
  return { isProven: sameDigest(addDigests(stored, aside), digest), stored };
}

/** A table as it is loaded, in which nothing is marked deleted. */
export function bareShape(name: TableName, mapping: Look['mapping']): TargetShape {
  return { name, mapping, softDelete: false };
}

async function repairLoaded(work: Workplace, look: Look, { table, names, selection }: LoadedSet): Promise<number> {
  const { mapping, session } = look;
  const warehouse = await work.warehouse();
  const misfits = work.control.named(names.misfits);
  await warehouse.execute(createQuarantine(keyColumns(mapping), misfits));
  const rows = selection ? within(selection) : wholeTable(mapping);
  const { differences } = await compareSides({ source: session, selection: rows, target: warehouse, shape: bareShape(table, mapping), quarantine: misfits }, ALL_KEYS, NO_ROW_LIMIT);
  if (differences.length > MOST_REPAIRS) throw new ProofFailed(`${qualified(work.target)}: ${differences.length} rows were stored other than they left the source`, { table: work.tableId });
  const keys = differences.map(({ key }) => key);
  if (keys.length > 0) await removeRows(work, mapping, [table, misfits], keys);
  const wanted = differences.filter(({ kind }) => kind !== 'extra').map(({ key }) => key);
  if (wanted.length > 0) {
    const again = { ...wholeTable(mapping), where: sourceKeys(mapping.key, wanted) };
    await loadParts(work, look, [again], [session], [warehouse], { table, names: { ...names, path: `${names.path}_again` } }, true);
  }
  addMetric(work.tableId, METRIC.rowsRepaired, keys.length);
  await noteRepairs(work, differences);
  await work.ports.checkpoint('load repaired');
  return keys.length;
}

async function removeRows(work: Workplace, { key }: Look['mapping'], tables: readonly TableName[], keys: readonly Key[]): Promise<void> {
  const warehouse = await work.warehouse();
  for (const group of keyGroups(key, keys)) {
    for (const table of tables) await warehouse.execute(`DELETE FROM ${qualified(table)} WHERE ${targetKeys(key, group, name)}`);
  }
}

async function noteRepairs(work: Workplace, differences: readonly Difference[]): Promise<void> {
  const findings = differences.map(({ kind, key }) => ({ kind, key: JSON.stringify(key), missedByCursor: false, outcome: 'repaired' as const }));
  await work.control.recordFindings(await work.warehouse(), work.tableId, work.operationId, findings, work.ports.now());
}
