import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

export interface LockedBucketProps {
  readonly bucketName: string;
  readonly key: IKey;
  /** How long nobody, whatever their permissions, can change or delete an object. */
  readonly retentionDays: number;
}

/** A bucket whose objects nobody can alter: compliance mode, which not even the account's root can shorten. */
export class LockedBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { bucketName, key, retentionDays }: LockedBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(retentionDays)),
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(retentionDays + 1), noncurrentVersionExpiration: Duration.days(1) }],
      // The evidence of past runs must not go with the stack; a first deployment that fails has none.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledge(this.bucket, 'CloudTrail data events record who reads evidence; an access log would be one more bucket to protect', 'AwsSolutions-S1');
  }
}
