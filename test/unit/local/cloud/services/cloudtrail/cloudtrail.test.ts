import { gunzipSync } from 'node:zlib';
import { CloudTrailClient, CreateTrailCommand, DescribeTrailsCommand, GetTrailStatusCommand, LookupEventsCommand, paginateLookupEvents, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';
import { actAs, allow, policyText } from '../../../../../support/role-session';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
const BUCKET = 'trails-of-1';
const SERVICE = { Principal: { Service: 'cloudtrail.amazonaws.com' } };
const ACL = { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } };

describe('CloudTrail', () => {
  let cloud: LocalCloud;
  let trails: CloudTrailClient;
  let s3: S3Client;
  beforeEach(async () => {
    cloud = await LocalCloud.start();
    trails = cloud.client(CloudTrailClient, PLACE);
    s3 = cloud.client(S3Client, PLACE);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  });
  afterEach(() => cloud.stop());

  async function letIn(): Promise<void> {
    const statement = allow('s3:PutObject', `arn:aws:s3:::${BUCKET}/AWSLogs/${PLACE.account}/*`, { ...SERVICE, Condition: ACL });
    await s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: policyText(statement) }));
  }

  it('needs a bucket that lets it in', async () => {
    const create = new CreateTrailCommand({ Name: 'audit', S3BucketName: BUCKET });

    await expect(trails.send(create)).rejects.toMatchObject({ name: 'InsufficientS3BucketPolicyException' });
    await expect(trails.send(new CreateTrailCommand({ Name: 'audit', S3BucketName: 'never-was' }))).rejects.toMatchObject({ name: 'S3BucketDoesNotExistException' });
    await letIn();
    await expect(trails.send(create)).resolves.toMatchObject({ TrailARN: 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/audit' });
    await expect(trails.send(create)).rejects.toMatchObject({ name: 'TrailAlreadyExistsException' });
  });

  it('needs a key that it may use for this trail', async () => {
    await letIn();
    const kms = cloud.client(KMSClient, PLACE);
    const keyFor = async (trail: string) => {
      const admin = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${PLACE.account}:root` } });
      const use = allow('kms:GenerateDataKey*', '*', { ...SERVICE, Condition: { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${PLACE.account}:trail/${trail}` } } });
      return (await kms.send(new CreateKeyCommand({ Policy: policyText(admin, use) }))).KeyMetadata!.Arn;
    };

    await expect(trails.send(new CreateTrailCommand({ Name: 'audit', S3BucketName: BUCKET, KmsKeyId: await keyFor('other') }))).rejects.toMatchObject({ name: 'InsufficientEncryptionPolicyException' });
    await expect(trails.send(new CreateTrailCommand({ Name: 'audit', S3BucketName: BUCKET, KmsKeyId: await keyFor('*') }))).resolves.toBeDefined();
  });

  it('delivers the calls that manage resources, of whatever account and outcome they are', async () => {
    await letIn();
    await trails.send(new CreateTrailCommand({ Name: 'audit', S3BucketName: BUCKET }));
    await trails.send(new StartLoggingCommand({ Name: 'audit' }));
    const sqs = cloud.client(SQSClient, PLACE);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'data' }));
    const role = await actAs(cloud, PLACE.account, 'powerless', []);
    await expect(role.client(SQSClient, PLACE.region).send(new CreateQueueCommand({ QueueName: 'other' }))).rejects.toThrow();
    await cloud.clock.pass(6 * 60_000);

    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `AWSLogs/${PLACE.account}/CloudTrail/${PLACE.region}/` }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: Contents![0]!.Key }));
    const { Records } = JSON.parse(gunzipSync(await Body!.transformToByteArray()).toString()) as { Records: Record<string, unknown>[] };

    expect(Records).toContainEqual(expect.objectContaining({ eventName: 'CreateQueue', eventSource: 'sqs.amazonaws.com', userIdentity: expect.objectContaining({ type: 'Root' }) as object }));
    expect(Records).toContainEqual(expect.objectContaining({ eventName: 'CreateQueue', errorCode: expect.stringContaining('AccessDenied') as string, userIdentity: expect.objectContaining({ type: 'AssumedRole' }) as object }));
    expect(Records.map(({ eventName }) => eventName)).not.toContain('SendMessage');
    await expect(trails.send(new GetTrailStatusCommand({ Name: 'audit' }))).resolves.toMatchObject({ IsLogging: true, LatestDeliveryTime: expect.any(Date) as Date });
  });

  it('finds recent calls by what they were, in pages', async () => {
    const sqs = cloud.client(SQSClient, PLACE);
    for (let queue = 0; queue < 3; queue += 1) await sqs.send(new CreateQueueCommand({ QueueName: `queue-${queue}` }));
    const found = [];

    for await (const { Events } of paginateLookupEvents({ client: trails, pageSize: 2 }, { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateQueue' }] })) found.push(Events!.length);

    expect(found).toEqual([2, 1]);
    expect((await trails.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'NeverCalled' }] }))).Events).toEqual([]);
  });

  it('is made by a template, and logs', async () => {
    await letIn();
    await deployResources(cloud, PLACE, {
      Trail: {
        Type: 'AWS::CloudTrail::Trail',
        Properties: { IsLogging: true, S3BucketName: BUCKET, IsMultiRegionTrail: true, EnableLogFileValidation: true, IncludeGlobalServiceEvents: true, EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }], Tags: [{ Key: 'team', Value: 'security' }] },
      },
    });

    const elsewhere = await cloud.client(CloudTrailClient, { ...PLACE, region: 'us-east-1' }).send(new DescribeTrailsCommand({}));

    expect(elsewhere.trailList).toMatchObject([{ HomeRegion: 'eu-west-1', IsMultiRegionTrail: true, LogFileValidationEnabled: true }]);
    await expect(trails.send(new GetTrailStatusCommand({ Name: elsewhere.trailList![0]!.TrailARN }))).resolves.toMatchObject({ IsLogging: true });
  });
});
