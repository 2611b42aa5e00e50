import { qualified } from '../../common/postgres/quote';
import { sourceOrder } from './key-range';
import { QUOTE, sourceRecord } from './record';
import type { TableMapping } from './table-mapping';

/** Which rows of a table, in SQL of PostgreSQL. */
export interface RowSelection {
  /** The table or one of its partitions, quoted. */
  readonly from: string;
  readonly where: string;
  readonly orderBy?: readonly string[];
  readonly limit?: number;
}

/** Reads a table, without what others inherit from it; a partitioned table is read through. */
export function wholeTable({ table }: TableMapping, where = 'TRUE'): RowSelection {
  const isPartitioned = table.leaves.some((leaf) => leaf.name !== table.name || leaf.schema !== table.schema);
  const from = qualified(table.schema, table.name);
  return { from: isPartitioned ? from : `ONLY ${from}`, where };
}

/** The rows of a selection as something to select from: its limit holds before any further condition. */
export function within(selection: RowSelection): RowSelection {
  return { from: `(SELECT * ${tail(selection)}) AS selected`, where: 'TRUE' };
}

/**
 * COPY of records as CSV, to be passed on as it is.
 *
 * FORCE_QUOTE makes PostgreSQL write the very bytes that `provenRecords` ships; NULL is never quoted.
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export function copyRecords({ columns }: TableMapping, selection: RowSelection): string {
  const items = columns.map(({ mapping, quoted }, index) => `${mapping.source(quoted)} AS c${index}`);
  const forced = columns.flatMap(({ mapping }, index) => (mapping.enclosed ? [`c${index}`] : []));
  const quoting = forced.length === 0 ? '' : `, FORCE_QUOTE (${forced.join(', ')})`;
  return `COPY (SELECT ${items.join(', ')} ${tail(selection)}) TO STDOUT (FORMAT csv, QUOTE '${QUOTE}${QUOTE}'${quoting})`;
}

/**
 * COPY of records together with the MD5 of each, in binary format: PostgreSQL makes the text of a row once and hashes
 * it on the way out, which costs it half of what hashing in a query of its own would.
 *
 * Rows have two fields, MD5 and record, or three where the record ends in lossy columns.
 */
export function copyProvenRecords(mapping: TableMapping, selection: RowSelection): string {
  const { digest, parts } = recordParts(mapping);
  // OFFSET 0 keeps the planner from making the record twice. https://www.postgresql.org/docs/current/queries-with.html
  return `COPY (SELECT ${digest}, ${parts.map((_, index) => `r${index}`).join(', ')} FROM (SELECT ${parts.map((part, index) => `${part} AS r${index}`).join(', ')} ${tail(selection)} OFFSET 0) AS records) TO STDOUT (FORMAT binary)`;
}

/** COPY of the MD5 of each record and the row's key as a record, in the order of the key; `mark`, a condition, comes as a third field, `t` or `f`. */
export function copyKeyDigests(mapping: TableMapping, selection: RowSelection, mark?: string): string {
  const { digest, parts } = recordParts(mapping);
  const items = [...parts.map((part, index) => `${part} AS r${index}`), `${sourceRecord(mapping.key)} AS k`, ...(mark === undefined ? [] : [`CASE WHEN ${mark} THEN 't' ELSE 'f' END AS m`])];
  const inner = `SELECT ${items.join(', ')} ${tail({ orderBy: sourceOrder(mapping.key), ...selection })} OFFSET 0`;
  return `COPY (SELECT ${digest}, k${mark === undefined ? '' : ', m'} FROM (${inner}) AS records) TO STDOUT (FORMAT binary)`;
}

/** The parts of a record and the MD5 over them. Lossy columns enter it as an MD5 of their own, because that is all the target keeps of their text. */
function recordParts({ columns, lossy }: TableMapping): { readonly digest: string; readonly parts: readonly string[] } {
  if (lossy.length === 0) return { digest: 'md5(r0)', parts: [sourceRecord(columns)] };
  return { digest: `md5(r0 || ',' || md5(r1))`, parts: [sourceRecord(columns.filter((column) => !lossy.includes(column))), sourceRecord(lossy)] };
}

function tail({ from, where, orderBy, limit }: RowSelection): string {
  return [`FROM ${from} WHERE ${where}`, orderBy && `ORDER BY ${orderBy.join(', ')}`, limit !== undefined && `LIMIT ${limit}`].filter(Boolean).join(' ');
}
