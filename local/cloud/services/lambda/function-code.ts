import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { FunctionCode as CodeLocation } from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { Program, ProgramFiles } from '../../network/program-files';
import { readZip } from './zip-archive';

/** Finds the code of functions. */
export class FunctionCode {
  private readonly offered = new Map<string, string>();

  constructor(private readonly files: ProgramFiles) {}

  /** Says what an object in a deployment bucket holds, without anybody having to zip and upload it. */
  offer(bucket: string, key: string, directory: string): void {
    this.offered.set(`${bucket}/${key}`, directory);
  }

  /** Takes the code from where the request says; an object that nobody offered is read from S3 by the caller. */
  async take(location: CodeLocation, caller: CloudClient): Promise<Program> {
    if (location.ZipFile) return this.unpack(Buffer.from(location.ZipFile));
    const { S3Bucket = '', S3Key = '' } = location;
    if (!S3Bucket || !S3Key) throw invalid('Please provide a source for function code.');
    const offered = this.offered.get(`${S3Bucket}/${S3Key}`);
    return offered === undefined ? this.unpack(await readObject(S3Bucket, S3Key, location.S3ObjectVersion, caller)) : this.files.copy(offered);
  }

  private async unpack(archive: Buffer): Promise<Program> {
    try {
      return await this.files.write(readZip(archive), archive);
    } catch (error) {
      throw invalid(`Could not unzip uploaded file. Please check your file, then try to upload again. (${(error as Error).message})`);
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html: the bucket is read with the permissions of who deploys. */
async function readObject(bucket: string, key: string, versionId: string | undefined, caller: CloudClient): Promise<Buffer> {
  try {
    const { Body } = await caller.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    return Buffer.from(Body as unknown as Uint8Array);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { details: { Type: 'User' } });
}
