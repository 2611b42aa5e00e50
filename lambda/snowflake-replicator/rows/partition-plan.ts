import { qualified } from '../../common/postgres/quote';
import type { KeyRange, Key } from './key-range';
import type { RowSelection } from './extraction-sql';
import type { Leaf } from './source-table';

/** PostgreSQL's block size on Aurora and RDS. */
export const PAGE_BYTES = 8192;

/** A stretch of pages of one leaf, read by a TID range scan. Only one snapshot may read a table so: rows move between pages when they are updated. */
export interface PageRange {
  readonly leaf: Leaf;
  readonly fromPage: number;
  /** The last stretch of a leaf has no end, for pages that were added since it was measured. */
  readonly toPage: number | null;
}

/** Cuts the leaves of a table into stretches of about so many bytes, of which the values that are stored aside have their share. */
export function pageRanges(leaves: readonly Leaf[], bytesPerRange: number): PageRange[] {
  return leaves.flatMap((leaf) => {
    const pagesPerRange = Math.max(1, Math.floor((leaf.pages * bytesPerRange) / Math.max(1, leaf.bytes)));
    const count = Math.max(1, Math.ceil(leaf.pages / pagesPerRange));
    return [...Array(count).keys()].map((index) => ({ leaf, fromPage: index * pagesPerRange, toPage: index === count - 1 ? null : (index + 1) * pagesPerRange }));
  });
}

/** The rows of a stretch. https://www.postgresql.org/docs/current/ddl-system-columns.html */
export function selectionOf({ leaf, fromPage, toPage }: PageRange): RowSelection {
  const conditions = [fromPage > 0 && `ctid >= '(${fromPage},0)'::tid`, toPage !== null && `ctid < '(${toPage},0)'::tid`].filter((condition) => condition !== false);
  return { from: `ONLY ${qualified(leaf.schema, leaf.name)}`, where: conditions.join(' AND ') || 'TRUE' };
}

/** Divides sorted sample keys into ranges that hold about equally many of them. The first and the last have no end on their outer side. */
export function keyRanges(sortedSample: readonly Key[], count: number): KeyRange[] {
  const step = sortedSample.length / count;
  const bounds = [...Array(Math.max(0, count - 1)).keys()].flatMap((index) => {
    const bound = sortedSample[Math.floor((index + 1) * step)];
    return bound ? [bound] : [];
  });
  const distinct = bounds.filter((bound, index) => index === 0 || JSON.stringify(bound) !== JSON.stringify(bounds[index - 1]));
  return [null, ...distinct].map((after, index) => ({ after, through: distinct[index] ?? null }));
}

/** Deals ranges out to partitions, neighbours to neighbours. */
export function dealOut<T>(items: readonly T[], partitions: number): T[][] {
  const size = Math.ceil(items.length / Math.max(1, partitions));
  const dealt: T[][] = [];
  for (let from = 0; from < items.length; from += size) dealt.push(items.slice(from, from + size));
  return dealt;
}
