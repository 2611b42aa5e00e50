import { GetBucketEncryptionCommand, GetBucketLifecycleConfigurationCommand, GetBucketNotificationConfigurationCommand, GetBucketPolicyCommand, GetBucketReplicationCommand, GetBucketVersioningCommand, GetObjectLockConfigurationCommand, GetPublicAccessBlockCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const home = { account: '111111111111', region: 'eu-west-1' };
const away = { ...home, region: 'us-east-1' };

describe('S3 from templates', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  it('creates buckets as they are described', async () => {
    const copies = await deployResources(cloud, away, { Copies: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } } }, 'Away');
    const target = copies.resources.get('Copies')!.attributes!.Arn;
    const { resources } = await deployResources(cloud, home, {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }] } } },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'described',
          BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/aws/s3' } }] },
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          VersioningConfiguration: { Status: 'Enabled' },
          ObjectLockEnabled: true,
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } } },
          LifecycleConfiguration: { Rules: [{ Id: 'tidy', Status: 'Enabled', Prefix: 'tmp/', ExpirationInDays: 3, NoncurrentVersionExpiration: { NoncurrentDays: 30 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }] },
          NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
          ReplicationConfiguration: {
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Rules: [{ Id: 'away', Priority: 1, Status: 'Enabled', Filter: { Prefix: '' }, DeleteMarkerReplication: { Status: 'Enabled' }, Destination: { Bucket: target, ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } }, Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } } } }],
          },
          Tags: [{ Key: 'system', Value: 'standby' }],
        },
      },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] },
        },
      },
    });
    const s3 = cloud.client(S3Client, home);
    const Bucket = resources.get('Bucket')!.ref;

    await expect(s3.send(new GetBucketVersioningCommand({ Bucket }))).resolves.toMatchObject({ Status: 'Enabled' });
    await expect(s3.send(new GetBucketEncryptionCommand({ Bucket }))).resolves.toMatchObject({ ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] } });
    await expect(s3.send(new GetPublicAccessBlockCommand({ Bucket }))).resolves.toMatchObject({ PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } });
    await expect(s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).resolves.toMatchObject({ ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } } } });
    await expect(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).resolves.toMatchObject({ Rules: [{ ID: 'tidy', Expiration: { Days: 3 }, Filter: { And: { Prefix: 'tmp/' } } }] });
    await expect(s3.send(new GetBucketReplicationCommand({ Bucket }))).resolves.toMatchObject({ ReplicationConfiguration: { Rules: [{ ID: 'away', Destination: { Bucket: target, ReplicationTime: { Status: 'Enabled' } } }] } });
    await expect(s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).resolves.toMatchObject({ EventBridgeConfiguration: {} });
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).resolves.toMatchObject({ Policy: expect.stringContaining('SecureTransport') as string });
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))).resolves.toMatchObject({ ServerSideEncryption: 'aws:kms' });
    expect(resources.get('Bucket')!.attributes).toMatchObject({ Arn: 'arn:aws:s3:::described', RegionalDomainName: 'described.s3.eu-west-1.amazonaws.com' });
  });
});
