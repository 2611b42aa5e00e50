import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { Compression } from '../rows/load-sql';

/** The compressor is a trip to another thread: few large blocks make it twice as fast as the chunks of a socket. */
const BLOCK_BYTES = 512 * 1024;
const LINE_FEED = 0x0a;

/** Level 1 of both is faster than PostgreSQL writes rows; zstd then costs a quarter of the time of gzip. */
function compressor(compression: Compression) {
  if (compression === 'gzip') return createGzip({ level: 1, chunkSize: BLOCK_BYTES });
  return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: BLOCK_BYTES });
}

/** A part file being written: collects records into blocks and compresses them on the way to the disk. */
export class PartFile {
  /** Blocks that the compressor is done with. */
  private readonly spare: Buffer[] = [];
  private block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  private used = 0;
  private written = 0;
  private waiting: Promise<unknown> | undefined;
  private readonly compress: ReturnType<typeof compressor>;
  private readonly done: Promise<void>;

  constructor(
    readonly path: string,
    compression: Compression,
  ) {
    this.compress = compressor(compression);
    this.done = pipeline(this.compress, createWriteStream(path));
    // Noticed by `drained` and `finish`; until then nobody may be waiting.
    this.done.catch(() => undefined);
  }

  /** Bytes of records so far, before compression. */
  get bytes(): number {
    return this.written + this.used;
  }

  add(bytes: Buffer, start = 0, end = bytes.length): void {
    for (let at = start; at < end; ) {
      if (this.used === BLOCK_BYTES) this.passOn();
      const copied = bytes.copy(this.block, this.used, at, end);
      this.used += copied;
      at += copied;
    }
  }

  addByte(byte: number): void {
    if (this.used === BLOCK_BYTES) this.passOn();
    this.block[this.used] = byte;
    this.used += 1;
  }

  endRecord(): void {
    this.addByte(LINE_FEED);
  }

  /** Nothing, or a promise to wait for before adding more: this is what bounds the memory. */
  drained(): Promise<void> | undefined {
    if (!this.waiting) return undefined;
    const { waiting } = this;
    this.waiting = undefined;
    return Promise.race([waiting, this.done]).then(() => undefined);
  }

  /** Ends the file and tells its size. */
  async finish(): Promise<{ readonly bytes: number; readonly compressedBytes: number }> {
    if (this.used > 0) this.passOn();
    this.compress.end();
    await this.done;
    return { bytes: this.written, compressedBytes: (await stat(this.path)).size };
  }

  /** Gives the file up. What was written of it stays for the caller to remove. */
  async abandon(): Promise<void> {
    this.compress.destroy();
    await this.done.catch(() => undefined);
  }

  private passOn(): void {
    this.written += this.used;
    const { block } = this;
    const accepted = this.compress.write(block.subarray(0, this.used), () => this.spare.push(block));
    if (!accepted) this.waiting = once(this.compress, 'drain');
    this.block = this.spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.used = 0;
  }
}
