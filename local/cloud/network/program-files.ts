import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A program's files, where processes can run it. */
export interface Program {
  /** Outside the repository; nobody writes to it any more. */
  readonly directory: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A file by its path with slashes. */
export interface ProgramFile {
  readonly path: string;
  readonly content: Buffer;
}

/** Keeps the files of all programs, one copy of each content. */
export class ProgramFiles {
  private readonly kept = new Map<string, Promise<Program>>();

  /** `directory` is where copies go. */
  constructor(private readonly directory: string) {}

  /** Copies a directory, such as an asset of the cloud assembly. */
  async copy(source: string): Promise<Program> {
    const { sha256, sizeBytes } = await digestOf(source);
    return this.keep(sha256, sizeBytes, (directory) => cp(source, directory, { recursive: true, dereference: true }));
  }

  /** Writes the files that came in an archive. */
  async write(files: readonly ProgramFile[], archive: Buffer): Promise<Program> {
    const sha256 = createHash('sha256').update(archive).digest('base64');
    return this.keep(sha256, archive.length, async (directory) => {
      for (const { path: name, content } of files) {
        const target = path.join(directory, name);
        if (path.relative(directory, target).startsWith('..')) throw new Error(`the archive leads out of its directory: ${name}`);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content);
      }
    });
  }

  private keep(sha256: string, sizeBytes: number, fill: (directory: string) => Promise<void>): Promise<Program> {
    const known = this.kept.get(sha256);
    if (known) return known;
    const directory = path.join(this.directory, Buffer.from(sha256, 'base64').toString('hex').slice(0, 16));
    const kept = mkdir(directory, { recursive: true })
      .then(() => fill(directory))
      .then(() => ({ directory, sha256, sizeBytes }));
    this.kept.set(sha256, kept);
    return kept;
  }
}

async function digestOf(directory: string): Promise<Pick<Program, 'sha256' | 'sizeBytes'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const name of (await readdir(directory, { recursive: true })).sort()) {
    const file = path.join(directory, name);
    if (!(await stat(file)).isFile()) continue;
    const content = await readFile(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
    sizeBytes += content.length;
  }
  return { sha256: hash.digest('base64'), sizeBytes };
}
