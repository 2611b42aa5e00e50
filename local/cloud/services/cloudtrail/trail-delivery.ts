import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { GenerateDataKeyWithoutPlaintextCommand } from '@aws-sdk/client-kms';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CallRecord } from '../../gateway/call-log';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import { isManagementCall, recordOf } from './event-record';
import { trailArn, type Trail, type TrailState } from './trail';

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';
/** "CloudTrail typically delivers logs within an average of about 5 minutes of an API call." */
const DELIVERY_MS = 5 * 60_000;

/** Writes the calls of accounts into the buckets of their trails. */
export class TrailDelivery {
  constructor(
    private readonly cloud: CloudContext,
    private readonly state: TrailState,
  ) {
    cloud.calls.onCall((call) => this.take(call));
  }

  /** Fails where CloudTrail may not write into the bucket or use the key. */
  async check(trail: Trail): Promise<void> {
    const client = this.clientOf(trail);
    if (trail.keyArn !== undefined) await this.useKey(client, trail, trail.keyArn);
    try {
      await client.send(new PutObjectCommand({ Bucket: trail.bucket, Key: `${prefixOf(trail)}/CloudTrail/`, Body: '', ACL: 'bucket-owner-full-control' }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'NoSuchBucket') throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${trail.bucket} does not exist!`);
      throw new AwsError('InsufficientS3BucketPolicyException', `Incorrect S3 bucket policy is detected for bucket: ${trail.bucket}`);
    }
  }

  private take(call: CallRecord): void {
    // What CloudTrail writes is not written down again.
    if (call.principal === CLOUDTRAIL || !isManagementCall(call)) return;
    for (const trail of this.state.visibleIn(call)) {
      if (!trail.isLogging || (trail.place.region !== call.region && !trail.isMultiRegion)) continue;
      trail.pending.push(call);
      if (trail.pending.length === 1) this.cloud.clock.after(DELIVERY_MS, () => void this.deliver(trail));
    }
  }

  private async deliver(trail: Trail): Promise<void> {
    const calls = trail.pending;
    trail.pending = [];
    const at = this.cloud.clock.now();
    try {
      for (const [region, ofRegion] of Map.groupBy(calls, ({ region }) => region)) {
        const Body = gzipSync(JSON.stringify({ Records: ofRegion.map(recordOf) }));
        await this.clientOf(trail).send(
          new PutObjectCommand({ Bucket: trail.bucket, Key: keyOf(trail, region, at, Body), Body, ContentType: 'application/json', ContentEncoding: 'gzip', ACL: 'bucket-owner-full-control' }),
        );
      }
      trail.lastDelivery = { at, error: undefined };
    } catch (error) {
      if (!(error instanceof AwsError)) return this.cloud.reportDefect(error as Error, `delivering ${trailArn(trail)}`);
      trail.lastDelivery = { at, error: error.code };
    }
  }

  private clientOf(trail: Trail): CloudClient {
    return this.cloud.as(servicePrincipal(CLOUDTRAIL, trail.place.account, trailArn(trail)), trail.place);
  }

  /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
  private async useKey(client: CloudClient, trail: Trail, KeyId: string): Promise<void> {
    try {
      await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: { 'aws:cloudtrail:arn': trailArn(trail) } }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'NotFoundException') throw new AwsError('KmsKeyNotFoundException', `KMS key ${KeyId} is not found.`);
      throw new AwsError('InsufficientEncryptionPolicyException', `Insufficient permissions to access S3 bucket ${trail.bucket} or KMS key ${KeyId}.`);
    }
  }
}

function prefixOf({ prefix, place }: Trail): string {
  return `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${place.account}`;
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
function keyOf(trail: Trail, region: string, at: Date, content: Buffer): string {
  const stamp = at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
  const mark = createHash('sha256').update(content).update(at.toISOString()).digest('base64url').replaceAll(/\W|_/g, '').slice(0, 16);
  return `${prefixOf(trail)}/CloudTrail/${region}/${at.toISOString().slice(0, 10).replaceAll('-', '/')}/${trail.place.account}_CloudTrail_${region}_${stamp}Z_${mark}.json.gz`;
}
