import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessGuard } from '../../engines/process-guard';

/** Bytes at rest. */
export interface StoredBody {
  readonly size: number;
  readonly read: () => Promise<Buffer>;
}

/** Larger bodies go to disk. */
const LARGEST_IN_MEMORY_BYTES = 1024 * 1024;

/** Keeps the bytes of objects: small ones in memory, others in a directory that goes with `close`, or when this process ends in any other way. Versions share equal bytes on disk. */
export class BodyStore {
  private directory: { readonly path: string; readonly guard: ProcessGuard } | undefined;
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
    await this.directory?.guard.finish();
  }

  private async write(bytes: Buffer): Promise<string> {
    this.directory ??= guardedDirectory();
    const file = path.join(this.directory.path, randomUUID());
    await writeFile(file, bytes, { mode: 0o600 });
    return file;
  }
}

function guardedDirectory(): { readonly path: string; readonly guard: ProcessGuard } {
  const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-s3-'));
  return { path: directory, guard: new ProcessGuard(directory) };
}
