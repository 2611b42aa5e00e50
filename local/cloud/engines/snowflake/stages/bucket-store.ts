import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectMetadata, ObjectStore, StoredObject } from './object-store';

export interface BucketOptions {
  readonly bucket: string;
  readonly region: string;
  /** Where the S3 API answers, such as the local cloud's gateway. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Keeps objects in a bucket of an S3 API: the local cloud's, when the warehouse is a part of it. */
export class BucketStore implements ObjectStore {
  private readonly client: S3Client;

  constructor(private readonly options: BucketOptions) {
    const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = options;
    this.client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    });
  }

  async put(key: string, body: Readable, metadata: ObjectMetadata): Promise<StoredObject> {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    await this.client.send(
      new PutObjectCommand({ Bucket: this.options.bucket, Key: key, Body: Buffer.concat(chunks), Metadata: { ...metadata } }),
    );
    const stored = await this.head(key);
    if (!stored) throw new Error(`object ${key} is not there after it was put`);
    return stored;
  }

  async get(key: string): Promise<Readable> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.options.bucket, Key: key }));
    return Body as Readable;
  }

  async head(key: string): Promise<(StoredObject & { readonly metadata: ObjectMetadata }) | undefined> {
    try {
      const {
        ContentLength = 0,
        ETag = '',
        LastModified = new Date(0),
        Metadata = {},
      } = await this.client.send(new HeadObjectCommand({ Bucket: this.options.bucket, Key: key }));
      return { key, size: ContentLength, etag: unquoted(ETag), lastModified: LastModified, metadata: Metadata };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.options.bucket, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) }),
      );
      for (const { Key = '', Size = 0, ETag = '', LastModified = new Date(0) } of page.Contents ?? [])
        found.push({ key: Key, size: Size, etag: unquoted(ETag), lastModified: LastModified });
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.options.bucket, Key: key }));
  }
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
