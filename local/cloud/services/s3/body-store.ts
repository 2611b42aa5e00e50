import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Bytes at rest. */
export interface StoredBody {
  readonly size: number;
  readonly read: () => Promise<Buffer>;
}

/** Larger bodies go to disk. */
const LARGEST_IN_MEMORY_BYTES = 1024 * 1024;

/** Keeps the bytes of objects: small ones in memory, others in a directory that `close` removes. Versions share equal bytes on disk. */
export class BodyStore {
  private directory: string | undefined;
  private readonly files = new Map<string, Promise<string>>();

  async put(bytes: Buffer): Promise<StoredBody> {
    const size = bytes.length;
    if (size <= LARGEST_IN_MEMORY_BYTES) {
      const copy = Buffer.from(bytes);
      return { size, read: async () => copy };
    }
    const id = createHash('sha256').update(bytes).digest('hex');
    const written = this.files.get(id) ?? this.write(bytes);
    this.files.set(id, written);
    const file = await written;
    return { size, read: () => readFile(file) };
  }

  async close(): Promise<void> {
    if (this.directory !== undefined) await rm(this.directory, { recursive: true, force: true });
  }

  private async write(bytes: Buffer): Promise<string> {
    this.directory ??= mkdtempSync(path.join(tmpdir(), 'holdfast-s3-'));
    const file = path.join(this.directory, randomUUID());
    await writeFile(file, bytes, { mode: 0o600 });
    return file;
  }
}
