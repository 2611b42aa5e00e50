import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Stage } from '../catalog/objects';
import { SnowflakeError } from '../snowflake-error';
import { decipherFor } from './client-side-encryption';
import type { StageStore } from './object-store';

/** A file of a stage; `path` is relative to the stage. */
export interface StagedFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** The files of internal stages, as COPY, LIST and REMOVE see them. */
export class StageFiles {
  private downloads = 0;

  constructor(
    readonly store: StageStore,
    private readonly directory: string,
  ) {}

  /** The files whose path begins with the given text, which need not end at a slash. */
  async list(stage: Stage, prefix: string): Promise<StagedFile[]> {
    const objects = await this.store.objects.list(stage.prefix + prefix);
    return objects.map(({ key, size, etag, lastModified }) => ({ path: key.slice(stage.prefix.length), size, etag, lastModified }));
  }

  async remove(stage: Stage, path: string): Promise<void> {
    await this.store.objects.delete(stage.prefix + path);
  }

  async removeAll(stage: Stage): Promise<void> {
    for (const { path } of await this.list(stage, '')) await this.remove(stage, path);
  }

  /** Brings files to the local disk, decrypted, into a directory of their own; the names tell their order. */
  async download(stage: Stage, files: readonly StagedFile[]): Promise<LocalFiles> {
    const directory = join(this.directory, `copy-${(this.downloads += 1)}`);
    await mkdir(directory, { recursive: true });
    const paths: string[] = [];
    for (const [index, file] of files.entries()) {
      const path = join(directory, String(index).padStart(6, '0'));
      await this.downloadOne(stage, file, path);
      paths.push(path);
    }
    return { paths, dispose: () => rm(directory, { recursive: true, force: true }) };
  }

  private async downloadOne(stage: Stage, file: StagedFile, path: string): Promise<void> {
    const key = stage.prefix + file.path;
    const head = await this.store.objects.head(key);
    if (!head) throw remoteFileMissing(file.path);
    const decipher = decipherFor(head.metadata, stage.masterKey);
    const body = await this.store.objects.get(key);
    await (decipher ? pipeline(body, decipher, createWriteStream(path)) : pipeline(body, createWriteStream(path)));
  }
}

export interface LocalFiles {
  /** One path a file, in the order asked for. */
  readonly paths: readonly string[];
  readonly dispose: () => Promise<void>;
}

export function remoteFileMissing(path: string): SnowflakeError {
  return new SnowflakeError(
    '091016',
    '22000',
    `Remote file '${path}' was not found. There are several potential causes. The file might not exist. The required credentials may be missing or invalid.`,
  );
}
