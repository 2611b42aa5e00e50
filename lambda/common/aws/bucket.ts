import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { ConcurrentChange } from '../errors';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

const PRECONDITION_FAILED = 412;
const CONFLICT = 409;

/** JSON objects in one bucket. */
export class Bucket {
  constructor(
    private readonly client: S3Client,
    private readonly name: string,
  ) {}

  static in(target: Target, name: string): Bucket {
    return new Bucket(clientFor(S3Client, target), name);
  }

  /** The object's content; nothing when there is no such object, which S3 says only to those who may list the bucket. */
  async readJson(key: string): Promise<unknown> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
      return JSON.parse(await present(Body, 'Body').transformToString());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** The keys of all objects under the prefix, in ascending order. */
  async keysUnder(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, { Bucket: this.name, Prefix: prefix })) {
      keys.push(...Contents.map(({ Key }) => present(Key, 'Key')));
    }
    return keys;
  }

  /** Keys of all objects, and when each was written. */
  async list(): Promise<readonly { readonly key: string; readonly writtenAt: Date }[]> {
    const found: { key: string; writtenAt: Date }[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, { Bucket: this.name })) {
      found.push(...Contents.map(({ Key, LastModified }) => ({ key: present(Key, 'Contents[].Key'), writtenAt: present(LastModified, 'Contents[].LastModified') })));
    }
    return found;
  }

  async writeJson(key: string, content: unknown): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: JSON.stringify(content), ContentType: 'application/json' }));
  }

  /** Writes the object unless there is one; answers whether it did. Raises `ConcurrentChange` while somebody else is writing it. */
  async writeJsonOnce(key: string, content: unknown): Promise<boolean> {
    try {
      await this.client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: JSON.stringify(content), ContentType: 'application/json', IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      // The model has no classes for these; the status is the documented sign.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === PRECONDITION_FAILED) return false;
      if (status === CONFLICT) throw new ConcurrentChange(`object ${key} is being written by somebody else`, { key }, { cause: error });
      throw error;
    }
  }
}
