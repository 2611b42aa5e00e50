import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge';

export interface ReportBucketProps {
  readonly bucketName: string;
  readonly key: Key;
}

const KEPT_DAYS = 400;

/**
 * Where AWS Config and AWS Backup write their reports. Config does not deliver into a bucket with a default retention, so
 * this one is not locked.
 * https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
 */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { bucketName, key }: ReportBucketProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const config = new ServicePrincipal('config.amazonaws.com');
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': account } };
    key.addToResourcePolicy(new PolicyStatement({ sid: 'ConfigOfThisAccount', principals: [config], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'], conditions: ofThisAccount }));
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(KEPT_DAYS), noncurrentVersionExpiration: Duration.days(1) }],
      // The reports of past years must not go with the stack.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const allow = (sid: string, actions: string[], resources: string[]) => new PolicyStatement({ sid, principals: [config], actions, resources, conditions: ofThisAccount });
    this.bucket.addToResourcePolicy(allow('ConfigLooks', ['s3:GetBucketAcl', 's3:ListBucket'], [this.bucket.bucketArn]));
    this.bucket.addToResourcePolicy(allow('ConfigDelivers', ['s3:PutObject'], [this.bucket.arnForObjects(`config/AWSLogs/${account}/Config/*`)]));
    acknowledge(this.bucket, 'it holds reports about the account, which its own trail records access to', 'AwsSolutions-S1');
  }
}
