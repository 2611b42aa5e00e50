/** Header of COPY's binary format: signature, flags, length of an extension. https://www.postgresql.org/docs/current/sql-copy.html */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER_BYTES = SIGNATURE.length + 8;
const NO_BYTES = Buffer.alloc(0);
const FIRST_TAKE_BYTES = 4096;
const TAKE_GROWTH = 8;

/** Told of each row: the bytes it lies in, and for each field where it begins and ends there. Fields are never NULL. */
export type OnRow = (bytes: Buffer, bounds: Int32Array) => void;

/** Reads the rows of a binary COPY out of chunks that end anywhere. */
export class CopyFrames {
  private rest: Buffer = NO_BYTES;
  private headerSeen = false;
  private ended = false;
  private readonly bounds: Int32Array;

  constructor(
    private readonly fields: number,
    private readonly onRow: OnRow,
  ) {
    this.bounds = new Int32Array(fields * 2);
  }

  push(chunk: Buffer): void {
    let at = this.completeRow(chunk);
    if (at === undefined) return;
    for (;;) {
      const next = this.readRow(chunk, at);
      if (next === undefined) break;
      at = next;
    }
    // The chunk's memory is not held for the sake of its last bytes.
    this.rest = at === chunk.length ? NO_BYTES : Buffer.from(chunk.subarray(at));
  }

  /** Fails unless the last row and the end mark have come. */
  end(): void {
    if (!this.ended || this.rest.length > 0) throw new Error(`COPY ended in the middle of its data, ${this.rest.length} bytes after the last row`);
  }

  /**
   * Reads the row, or the header, whose beginning the chunks before had, and tells where the next one begins in this
   * chunk; nothing when the chunk does not have its end either. Only about as much of the chunk is copied as the row needs.
   */
  private completeRow(chunk: Buffer): number | undefined {
    if (this.headerSeen && this.rest.length === 0) return 0;
    const before = this.rest.length;
    for (let taken = FIRST_TAKE_BYTES; ; taken *= TAKE_GROWTH) {
      const joined = Buffer.concat([this.rest, chunk.subarray(0, taken)]);
      const next = this.headerSeen ? this.readRow(joined, 0) : this.readHeader(joined);
      if (next !== undefined) {
        this.rest = NO_BYTES;
        return next - before;
      }
      if (taken >= chunk.length) {
        this.rest = joined;
        return undefined;
      }
    }
  }

  private readHeader(bytes: Buffer): number | undefined {
    if (bytes.length < HEADER_BYTES) return undefined;
    if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('this is no COPY in binary format');
    this.headerSeen = true;
    return HEADER_BYTES;
  }

  /** Reads one row and tells where the next begins; nothing when it has not come whole, or was the end mark. */
  private readRow(bytes: Buffer, start: number): number | undefined {
    if (this.ended || bytes.length - start < 2) return undefined;
    const count = bytes.readInt16BE(start);
    if (count === -1) {
      this.ended = true;
      return start + 2;
    }
    if (count !== this.fields) throw new Error(`COPY sent a row of ${count} fields, expected ${this.fields}`);
    let at = start + 2;
    for (let field = 0; field < this.fields; field += 1) {
      if (bytes.length - at < 4) return undefined;
      const length = bytes.readInt32BE(at);
      if (length < 0) throw new Error(`COPY sent NULL as field ${field + 1}`);
      at += 4;
      if (bytes.length - at < length) return undefined;
      this.bounds[field * 2] = at;
      this.bounds[field * 2 + 1] = at + length;
      at += length;
    }
    this.onRow(bytes, this.bounds);
    return at;
  }
}
