import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { FunctionCode as CodeLocation } from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import { readZip } from './zip-archive';

/** A function's code, unpacked. */
export interface FunctionCode {
  /** Outside the repository; nobody writes to it any more. */
  readonly directory: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Keeps the code of all functions, one copy of each content. */
export class CodeStore {
  private readonly offered = new Map<string, string>();
  private readonly kept = new Map<string, Promise<FunctionCode>>();

  /** `directory` is where copies go. */
  constructor(private readonly directory: string) {}

  /** Says what an object in a deployment bucket holds, without anybody having to zip and upload it. */
  offer(bucket: string, key: string, directory: string): void {
    this.offered.set(`${bucket}/${key}`, directory);
  }

  /** Takes the code from where the request says; an object that nobody offered is read from S3 by the caller. */
  async take(location: CodeLocation, caller: CloudClient): Promise<FunctionCode> {
    if (location.ZipFile) return this.unpack(Buffer.from(location.ZipFile));
    const { S3Bucket = '', S3Key = '' } = location;
    if (!S3Bucket || !S3Key) throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.', { details: { Type: 'User' } });
    const offered = this.offered.get(`${S3Bucket}/${S3Key}`);
    return offered === undefined ? this.unpack(await readObject(S3Bucket, S3Key, location.S3ObjectVersion, caller)) : this.copy(offered);
  }

  private async copy(source: string): Promise<FunctionCode> {
    const { sha256, sizeBytes } = await digestOf(source);
    return this.keep(sha256, sizeBytes, (directory) => cp(source, directory, { recursive: true, dereference: true }));
  }

  private async unpack(archive: Buffer): Promise<FunctionCode> {
    const files = filesOf(archive);
    return this.keep(createHash('sha256').update(archive).digest('base64'), archive.length, async (directory) => {
      for (const { path: name, content } of files) {
        const target = path.join(directory, name);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content);
      }
    });
  }

  private keep(sha256: string, sizeBytes: number, fill: (directory: string) => Promise<void>): Promise<FunctionCode> {
    const known = this.kept.get(sha256);
    if (known) return known;
    const directory = path.join(this.directory, createHash('sha256').update(sha256).digest('hex').slice(0, 16));
    const kept = mkdir(directory, { recursive: true })
      .then(() => fill(directory))
      .then(() => ({ directory, sha256, sizeBytes }));
    this.kept.set(sha256, kept);
    return kept;
  }
}

function filesOf(archive: Buffer): ReturnType<typeof readZip> {
  try {
    return readZip(archive);
  } catch (error) {
    throw new AwsError('InvalidParameterValueException', `Could not unzip uploaded file. Please check your file, then try to upload again. (${(error as Error).message})`, {
      details: { Type: 'User' },
    });
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html: the bucket is read with the permissions of who deploys. */
async function readObject(bucket: string, key: string, versionId: string | undefined, caller: CloudClient): Promise<Buffer> {
  try {
    const { Body } = await caller.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    return Buffer.from(Body as unknown as Uint8Array);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message = `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`;
    throw new AwsError('InvalidParameterValueException', message, { details: { Type: 'User' } });
  }
}

async function digestOf(directory: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
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
