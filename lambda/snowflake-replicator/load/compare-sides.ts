import { CopyFrames } from '../rows/copy-frames';
import { compareRows, type Difference, type RowDigest } from '../rows/compare-rows';
import { EMPTY_DIGEST, type Digest } from '../rows/digest';
import { DigestSum } from '../rows/digest-sum';
import { copyKeyDigests, type RowSelection } from '../rows/extraction-sql';
import { findDifferingRanges, joinNeighbours, rootOf, type TreeLeaf, type TreeNode } from '../rows/hash-tree';
import { sourceRange, type Key, type KeyRange } from '../rows/key-range';
import { parseRecord } from '../rows/parse-record';
import type { TableName } from '../rows/snowflake-text';
import type { TargetShape } from '../rows/stored-sql';
import { rangeDigests, rangeRows } from '../rows/target-tree-sql';
import type { SourceSession } from '../postgres/source-session';
import { digestFrom, type WarehouseSession } from '../snowflake/warehouse-session';

/** Rows of the source, and the table that should hold the same. */
export interface Sides {
  readonly source: Pick<SourceSession, 'copy'>;
  readonly selection: RowSelection;
  readonly target: Pick<WarehouseSession, 'rows'>;
  readonly shape: TargetShape;
  /** Rows of the source that are here are not expected in the table. */
  readonly quarantine: TableName;
  /** Condition of rows in which a difference is to be expected. */
  readonly due?: string;
}

/** What a comparison found in a range of keys. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Rows of the source that were compared. */
  readonly compared: number;
  /** The key up to which both sides were compared; null when that was the whole range. */
  readonly reached: Key | null;
}

/** Rows of a leaf of the hash tree: what is listed row by row where one differs. */
const LEAF_ROWS = 1000;
/** Nodes asked for in one query. */
const FANOUT = 32;
/** Neighbouring leaves whose rows are listed in one query. */
const LEAVES_AT_ONCE = 10;

/** Compares both sides over a range of keys, as far as so many rows of the source go: digests of ranges first, and rows only where those differ. */
export async function compareSides(sides: Sides, range: KeyRange, mostRows: number): Promise<Comparison> {
  const { leaves, rows } = await readLeaves(sides, range, mostRows);
  const reached = rows < mostRows ? null : (leaves.at(-1)?.through ?? null);
  const compared: KeyRange = { after: range.after, through: reached ?? range.through };
  const ranges = await findDifferingRanges(rootOf(compared, leaves), (nodes) => digestsInTarget(sides, nodes), FANOUT);
  const differences: Difference[] = [];
  for (const differing of joinNeighbours(ranges, LEAVES_AT_ONCE)) differences.push(...compareRows(await sourceRows(sides, differing), await targetRows(sides, differing)));
  return { differences, compared: rows, reached };
}

async function readLeaves(sides: Sides, range: KeyRange, mostRows: number): Promise<Leaves> {
  const leaves = new Leaves();
  await readDigests(sides, range, mostRows, (bytes, bounds) => leaves.add(bytes, bounds));
  leaves.end();
  return leaves;
}

/** Leaves of the tree in the making. Runs once a row, so it makes no objects. */
class Leaves {
  readonly leaves: TreeLeaf[] = [];
  rows = 0;
  private sum = new DigestSum();
  private rowsInLeaf = 0;
  private last: Buffer | undefined;
  private keyStart = 0;
  private keyEnd = 0;

  add(bytes: Buffer, bounds: Int32Array): void {
    this.sum.add(bytes, bounds[0] ?? 0);
    this.last = bytes;
    this.keyStart = bounds[2] ?? 0;
    this.keyEnd = bounds[3] ?? 0;
    this.rows += 1;
    this.rowsInLeaf += 1;
    if (this.rowsInLeaf === LEAF_ROWS) this.end();
  }

  end(): void {
    if (!this.last || this.rowsInLeaf === 0) return;
    this.leaves.push({ through: keyOf(this.last.toString('utf8', this.keyStart, this.keyEnd)), digest: this.sum.total });
    this.sum = new DigestSum();
    this.rowsInLeaf = 0;
  }
}

async function readDigests({ source, selection, shape, due }: Sides, range: KeyRange, mostRows: number | undefined, onRow: (bytes: Buffer, bounds: Int32Array) => void): Promise<void> {
  const { mapping } = shape;
  const where = `(${selection.where}) AND ${sourceRange(mapping.key, range)}`;
  const frames = new CopyFrames(due === undefined ? 2 : 3, onRow);
  await source.copy(copyKeyDigests(mapping, { ...selection, where, ...(mostRows !== undefined && { limit: mostRows }) }, due), (chunk) => frames.push(chunk));
  frames.end();
}

async function digestsInTarget({ target, shape, quarantine }: Sides, nodes: readonly TreeNode[]): Promise<readonly Digest[]> {
  const rows = await target.rows(rangeDigests(shape, quarantine, nodes.map(({ range }) => range)));
  const found = new Map(rows.map((row) => [Number(row['NODE']), digestFrom(row)]));
  return nodes.map((_, index) => found.get(index) ?? EMPTY_DIGEST);
}

async function sourceRows(sides: Sides, range: KeyRange): Promise<RowDigest[]> {
  const rows: RowDigest[] = [];
  await readDigests(sides, range, undefined, (bytes, bounds) => {
    const text = (field: number) => bytes.toString('utf8', bounds[field * 2], bounds[field * 2 + 1]);
    rows.push({ md5: text(0), key: keyOf(text(1)), due: sides.due !== undefined && text(2) === 't' });
  });
  return rows;
}

async function targetRows({ target, shape, quarantine }: Sides, range: KeyRange): Promise<RowDigest[]> {
  const rows = await target.rows(rangeRows(shape, quarantine, range));
  return rows.map((row) => ({ key: keyOf(row['KEY_RECORD'] ?? ''), md5: `${hexadecimal(row['UP'])}${hexadecimal(row['LO'])}` }));
}

const HALF_DIGITS = 16;

function hexadecimal(half: string | null | undefined): string {
  return BigInt(half ?? 0).toString(16).padStart(HALF_DIGITS, '0');
}

function keyOf(record: string): Key {
  return parseRecord(record).map((field) => field ?? '');
}
