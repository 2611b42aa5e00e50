import { GetBucketReplicationCommand, PutBucketReplicationCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { clientFor, type Target } from './client-factory';

/** A rule that copies every new version of a bucket to another one, encrypted there under that bucket's key. */
export interface ReplicationRule {
  readonly id: string;
  readonly bucket: string;
  readonly keyArn: string;
  readonly roleArn: string;
}

/** The only time that replication time control promises: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html */
const PROMISED_MINUTES = 15;

/** What one bucket copies to others. */
export class BucketReplication {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  static in(target: Target, bucket: string): BucketReplication {
    return new BucketReplication(clientFor(S3Client, target), bucket);
  }

  /** The buckets that enabled rules lead to. */
  async destinations(): Promise<readonly string[]> {
    try {
      const { ReplicationConfiguration } = await this.client.send(new GetBucketReplicationCommand({ Bucket: this.bucket }));
      const enabled = (ReplicationConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
      return enabled.flatMap(({ Destination }) => (Destination?.Bucket ? [Destination.Bucket.replace('arn:aws:s3:::', '')] : []));
    } catch (error) {
      // The model has no class for it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html
      if (error instanceof S3ServiceException && error.name === 'ReplicationConfigurationNotFoundError') return [];
      throw error;
    }
  }

  /** Makes this rule the only one. Versions that are there already are not copied. */
  async replaceBy({ id, bucket, keyArn, roleArn }: ReplicationRule): Promise<void> {
    await this.client.send(
      new PutBucketReplicationCommand({
        Bucket: this.bucket,
        ReplicationConfiguration: {
          Role: roleArn,
          Rules: [
            {
              ID: id,
              Status: 'Enabled',
              Priority: 1,
              Filter: { Prefix: '' },
              DeleteMarkerReplication: { Status: 'Enabled' },
              SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
              Destination: {
                Bucket: `arn:aws:s3:::${bucket}`,
                EncryptionConfiguration: { ReplicaKmsKeyID: keyArn },
                Metrics: { Status: 'Enabled', EventThreshold: { Minutes: PROMISED_MINUTES } },
                ReplicationTime: { Status: 'Enabled', Time: { Minutes: PROMISED_MINUTES } },
              },
            },
          ],
        },
      }),
    );
  }
}
