import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { actAs, allow, policyText, type ActingRole, type StatementJson } from '../../../../../support/role-session';

const OWNER = '111111111111';
const VISITOR = '222222222222';
const REGION = 'eu-west-1';
const DENIED = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('permissions of S3', () => {
  let cloud: LocalCloud;
  let admin: S3Client;
  let names = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    admin = cloud.client(S3Client, { account: OWNER, region: REGION });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const nextName = (kind: string) => `${kind}-${(names += 1)}`;
  const bucket = async (more = {}) => {
    const Bucket = nextName('bucket');
    await admin.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION }, ...more }));
    return { Bucket, arn: `arn:aws:s3:::${Bucket}` };
  };
  const role = (account: string, ...statements: readonly StatementJson[]): Promise<ActingRole> => actAs(cloud, account, nextName('role'), statements);
  const as = async (...statements: readonly StatementJson[]) => (await role(OWNER, ...statements)).client(S3Client, REGION);
  const put = (client: S3Client, Bucket: string, Key: string, more = {}) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'text', ...more }));
  const get = (client: S3Client, Bucket: string, Key: string, more = {}) => client.send(new GetObjectCommand({ Bucket, Key, ...more }));

  it('tells only those who may list that an object does not exist', async () => {
    const { Bucket, arn } = await bucket();
    const reader = await as(allow('s3:GetObject', `${arn}/*`));
    const lister = await as(allow('s3:GetObject', `${arn}/*`), allow('s3:ListBucket', arn));

    await expect(get(reader, Bucket, 'none')).rejects.toMatchObject(DENIED);
    await expect(get(lister, Bucket, 'none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(lister.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('asks about versions by actions of their own', async () => {
    const { Bucket, arn } = await bucket();
    await admin.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await put(admin, Bucket, 'a');
    const client = await as(allow(['s3:GetObject', 's3:DeleteObject'], `${arn}/*`));

    await expect(get(client, Bucket, 'a')).resolves.toBeDefined();
    await expect(get(client, Bucket, 'a', { VersionId })).rejects.toMatchObject(DENIED);
    await expect(client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }))).rejects.toMatchObject(DENIED);
    await expect(client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))).resolves.toMatchObject({ DeleteMarker: true });
  });

  it('confines listing to a prefix', async () => {
    const { Bucket, arn } = await bucket();
    const client = await as(allow('s3:ListBucket', arn, { Condition: { StringLike: { 's3:prefix': 'mine/*' } } }));

    await expect(client.send(new ListObjectsV2Command({ Bucket, Prefix: 'mine/a' }))).resolves.toBeDefined();
    await expect(client.send(new ListObjectsV2Command({ Bucket, Prefix: 'yours/' }))).rejects.toMatchObject(DENIED);
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(DENIED);
  });

  it('asks for tags and locks beside the object', async () => {
    const { Bucket, arn } = await bucket({ ObjectLockEnabledForBucket: true });
    const plain = await as(allow('s3:PutObject', `${arn}/*`));
    const more = await as(allow(['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectRetention'], `${arn}/*`));
    const locked = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(cloud.clock.nowMs() + 86_400_000) };

    await expect(put(plain, Bucket, 'a')).resolves.toBeDefined();
    await expect(put(plain, Bucket, 'a', { Tagging: 'team=data' })).rejects.toMatchObject(DENIED);
    await expect(put(plain, Bucket, 'a', locked)).rejects.toMatchObject(DENIED);
    await expect(put(more, Bucket, 'a', { Tagging: 'team=data', ...locked })).resolves.toBeDefined();
  });

  it('takes a permission of its own to bypass governance', async () => {
    const { Bucket, arn } = await bucket({ ObjectLockEnabledForBucket: true });
    const { VersionId } = await put(admin, Bucket, 'a', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(cloud.clock.nowMs() + 86_400_000) });
    const remove = async (...actions: string[]) => (await as(allow(['s3:DeleteObjectVersion', ...actions], `${arn}/*`))).send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId, BypassGovernanceRetention: true }));

    await expect(remove()).rejects.toMatchObject(DENIED);
    await expect(remove('s3:BypassGovernanceRetention')).resolves.toBeDefined();
  });

  it('reads what is copied and writes the copy', async () => {
    const [from, to] = [await bucket(), await bucket()];
    await put(admin, from.Bucket, 'a', { Tagging: 'team=data' });
    const copy = async (...statements: StatementJson[]) => (await as(...statements)).send(new CopyObjectCommand({ Bucket: to.Bucket, Key: 'b', CopySource: `${from.Bucket}/a` }));
    const content = [allow('s3:GetObject', `${from.arn}/*`), allow('s3:PutObject', `${to.arn}/*`)];

    await expect(copy(...content)).rejects.toMatchObject(DENIED);
    await expect(copy(...content, allow('s3:GetObjectTagging', `${from.arn}/*`), allow('s3:PutObjectTagging', `${to.arn}/*`))).resolves.toBeDefined();
  });

  it('judges each of many deletions by itself', async () => {
    const { Bucket, arn } = await bucket();
    const client = await as(allow('s3:DeleteObject', `${arn}/mine/*`));

    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'mine/a' }, { Key: 'yours/a' }] } }));

    expect(Deleted).toMatchObject([{ Key: 'mine/a' }]);
    expect(Errors).toMatchObject([{ Key: 'yours/a', Code: 'AccessDenied' }]);
  });

  it('uses the key with the caller\'s permissions, through S3 and for the object', async () => {
    const { Bucket, arn } = await bucket();
    const { KeyMetadata } = await cloud.client(KMSClient, { account: OWNER, region: REGION }).send(new CreateKeyCommand({}));
    const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata!.Arn };
    const objects = allow(['s3:GetObject', 's3:PutObject'], `${arn}/*`);
    const through = { Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:EncryptionContext:aws:s3:arn': `${arn}/a` } } };
    const writer = await as(objects, allow('kms:GenerateDataKey', KeyMetadata!.Arn, through));
    const reader = await as(objects, allow('kms:Decrypt', KeyMetadata!.Arn, through));

    await expect(put(reader, Bucket, 'a', sealed)).rejects.toMatchObject(DENIED);
    await expect(put(writer, Bucket, 'a', sealed)).resolves.toBeDefined();
    await expect(get(writer, Bucket, 'a')).rejects.toMatchObject(DENIED);
    await expect(get(reader, Bucket, 'a')).resolves.toBeDefined();
  });

  it('lets another account in when both sides allow', async () => {
    const { Bucket, arn } = await bucket();
    await put(admin, Bucket, 'a');
    const visitor = await role(VISITOR, allow('s3:GetObject', `${arn}/*`));
    const client = visitor.client(S3Client, REGION);
    await expect(get(client, Bucket, 'a')).rejects.toMatchObject(DENIED);

    await admin.send(new PutBucketPolicyCommand({ Bucket, Policy: policyText(allow('s3:GetObject', `${arn}/*`, { Principal: { AWS: VISITOR } })) }));

    await expect(get(client, Bucket, 'a')).resolves.toBeDefined();
  });
});
