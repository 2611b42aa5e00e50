import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

const PRECONDITION_FAILED = 412;

/** JSON objects in one bucket. */
export class Bucket {
  constructor(
    private readonly client: S3Client,
    private readonly name: string,
  ) {}

  static in(target: Target, name: string): Bucket {
    return new Bucket(clientFor(S3Client, target), name);
  }

  async readJson(key: string): Promise<unknown> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
      return JSON.parse(await present(Body, 'Body').transformToString());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async writeJson(key: string, content: unknown): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: JSON.stringify(content), ContentType: 'application/json' }));
  }

  /** Writes the object unless there is one; answers whether it did. */
  async writeJsonOnce(key: string, content: unknown): Promise<boolean> {
    try {
      await this.client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: JSON.stringify(content), ContentType: 'application/json', IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      // The model has no class for a failed precondition; the status is the documented sign.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === PRECONDITION_FAILED) return false;
      throw error;
    }
  }
}
