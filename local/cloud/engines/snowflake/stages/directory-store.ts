import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ObjectMetadata, ObjectStore, StoredObject } from './object-store';

/** Keeps objects as files of a directory, for a warehouse that runs without the local cloud's S3. */
export class DirectoryStore implements ObjectStore {
  private readonly objects = new Map<string, StoredObject & { readonly file: string; readonly metadata: ObjectMetadata }>();

  constructor(
    private readonly directory: string,
    private readonly now: () => Date,
  ) {}

  async put(key: string, body: Readable, metadata: ObjectMetadata): Promise<StoredObject> {
    await mkdir(this.directory, { recursive: true });
    const file = join(this.directory, randomUUID());
    const hash = createHash('md5');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(body, measure, createWriteStream(`${file}.part`));
    // An object appears whole or not at all.
    await rename(`${file}.part`, file);
    const replaced = this.objects.get(key);
    const object = { key, size, etag: hash.digest('hex'), lastModified: this.now(), file, metadata };
    this.objects.set(key, object);
    if (replaced) await rm(replaced.file, { force: true });
    return object;
  }

  async get(key: string): Promise<Readable> {
    const object = this.objects.get(key);
    if (!object) throw new Error(`no object ${key}`);
    return createReadStream(object.file);
  }

  async head(key: string): Promise<(StoredObject & { readonly metadata: ObjectMetadata }) | undefined> {
    return this.objects.get(key);
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    return [...this.objects.values()].filter(({ key }) => key.startsWith(prefix)).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(key: string): Promise<void> {
    const object = this.objects.get(key);
    this.objects.delete(key);
    if (object) await rm(object.file, { force: true });
  }

  /** The bytes of an object, for tests that look at what was really stored. */
  async read(key: string): Promise<Buffer> {
    const object = this.objects.get(key);
    if (!object) throw new Error(`no object ${key}`);
    return readFile(object.file);
  }
}
