import { identifier, literal } from '../../common/postgres/quote';
import { sourceOrder, sourceValue, type Key } from './key-range';
import type { MappedColumn, TableMapping } from './table-mapping';

/** By what changed rows are found. */
export type CursorSettings =
  /** A column that the database sets to the time of the writing transaction, or later; indexed, so that a run costs what has changed. */
  | { readonly kind: 'column'; readonly column: string; readonly skewSeconds: number; /** In which the values of a column without time zone are. */ readonly timeZone: string }
  /** PostgreSQL's own mark of the writing transaction: exact, at the price of a scan of the table a run. */
  | { readonly kind: 'xmin' };

/** What was seen right before and in a snapshot. */
export interface Observation {
  /**
   * No transaction that the snapshot does not see began before this moment, less the skew: the least of the time of
   * looking and the starts of all transactions in flight. UTC, with microseconds. Null while one is prepared, whose start nobody knows.
   */
  readonly floor: string | null;
  /** Every transaction before this one was over, and seen if it committed: `pg_snapshot_xmin`, a 64-bit number. */
  readonly xmin: string;
  /** The first transaction id that was not given out yet. */
  readonly nextXid: string;
}

/** Where the reading of changes stands. */
export interface CursorState {
  /** Rows that were not seen yet have a cursor of at least this; null when that is not known. */
  readonly floor: string | null;
  /** Rows that were not seen yet were written by this transaction or a later one. */
  readonly xmin: string;
  /** A reading that has not reached its end yet. */
  readonly sweep: Sweep | null;
}

export interface Sweep {
  readonly form: ReadForm;
  /** The cursor, in the form `column`, and the key of the row read last. */
  readonly after: Key;
  /** What holds for the next reading: from this one's first snapshot, because what a later one adds may lie behind us. */
  readonly nextFloor: string | null;
  readonly nextXmin: string;
}

export type ReadForm = 'column' | 'exact';

/** How to read the next batch. */
export interface ReadPlan {
  readonly form: ReadForm;
  readonly where: string;
  readonly orderBy: readonly string[];
  /** Columns whose texts in the last record are the next position. */
  readonly position: readonly MappedColumn[];
}

/** Beyond half of the 32-bit space PostgreSQL cannot tell older from younger. A million are left for the run itself. */
const MOST_XIDS = 2n ** 31n - 1_000_000n;
const XID_SPACE = 2n ** 32n;

/** Types whose values can be compared with the time at which transactions began. */
export const CURSOR_TYPES = ['timestamptz', 'timestamp'];

/** Where reading starts after everything was read in one snapshot. */
export function initialCursor({ floor, xmin }: Observation): CursorState {
  return { floor, xmin, sweep: null };
}

/** True when the state is so old that transaction ids have come round: only a full load is safe. */
export function isOutlived({ xmin }: CursorState, { nextXid }: Observation): boolean {
  return BigInt(nextXid) - BigInt(xmin) > MOST_XIDS;
}

/** Decides which rows the next batch reads. */
export function planRead(mapping: TableMapping, settings: CursorSettings, state: CursorState): ReadPlan {
  const form = state.sweep?.form ?? (settings.kind === 'column' && state.floor !== null ? 'column' : 'exact');
  return form === 'column' && settings.kind === 'column' ? byColumn(mapping, settings, state) : byTransaction(mapping, state);
}

function byColumn(mapping: TableMapping, { column, timeZone }: CursorSettings & { kind: 'column' }, { floor, sweep }: CursorState): ReadPlan {
  const cursor = columnNamed(mapping, column);
  const position = [cursor, ...mapping.key.filter((part) => part !== cursor)];
  const orderBy = [cursor.quoted, ...sourceOrder(position.slice(1))];
  const where = sweep
    ? `(${orderBy.join(', ')}) > (${position.map((part, index) => sourceValue(part, sweep.after[index] ?? '')).join(', ')})`
    : `${cursor.quoted} >= ${moment(cursor, floor ?? '-infinity', timeZone)}`;
  return { form: 'column', where, orderBy, position };
}

function byTransaction({ key }: TableMapping, { xmin, sweep }: CursorState): ReadPlan {
  const orderBy = sourceOrder(key);
  const beyond = sweep && ` AND (${orderBy.join(', ')}) > (${key.map((part, index) => sourceValue(part, sweep.after[index] ?? '')).join(', ')})`;
  return { form: 'exact', where: `${writtenSince(xmin)}${beyond ?? ''}`, orderBy, position: key };
}

/** Rows written by this transaction or a later one. `age` counts back from now in the circle of 32-bit ids, where frozen rows are the oldest. */
export function writtenSince(xmin: string): string {
  return `age(xmin) <= age('${BigInt(xmin) % XID_SPACE}'::xid)`;
}

/** Rows that the cursor will bring in some later run; the others need the hash tree to be found. */
export function dueCondition(mapping: TableMapping, settings: CursorSettings, state: CursorState): string {
  if (settings.kind === 'xmin' || state.floor === null) return writtenSince(state.xmin);
  const cursor = columnNamed(mapping, settings.column);
  return `coalesce(${cursor.quoted} >= ${moment(cursor, state.floor, settings.timeZone)}, false)`;
}

/** The state after a batch. A batch that found fewer rows than it was allowed has reached the end. */
export function advance(state: CursorState, { form }: ReadPlan, observed: Observation, batch: { readonly rows: number; readonly limit: number; readonly last: Key | null }): CursorState {
  const next = state.sweep ? { floor: state.sweep.nextFloor, xmin: state.sweep.nextXmin } : { floor: nextFloor(state.floor, observed), xmin: observed.xmin };
  if (batch.rows < batch.limit || batch.last === null) return { ...next, sweep: null };
  return { ...state, sweep: { form, after: batch.last, nextFloor: next.floor, nextXmin: next.xmin } };
}

/**
 * The floor after a snapshot. While a transaction is prepared nobody knows when it began; but it had not committed at
 * the snapshot before either, so the floor of that one holds for it too.
 */
function nextFloor(before: string | null, { floor }: Observation): string | null {
  return floor ?? before;
}

function columnNamed({ columns }: TableMapping, column: string): MappedColumn {
  const found = columns.find(({ source }) => source.name === column);
  if (!found) throw new Error(`cursor column ${identifier(column)} is not carried`);
  return found;
}

function moment({ source }: MappedColumn, utc: string, timeZone: string): string {
  const instant = `${literal(utc)}::timestamptz`;
  return source.type.name === 'timestamp' ? `(${instant} AT TIME ZONE ${literal(timeZone)})` : instant;
}
