import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { allow, policyText, type StatementJson } from '../../../../../support/role-session';

const place = { account: '111111111111', region: 'eu-west-1' };
const DAY = 86_400_000;
const LOCKED = { name: 'AccessDenied', message: 'Access Denied because object protected by object lock.' };

describe('protection in S3', () => {
  let cloud: LocalCloud;
  let s3: S3Client;
  let buckets = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    s3 = cloud.client(S3Client, place);
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const bucket = async ({ versioned = false, ...more }: { readonly versioned?: boolean; readonly ObjectLockEnabledForBucket?: boolean } = {}) => {
    const Bucket = `protected-${(buckets += 1)}`;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' }, ...more }));
    if (versioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    return Bucket;
  };
  const put = (Bucket: string, Key: string, more = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));
  const get = async (Bucket: string, Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
  const inDays = (days: number) => new Date(cloud.clock.nowMs() + days * DAY);

  describe('by object lock', () => {
    const locking = () => bucket({ ObjectLockEnabledForBucket: true });
    const remove = (Bucket: string, Key: string, VersionId: string | undefined, BypassGovernanceRetention?: boolean) => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }));

    it('keeps a version until its retention is over, whoever asks', async () => {
      const name = await locking();
      const { VersionId } = await put(name, 'a', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(10) });
      await expect(remove(name, 'a', VersionId)).rejects.toMatchObject(LOCKED);
      await expect(remove(name, 'a', VersionId, true)).rejects.toMatchObject(LOCKED);
      await expect(remove(name, 'a', undefined)).resolves.toMatchObject({ DeleteMarker: true });

      await cloud.clock.pass(11 * DAY);

      await expect(remove(name, 'a', VersionId)).resolves.toBeDefined();
    });

    it('lets governance be bypassed by those who may', async () => {
      const name = await locking();
      const { VersionId } = await put(name, 'a', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(10) });

      await expect(remove(name, 'a', VersionId)).rejects.toMatchObject(LOCKED);
      await expect(remove(name, 'a', VersionId, true)).resolves.toBeDefined();
    });

    it('holds as long as a legal hold lasts', async () => {
      const name = await locking();
      const { VersionId } = await put(name, 'a', { ObjectLockLegalHoldStatus: 'ON' });
      await expect(remove(name, 'a', VersionId, true)).rejects.toMatchObject(LOCKED);
      await s3.send(new PutObjectLegalHoldCommand({ Bucket: name, Key: 'a', LegalHold: { Status: 'OFF' } }));

      await expect(remove(name, 'a', VersionId)).resolves.toBeDefined();
    });

    it('gives new versions the bucket\'s default', async () => {
      const name = await locking();
      await s3.send(new PutObjectLockConfigurationCommand({ Bucket: name, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } } } }));
      await put(name, 'a');

      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: name, Key: 'a' }));

      expect(Retention!.Mode).toBe('COMPLIANCE');
      expect(Math.abs(Retention!.RetainUntilDate!.getTime() - inDays(30).getTime())).toBeLessThan(60_000);
    });

    it('can be made longer and stricter, not shorter', async () => {
      const name = await locking();
      await put(name, 'a', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(10) });
      const retain = (days: number, Mode: 'COMPLIANCE' | 'GOVERNANCE') => s3.send(new PutObjectRetentionCommand({ Bucket: name, Key: 'a', Retention: { Mode, RetainUntilDate: inDays(days) } }));

      await expect(retain(9, 'COMPLIANCE')).rejects.toMatchObject(LOCKED);
      await expect(retain(11, 'GOVERNANCE')).rejects.toMatchObject(LOCKED);
      await expect(retain(11, 'COMPLIANCE')).resolves.toBeDefined();
    });

    it('needs a bucket with object lock, whose versioning stays', async () => {
      const [plain, locked] = [await bucket({ versioned: true }), await locking()];

      await expect(put(plain, 'a', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(1) })).rejects.toMatchObject({ name: 'InvalidRequest' });
      await expect(put(locked, 'a', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(-1) })).rejects.toMatchObject({ name: 'InvalidArgument' });
      await expect(s3.send(new PutBucketVersioningCommand({ Bucket: locked, VersioningConfiguration: { Status: 'Suspended' } }))).rejects.toMatchObject({ name: 'InvalidBucketState' });
      await expect(s3.send(new GetObjectLockConfigurationCommand({ Bucket: plain }))).rejects.toMatchObject({ name: 'ObjectLockConfigurationNotFoundError' });
    });
  });

  describe('by encryption', () => {
    const newKey = async () => (await cloud.client(KMSClient, place).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;

    it('puts objects under the bucket\'s key, and reads them with it', async () => {
      const name = await bucket();
      const KMSMasterKeyID = await newKey();
      await s3.send(new PutBucketEncryptionCommand({ Bucket: name, ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID }, BucketKeyEnabled: true }] } }));
      const made = await put(name, 'a');

      await expect(get(name, 'a')).resolves.toBe('a');
      await expect(s3.send(new HeadObjectCommand({ Bucket: name, Key: 'a' }))).resolves.toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KMSMasterKeyID, BucketKeyEnabled: true });
      await expect(s3.send(new GetBucketEncryptionCommand({ Bucket: name }))).resolves.toMatchObject({ ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: true }] } });
      expect(made.ETag).not.toBe('"0cc175b9c0f1b6a831c399e269772661"');
    });

    it('cannot be read while the key is disabled', async () => {
      const name = await bucket();
      const SSEKMSKeyId = await newKey();
      await put(name, 'a', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
      await cloud.client(KMSClient, place).send(new DisableKeyCommand({ KeyId: SSEKMSKeyId }));

      await expect(get(name, 'a')).rejects.toMatchObject({ name: 'KMS.DisabledException' });
    });
  });

  describe('by life cycle', () => {
    const rules = (Bucket: string, ...Rules: Partial<LifecycleRule>[]) =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: Rules.map((rule) => ({ Status: 'Enabled', Filter: { Prefix: '' }, ...rule })) } }));
    const versions = async (Bucket: string) => s3.send(new ListObjectVersionsCommand({ Bucket }));

    it('expires what is old enough, at midnight, and what the filter means', async () => {
      const name = await bucket();
      await rules(name, { Filter: { Prefix: 'tmp/' }, Expiration: { Days: 2 } });
      await put(name, 'tmp/a');
      await put(name, 'keep/a');

      await cloud.clock.pass(1.9 * DAY);
      await expect(get(name, 'tmp/a')).resolves.toBeDefined();
      await cloud.clock.pass(1.2 * DAY);
      await expect(get(name, 'tmp/a')).rejects.toMatchObject({ name: 'NoSuchKey' });
      await expect(get(name, 'keep/a')).resolves.toBeDefined();
    });

    it('hides expired objects of versioned buckets, then deletes what nobody sees', async () => {
      const name = await bucket({ versioned: true });
      await rules(name, { Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 5 } }, { Expiration: { ExpiredObjectDeleteMarker: true } });
      await put(name, 'a');

      await cloud.clock.pass(3 * DAY);
      const hidden = await versions(name);
      await cloud.clock.pass(9 * DAY);
      const gone = await versions(name);

      expect(hidden.Versions).toHaveLength(1);
      expect(hidden.DeleteMarkers).toHaveLength(1);
      expect(gone.Versions).toBeUndefined();
      expect(gone.DeleteMarkers).toBeUndefined();
    });

    it('keeps some newer versions, and what is locked', async () => {
      const name = await bucket({ ObjectLockEnabledForBucket: true });
      await rules(name, { NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 } });
      const locked = await put(name, 'a', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(100) });
      const old = await put(name, 'a');
      const newer = await put(name, 'a');
      const current = await put(name, 'a');
      await cloud.clock.pass(4 * DAY);

      const { Versions } = await versions(name);

      expect(Versions!.map(({ VersionId }) => VersionId)).toEqual([current, newer, locked].map(({ VersionId }) => VersionId));
      expect(old.VersionId).toBeDefined();
    });

    it('aborts uploads that nobody completes', async () => {
      const name = await bucket();
      await rules(name, { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } });
      await s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'big' }));
      await cloud.clock.pass(3 * DAY);

      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: name }));

      expect(Uploads).toEqual([]);
    });
  });

  describe('by policy', () => {
    const policy = (Bucket: string, ...statements: StatementJson[]) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyText(...statements) }));

    it('is refused when it lets in everybody, or speaks of another bucket', async () => {
      const name = await bucket();

      await expect(policy(name, allow('s3:GetObject', `arn:aws:s3:::${name}/*`, { Principal: '*' }))).rejects.toMatchObject({ name: 'AccessDenied' });
      await expect(policy(name, allow('s3:GetObject', 'arn:aws:s3:::other/*', { Principal: { AWS: '222222222222' } }))).rejects.toMatchObject({ name: 'MalformedPolicy' });
      await expect(policy(name, allow('s3:GetObject', `arn:aws:s3:::${name}/*`, { Principal: { AWS: 'arn:aws:iam::222222222222:role/ghost' } }))).rejects.toMatchObject({ name: 'MalformedPolicy', message: 'Invalid principal in policy' });
    });

    it('denies even the owner', async () => {
      const name = await bucket();
      await policy(name, { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${name}/*`, Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } } });

      await expect(put(name, 'a')).rejects.toMatchObject({ name: 'AccessDenied' });
      await expect(put(name, 'a', { ServerSideEncryption: 'aws:kms' })).resolves.toBeDefined();
    });
  });

  it('tells queues and EventBridge what happens', async () => {
    const name = await bucket({ versioned: true });
    const sqs = cloud.client(SQSClient, place);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'objects' }));
    const arn = `arn:aws:sqs:${place.region}:${place.account}:objects`;
    const Policy = policyText(allow('sqs:SendMessage', arn, { Principal: { Service: 's3.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${name}` } } }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const NotificationConfiguration = { EventBridgeConfiguration: {}, QueueConfigurations: [{ QueueArn: arn, Events: ['s3:ObjectCreated:*' as const], Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'in/' }] } } }] };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: name, NotificationConfiguration }));

    const seen: unknown[] = [];
    const stopListening = cloud.services.integration.events.onEvent(({ source, detail, ...event }) => source === 'aws.s3' && seen.push([event['detail-type'], detail]));

    await put(name, 'in/a');
    await put(name, 'out/a');
    await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'in/a' }));
    stopListening();
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));

    expect(Messages.map(({ Body }) => JSON.parse(Body!) as unknown)).toMatchObject([{ Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name }, object: { key: 'in/a', size: 4 } } }] }]);
    expect(seen).toMatchObject([
      ['Object Created', { bucket: { name }, object: { key: 'in/a' }, reason: 'PutObject' }],
      ['Object Created', { object: { key: 'out/a' } }],
      ['Object Deleted', { object: { key: 'in/a' }, 'deletion-type': 'Delete Marker Created' }],
    ]);
  });
});
