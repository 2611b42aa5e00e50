import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceTimedOut } from '../contract';
import type { AttemptNames } from '../rows/batch-identity';
import { addDigests, EMPTY_DIGEST, type Digest } from '../rows/digest';
import type { RowSelection } from '../rows/extraction-sql';
import { copyIntoTarget, type Compression, type StagedParts } from '../rows/load-sql';
import type { TableName } from '../rows/snowflake-text';
import type { TableMapping } from '../rows/table-mapping';
import type { SourceSession } from '../postgres/source-session';
import { DataRejected } from '../snowflake/warehouse-failure';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import { checkLoaded, fileName } from './check-loaded';
import { extract, type Extraction } from './extract';
import { loadThroughFields, quarantineOversized } from './load-through-fields';
import type { Look } from './look';
import { PartFile } from './part-file';
import { PartQueue } from './part-queue';
import type { Workplace } from './workplace';

/** Zstandard wherever it is there: the same size as gzip in a quarter of the time. */
export const COMPRESSION: Compression = 'zstd';

/** Where parts are loaded. */
export interface PartsDestination {
  /** Null to leave them on the stage. */
  readonly table: TableName | null;
  readonly names: AttemptNames;
}

/** What was loaded of some selections of rows. */
export interface LoadedParts {
  readonly rows: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** Rows that have no place in the target: in the misfits table of the attempt. */
  readonly misfits: number;
  /** Of all rows, misfits included; null without proof. */
  readonly digest: Digest | null;
  /** Of the selection extracted last, for the position of a cursor. */
  readonly lastRecord: string | null;
  readonly files: readonly LoadedFile[];
}

/** A part file on the stage. */
export interface LoadedFile {
  readonly name: string;
  readonly rows: number;
}

interface Part {
  readonly index: number;
  readonly path: string;
  readonly extraction: Extraction;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Part files that may lie on the disk at once, beside those being written. */
const WAITING_PARTS = 2;

/**
 * Brings selections of rows from the source to a table: while one is read, those before it are uploaded and loaded.
 *
 * `readers` read the same snapshot. The first failure ends everything; the attempt's tables are then of no use.
 */
export async function loadParts(work: Workplace, look: Look, selections: readonly RowSelection[], readers: readonly SourceSession[], loaders: readonly WarehouseSession[], destination: PartsDestination, proven: boolean): Promise<LoadedParts> {
  const queue = new PartQueue<Part>(WAITING_PARTS);
  const remaining = selections.map((selection, index) => ({ selection, index }));
  const loaded: (Part & { readonly misfits: number })[] = [];
  const read = async (reader: SourceSession) => {
    for (let next = remaining.shift(); next && !queue.isBroken; next = remaining.shift()) {
      checkSnapshotAge(work, look);
      await queue.push(await extractPart(work, look, reader, next.selection, next.index, destination, proven));
      await work.keepAlive();
    }
  };
  const load = async (loader: WarehouseSession) => {
    for (let part = await queue.pull(); part; part = await queue.pull()) loaded.push({ ...part, misfits: await loadPart(work, look, loader, part, destination) });
  };
  const breaking = <T>(job: Promise<T>) => job.catch((error: unknown) => queue.break(error));
  const reading = Promise.all(readers.map((reader) => breaking(read(reader)))).then(() => queue.end());
  await Promise.all([reading, ...loaders.map((loader) => breaking(load(loader)))]);
  await Promise.all(queue.leftovers.map(({ path }) => rm(path, { force: true })));
  queue.check();
  return sumOf(loaded, proven);
}

/** An old snapshot keeps PostgreSQL from cleaning up; better to stop than to hold it for ever. */
function checkSnapshotAge({ ports, limits }: Workplace, { takenAtMs }: Look): void {
  const ageSeconds = (ports.now().getTime() - takenAtMs) / 1000;
  if (ageSeconds > limits.snapshotMaxAgeSeconds) throw new SourceTimedOut(`the snapshot is ${Math.round(ageSeconds)} s old, allowed are ${limits.snapshotMaxAgeSeconds}: raise limits.snapshotMaxAgeSeconds, or lower limits.spreadAboveGb`);
}

async function extractPart(work: Workplace, { mapping }: Look, reader: SourceSession, selection: RowSelection, index: number, { names }: PartsDestination, proven: boolean): Promise<Part> {
  const path = join(work.ports.directory, `${names.path}-${index}.csv.${COMPRESSION === 'zstd' ? 'zst' : 'gz'}`);
  const file = new PartFile(path, COMPRESSION);
  try {
    const extraction = await extract(reader, mapping, selection, file, proven);
    const { bytes, compressedBytes } = await file.finish();
    await work.ports.checkpoint('part extracted');
    return { index, path, extraction, bytes, compressedBytes };
  } catch (error) {
    await file.abandon();
    await rm(path, { force: true });
    throw error;
  }
}

/** Uploads and loads one part and answers how many of its rows have no place in the target. */
async function loadPart(work: Workplace, { mapping }: Look, loader: WarehouseSession, { path, extraction }: Part, { table, names }: PartsDestination): Promise<number> {
  const location = work.control.location(names.path);
  const inFile = rowsInFile(extraction);
  try {
    if (inFile === 0) return await quarantineOversized(work, loader, mapping, names, extraction.oversized);
    await loader.put(path, location, COMPRESSION);
    await work.ports.checkpoint('part uploaded');
  } finally {
    await rm(path, { force: true });
  }
  const parts = { location, files: [fileName(path)], compression: COMPRESSION };
  const misfits = table ? await copyParts(work, loader, mapping, table, names, parts, inFile) : 0;
  await work.ports.checkpoint('part loaded');
  return misfits + (await quarantineOversized(work, loader, mapping, names, extraction.oversized));
}

function rowsInFile({ rows, oversized }: Extraction): number {
  return rows - oversized.length;
}

/** Copies staged files with so many rows into a table, and answers how many of them have no place there. */
export async function copyParts(work: Workplace, loader: WarehouseSession, mapping: TableMapping, table: TableName, names: AttemptNames, parts: StagedParts, expected: number): Promise<number> {
  try {
    const { rows } = await loader.execute(copyIntoTarget(mapping, table, parts));
    const loaded = rows.reduce((sum, row) => sum + Number(row['rows_loaded'] ?? 0), 0);
    checkLoaded(expected, loaded, parts.files.join(', '));
    return 0;
  } catch (error) {
    // Some value has no place: taking the fields as texts first finds out which.
    if (error instanceof DataRejected) return loadThroughFields(work, loader, mapping, table, names, parts, expected);
    throw error;
  }
}

function sumOf(parts: readonly (Part & { readonly misfits: number })[], proven: boolean): LoadedParts {
  const total = (value: (part: (typeof parts)[number]) => number) => parts.reduce((sum, part) => sum + value(part), 0);
  const last = parts.reduce<(typeof parts)[number] | undefined>((latest, part) => (!latest || part.index > latest.index ? part : latest), undefined);
  return {
    rows: total(({ extraction }) => extraction.rows),
    bytes: total(({ bytes }) => bytes),
    compressedBytes: total(({ compressedBytes }) => compressedBytes),
    misfits: total(({ misfits }) => misfits),
    digest: proven ? addDigests(...parts.map(({ extraction }) => extraction.digest ?? EMPTY_DIGEST)) : null,
    lastRecord: last?.extraction.lastRecord ?? null,
    files: parts.map(({ path, extraction }) => ({ name: fileName(path), rows: rowsInFile(extraction) })).filter(({ rows }) => rows > 0),
  };
}
