import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { allow, policyText, type StatementJson } from '../../../../../support/role-session';

const OWNER = '111111111111';
const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const MINUTE = 60_000;

describe('replication in S3', () => {
  let cloud: LocalCloud;
  let home: S3Client;
  let away: S3Client;
  let names = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    home = cloud.client(S3Client, { account: OWNER, region: HOME });
    away = cloud.client(S3Client, { account: OWNER, region: AWAY });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const nextName = (kind: string) => `${kind}-${(names += 1)}`;
  const bucket = async (client: S3Client, region: 'eu-west-1' | 'eu-central-1') => {
    const Bucket = nextName('bucket');
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    return Bucket;
  };
  const role = async (...statements: readonly StatementJson[]) => {
    const iam = cloud.client(IAMClient, { account: OWNER, region: HOME });
    const RoleName = nextName('replication');
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'replication', PolicyDocument: policyText(...statements) }));
    return Role!.Arn!;
  };
  const reading = (name: string) => [
    allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], `arn:aws:s3:::${name}`),
    allow(['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'], `arn:aws:s3:::${name}/*`),
  ];
  const writing = (name: string) => allow(['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], `arn:aws:s3:::${name}/*`);
  const replicate = (Bucket: string, Role: string, rule: Partial<ReplicationRule> & Pick<ReplicationRule, 'Destination'>) =>
    home.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role, Rules: [{ ID: 'all', Priority: 1, Status: 'Enabled', Filter: { Prefix: '' }, DeleteMarkerReplication: { Status: 'Disabled' }, ...rule }] } }));
  const put = (Bucket: string, Key: string, more = {}) => home.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));
  const status = async (client: S3Client, Bucket: string, Key: string) => (await client.send(new HeadObjectCommand({ Bucket, Key }))).ReplicationStatus;
  const pair = async (rule: Partial<ReplicationRule> = {}) => {
    const [from, to] = [await bucket(home, HOME), await bucket(away, AWAY)];
    await replicate(from, await role(...reading(from), writing(to)), { Destination: { Bucket: `arn:aws:s3:::${to}` }, ...rule });
    return { from, to };
  };

  it('waits while a region on its way is lost', async () => {
    const { from, to } = await pair();
    await put(from, 'early');
    await cloud.regions.lose(AWAY);
    await cloud.clock.pass(10 * MINUTE);
    await expect(status(home, from, 'early')).resolves.toBe('PENDING');

    await cloud.regions.restore(AWAY);
    await cloud.clock.pass(MINUTE);
    await expect(status(away, to, 'early')).resolves.toBe('REPLICA');
  });

  it('copies new versions after a while, with their ids and tags', async () => {
    const { from, to } = await pair();
    const { VersionId } = await put(from, 'a', { Tagging: 'team=data', Metadata: { run: '7' } });
    await expect(status(home, from, 'a')).resolves.toBe('PENDING');
    await expect(status(away, to, 'a')).rejects.toMatchObject({ name: 'NotFound' });
    await cloud.clock.pass(MINUTE);

    const copy = await away.send(new GetObjectCommand({ Bucket: to, Key: 'a' }));

    expect(copy).toMatchObject({ VersionId, Metadata: { run: '7' }, ReplicationStatus: 'REPLICA' });
    await expect(copy.Body!.transformToString()).resolves.toBe('a');
    await expect(away.send(new GetObjectTaggingCommand({ Bucket: to, Key: 'a' }))).resolves.toMatchObject({ TagSet: [{ Key: 'team', Value: 'data' }] });
    await expect(status(home, from, 'a')).resolves.toBe('COMPLETED');
  });

  it('says where objects are to arrive how late they are, and where they came from that they failed', async () => {
    const Metrics = { Status: 'Enabled' } as const;
    const [from, to] = [await bucket(home, HOME), await bucket(away, AWAY)];
    await replicate(from, await role(...reading(from)), { Destination: { Bucket: `arn:aws:s3:::${to}`, Metrics } });
    await put(from, 'refused');
    await cloud.clock.pass(5 * MINUTE);
    const namesIn = async (region: string) => {
      const { Metrics: found } = await cloud.client(CloudWatchClient, { account: OWNER, region }).send(new ListMetricsCommand({ Namespace: 'AWS/S3', Dimensions: [{ Name: 'SourceBucket', Value: from }] }));
      return found!.map(({ MetricName }) => MetricName).sort();
    };

    await expect(namesIn(HOME)).resolves.toEqual(['OperationsFailedReplication']);
    await expect(namesIn(AWAY)).resolves.toEqual(['BytesPendingReplication', 'OperationsPendingReplication', 'ReplicationLatency']);
  });

  it('leaves alone what was there before, and what the filter does not mean', async () => {
    const [from, to] = [await bucket(home, HOME), await bucket(away, AWAY)];
    await put(from, 'in/before');
    await replicate(from, await role(...reading(from), writing(to)), { Destination: { Bucket: `arn:aws:s3:::${to}` }, Filter: { Prefix: 'in/' } });
    await put(from, 'out/after');
    await put(from, 'in/after');
    await cloud.clock.pass(MINUTE);

    const { Versions } = await away.send(new ListObjectVersionsCommand({ Bucket: to }));

    expect(Versions!.map(({ Key }) => Key)).toEqual(['in/after']);
    await expect(status(home, from, 'out/after')).resolves.toBeUndefined();
  });

  it.each(['Enabled', 'Disabled'] as const)('with delete markers %s, treats them so, and never deletes versions', async (Status) => {
    const { from, to } = await pair({ DeleteMarkerReplication: { Status } });
    const { VersionId } = await put(from, 'a');
    await cloud.clock.pass(MINUTE);
    await home.send(new DeleteObjectCommand({ Bucket: from, Key: 'a' }));
    await home.send(new DeleteObjectCommand({ Bucket: from, Key: 'a', VersionId }));
    await cloud.clock.pass(MINUTE);

    const { Versions, DeleteMarkers = [] } = await away.send(new ListObjectVersionsCommand({ Bucket: to }));

    expect(DeleteMarkers).toHaveLength(Status === 'Enabled' ? 1 : 0);
    expect(Versions).toHaveLength(1);
  });

  it('fails without the permission to write there', async () => {
    const [from, to] = [await bucket(home, HOME), await bucket(away, AWAY)];
    await replicate(from, await role(...reading(from)), { Destination: { Bucket: `arn:aws:s3:::${to}` } });
    await put(from, 'a');
    await cloud.clock.pass(MINUTE);

    await expect(status(home, from, 'a')).resolves.toBe('FAILED');
  });

  it('takes objects under a KMS key along when told to, under the key of the other region', async () => {
    const key = async (region: string) => (await cloud.client(KMSClient, { account: OWNER, region }).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
    const [homeKey, awayKey] = [await key(HOME), await key(AWAY)];
    const [from, to] = [await bucket(home, HOME), await bucket(away, AWAY)];
    const through = (region: string) => ({ Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } } });
    const Role = await role(...reading(from), writing(to), allow('kms:Decrypt', homeKey, through(HOME)), allow('kms:Encrypt', awayKey, through(AWAY)));
    const sealed = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: homeKey };
    await replicate(from, Role, { Destination: { Bucket: `arn:aws:s3:::${to}` } });
    await put(from, 'left', sealed);
    await replicate(from, Role, {
      Destination: { Bucket: `arn:aws:s3:::${to}`, EncryptionConfiguration: { ReplicaKmsKeyID: awayKey } },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
    });
    await put(from, 'taken', sealed);
    await cloud.clock.pass(MINUTE);

    const copy = await away.send(new GetObjectCommand({ Bucket: to, Key: 'taken' }));

    await expect(status(home, from, 'left')).resolves.toBeUndefined();
    expect(copy).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: awayKey });
    await expect(copy.Body!.transformToString()).resolves.toBe('taken');
  });

  it('needs the policy of a destination in another account', async () => {
    const stranger = cloud.client(S3Client, { account: '222222222222', region: AWAY });
    const [from, to] = [await bucket(home, HOME), await bucket(stranger, AWAY)];
    const Role = await role(...reading(from), writing(to));
    await replicate(from, Role, { Destination: { Bucket: `arn:aws:s3:::${to}` } });
    await put(from, 'early');
    await cloud.clock.pass(MINUTE);
    await stranger.send(new PutBucketPolicyCommand({ Bucket: to, Policy: policyText({ ...writing(to), Principal: { AWS: Role } }) }));
    await put(from, 'late');
    await cloud.clock.pass(MINUTE);

    await expect(status(home, from, 'early')).resolves.toBe('FAILED');
    await expect(status(home, from, 'late')).resolves.toBe('COMPLETED');
    await expect(stranger.send(new HeadObjectCommand({ Bucket: to, Key: 'late' }))).resolves.toMatchObject({ ReplicationStatus: 'REPLICA' });
  });

  it('waits while it is stopped, and catches up', async () => {
    const { from, to } = await pair({});
    cloud.services.storage.objectReplication.stop(from);
    await put(from, 'a');
    await cloud.clock.pass(60 * MINUTE);
    await expect(status(home, from, 'a')).resolves.toBe('PENDING');
    cloud.services.storage.objectReplication.resume(from);
    await cloud.clock.pass(MINUTE);

    await expect(status(home, from, 'a')).resolves.toBe('COMPLETED');
    await expect(status(away, to, 'a')).resolves.toBe('REPLICA');
  });

  it.each([
    ['a destination that does not exist', { Destination: { Bucket: 'arn:aws:s3:::nowhere-at-all' } }, /Destination bucket must exist/],
    ['encrypted objects without a key', { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' as const } } }, /ReplicaKmsKeyID must be specified/],
    ['a filter without priority', { Priority: undefined }, /Priority must be specified/],
    ['a filter without word on delete markers', { DeleteMarkerReplication: undefined }, /DeleteMarkerReplication must be specified/],
  ])('refuses %s', async (_case, rule, message) => {
    const [from, to] = [await bucket(home, HOME), await bucket(away, AWAY)];

    await expect(replicate(from, await role(writing(to)), { Destination: { Bucket: `arn:aws:s3:::${to}` }, ...rule })).rejects.toThrow(message);
  });
});
