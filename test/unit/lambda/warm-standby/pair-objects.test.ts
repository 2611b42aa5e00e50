import { CreateBucketCommand, GetBucketReplicationCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { BucketReplication } from '../../../../lambda/common/aws/bucket-replication';
import { pairObjects } from '../../../../lambda/warm-standby/pair-objects';
import { LocalCloud } from '../../../../local/cloud/local-cloud';
import { PRIMARY, STANDBY } from './fixtures';

const ACCOUNT = '111111111111';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/shop-standby-replication`;
const KEY = `arn:aws:kms:${PRIMARY}:${ACCOUNT}:key/mrk-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d`;

let cloud: LocalCloud;
let client: S3Client;
let own: string;
let buckets = 0;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  client = cloud.client(S3Client, { account: ACCOUNT, region: STANDBY });
  await createBucket(PRIMARY, 'shop-primary');
});
beforeEach(async () => {
  own = `shop-standby-${(buckets += 1)}`;
  await createBucket(STANDBY, own);
});
afterAll(() => cloud.stop());

async function createBucket(region: string, name: string): Promise<void> {
  const s3 = cloud.client(S3Client, { account: ACCOUNT, region });
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: region as 'us-west-2' } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
}

const pair = (peerBucket = 'shop-primary') => pairObjects({}, { peerBucket, peerKeyArn: KEY, roleArn: ROLE, replication: new BucketReplication(client, own) });
const rules = async () => (await client.send(new GetBucketReplicationCommand({ Bucket: own }))).ReplicationConfiguration;

describe('pairObjects', () => {
  it('has every new version copied to the other region, under the key of that region, with a promise of time', async () => {
    await expect(pair()).resolves.toEqual({ destination: 'shop-primary', alreadyPaired: false });

    expect(await rules()).toMatchObject({
      Role: ROLE,
      Rules: [
        {
          ID: 'to-the-primary-region',
          Status: 'Enabled',
          DeleteMarkerReplication: { Status: 'Enabled' },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: { Bucket: 'arn:aws:s3:::shop-primary', EncryptionConfiguration: { ReplicaKmsKeyID: KEY }, ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } } },
        },
      ],
    });
  });

  it('leaves a rule alone that is there', async () => {
    await pair();

    await expect(pair()).resolves.toEqual({ destination: 'shop-primary', alreadyPaired: true });
  });

  it('fails when the other bucket is not there yet', async () => {
    await expect(pair('not-made-yet')).rejects.toThrow('Destination bucket must exist');
  });
});

describe('BucketReplication', () => {
  it('leads nowhere before a rule is made', async () => {
    await expect(new BucketReplication(client, own).destinations()).resolves.toEqual([]);
  });

  it('does not take a bucket that is not there for one without rules', async () => {
    await expect(new BucketReplication(client, 'nobody-made-this').destinations()).rejects.toThrow();
  });
});
