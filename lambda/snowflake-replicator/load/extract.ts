import { CopyFrames } from '../rows/copy-frames';
import { DigestSum } from '../rows/digest-sum';
import type { Digest } from '../rows/digest';
import { copyProvenRecords, copyRecords, type RowSelection } from '../rows/extraction-sql';
import type { TableMapping } from '../rows/table-mapping';
import type { SourceSession } from '../postgres/source-session';
import type { PartFile } from './part-file';

/** Snowflake's texts end at 16 MB, and so does the record that the proof makes of a row there. */
export const LONGEST_RECORD_BYTES = 16_000_000;
const COMMA = 0x2c;

/** What was read of a selection of rows. */
export interface Extraction {
  /** As PostgreSQL counted them. */
  readonly rows: number;
  /** Of all rows, those kept out of the file included; null without proof. */
  readonly digest: Digest | null;
  /** The last record that was read, for the position of a cursor; only with proof. */
  readonly lastRecord: string | null;
  /** Rows with a record too long for Snowflake, which were kept out of the file. */
  readonly oversized: readonly OversizedRecord[];
}

export interface OversizedRecord {
  readonly record: string;
  readonly md5: string;
}

/**
 * Reads rows into a part file.
 *
 * With proof PostgreSQL sends the MD5 of each record along, which is added up here and not passed on.
 */
export async function extract(session: Pick<SourceSession, 'copy'>, mapping: TableMapping, selection: RowSelection, file: PartFile, proven: boolean): Promise<Extraction> {
  if (!proven) {
    const rows = await session.copy(copyRecords(mapping, selection), (chunk) => {
      file.add(chunk);
      return file.drained();
    });
    return { rows, digest: null, lastRecord: null, oversized: [] };
  }
  const reader = new ProvenRecords(mapping, file);
  const rows = await session.copy(copyProvenRecords(mapping, selection), (chunk) => {
    reader.frames.push(chunk);
    return file.drained();
  });
  reader.frames.end();
  const digest = reader.sum.total;
  if (digest.rows !== rows) throw new Error(`PostgreSQL counts ${rows} rows, ${digest.rows} came`);
  return { rows, digest, lastRecord: reader.lastRecord, oversized: reader.oversized };
}

/** Takes the rows of a COPY apart: the MD5 into the sum, the record into the file. Runs once a row, so it makes no objects. */
class ProvenRecords {
  readonly sum = new DigestSum();
  readonly oversized: OversizedRecord[] = [];
  readonly frames: CopyFrames;
  private readonly hasLossy: boolean;
  /** Where the last record lies; its chunk stays alive until the next one is met. */
  private last: { bytes: Buffer; readonly bounds: Int32Array } | undefined;

  constructor(
    mapping: TableMapping,
    private readonly file: PartFile,
  ) {
    this.hasLossy = mapping.lossy.length > 0;
    this.frames = new CopyFrames(this.hasLossy ? 3 : 2, (bytes, bounds) => this.take(bytes, bounds));
  }

  get lastRecord(): string | null {
    return this.last ? this.textOf(this.last.bytes, this.last.bounds) : null;
  }

  private take(bytes: Buffer, bounds: Int32Array): void {
    const digestAt = bounds[0] ?? 0;
    this.sum.add(bytes, digestAt);
    this.last ??= { bytes, bounds: new Int32Array(bounds.length) };
    this.last.bytes = bytes;
    this.last.bounds.set(bounds);
    if ((bounds[bounds.length - 1] ?? 0) - (bounds[2] ?? 0) > LONGEST_RECORD_BYTES) {
      this.oversized.push({ record: this.textOf(bytes, bounds), md5: bytes.toString('latin1', digestAt, bounds[1]) });
      return;
    }
    this.file.add(bytes, bounds[2], bounds[3]);
    if (this.hasLossy) {
      this.file.addByte(COMMA);
      this.file.add(bytes, bounds[4], bounds[5]);
    }
    this.file.endRecord();
  }

  private textOf(bytes: Buffer, bounds: Int32Array): string {
    const exact = bytes.toString('utf8', bounds[2], bounds[3]);
    return this.hasLossy ? `${exact},${bytes.toString('utf8', bounds[4], bounds[5])}` : exact;
  }
}
