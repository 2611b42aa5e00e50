import { notBeyond, targetRange, type KeyRange } from './key-range';
import { storedRecord } from './record';
import { name, qualified, type TableName } from './snowflake-text';
import { digestOf, liveRows, storedText, type TargetShape } from './stored-sql';
import { QUARANTINE } from './table-ddl';

const SUMS = `COUNT(*) AS ROW_COUNT, COALESCE(SUM(UP), 0) AS UPPER_SUM, COALESCE(SUM(LO), 0) AS LOWER_SUM`;

/** The rows of a range of the target, held by it or by its quarantine, each with its key and the halves of its MD5. */
function rowsOf(shape: TargetShape, quarantine: TableName, range: KeyRange): string {
  const { mapping } = shape;
  const keys = (alias: string) => mapping.key.map(({ target }) => `${alias}.${name(target)}`).join(', ');
  const at = (alias: string) => (target: string) => `${alias}.${name(target)}`;
  const texts = `SELECT ${keys('t')}, ${storedText(mapping, 't')} AS T FROM ${qualified(shape.name)} t WHERE ${liveRows(shape, 't')} AND ${targetRange(mapping.key, range, at('t'))}`;
  return [
    `SELECT ${keys('r')}, MD5_NUMBER_UPPER64(r.T) AS UP, MD5_NUMBER_LOWER64(r.T) AS LO FROM (${texts}) r`,
    `SELECT ${keys('q')}, q.${name(QUARANTINE.upper)} AS UP, q.${name(QUARANTINE.lower)} AS LO FROM ${qualified(quarantine)} q WHERE ${targetRange(mapping.key, range, at('q'))}`,
  ].join(' UNION ALL ');
}

/** Digests of neighbouring ranges, in one query: rows NODE, ROW_COUNT, UPPER_SUM, LOWER_SUM of those that have rows. */
export function rangeDigests(shape: TargetShape, quarantine: TableName, ranges: readonly KeyRange[]): string {
  const { key } = shape.mapping;
  const whole: KeyRange = { after: ranges[0]?.after ?? null, through: ranges.at(-1)?.through ?? null };
  const at = (target: string) => `k.${name(target)}`;
  const branches = ranges.slice(0, -1).map(({ through }, index) => `WHEN ${notBeyond(key, through ?? [], at)} THEN ${index}`);
  const node = branches.length === 0 ? '0' : `CASE ${branches.join(' ')} ELSE ${ranges.length - 1} END`;
  return `SELECT NODE, ${SUMS} FROM (SELECT ${node} AS NODE, k.UP, k.LO FROM (${rowsOf(shape, quarantine, whole)}) k) GROUP BY NODE`;
}

/** The rows of a range, one by one: the key as a record, and the halves of the MD5. */
export function rangeRows(shape: TargetShape, quarantine: TableName, range: KeyRange): string {
  return `SELECT ${storedRecord(shape.mapping.key, (target) => `k.${name(target)}`)} AS KEY_RECORD, k.UP, k.LO FROM (${rowsOf(shape, quarantine, range)}) k`;
}

/** The digest of a range of a table of the target's shape, as it is loaded. */
export function loadedDigest(shape: TargetShape, table: TableName, range: KeyRange): string {
  return digestOf(`SELECT ${storedText(shape.mapping, 't')} AS T FROM ${qualified(table)} t WHERE ${targetRange(shape.mapping.key, range, (target) => `t.${name(target)}`)}`);
}
