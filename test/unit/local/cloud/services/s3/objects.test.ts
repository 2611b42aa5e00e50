import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const MB = 1024 * 1024;

describe('objects in S3', () => {
  let cloud: LocalCloud;
  let s3: S3Client;
  let buckets = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    s3 = cloud.client(S3Client, { account: ACCOUNT, region: REGION });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const bucket = async ({ versioned = false, ...more } = {}) => {
    const Bucket = `bucket-${(buckets += 1)}`;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION }, ...more }));
    if (versioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    return Bucket;
  };
  const put = (Bucket: string, Key: string, Body: string | Buffer, more = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = async (Bucket: string, Key: string, more = {}) => (await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body!.transformToString();

  it.each(['plain', 'with/slashes/in it', 'ünï+&?=#%20', 'ends-with/'])('are kept under the key %s', async (key) => {
    const name = await bucket();
    await put(name, key, `the content of ${key}`);

    await expect(get(name, key)).resolves.toBe(`the content of ${key}`);
    await expect(s3.send(new ListObjectsV2Command({ Bucket: name }))).resolves.toMatchObject({ Contents: [{ Key: key }] });
  });

  it('come back with the headers and tags they were given', async () => {
    const name = await bucket();
    await put(name, 'a', '{}', { ContentType: 'application/json', CacheControl: 'no-cache', Metadata: { run: '7' }, Tagging: 'team=data&tier=2' });

    await expect(s3.send(new HeadObjectCommand({ Bucket: name, Key: 'a' }))).resolves.toMatchObject({
      ContentType: 'application/json',
      CacheControl: 'no-cache',
      ContentLength: 2,
      ETag: '"99914b932bd37a50b983c5e7c90ae93b"',
      Metadata: { run: '7' },
      ServerSideEncryption: 'AES256',
    });
    await expect(s3.send(new GetObjectTaggingCommand({ Bucket: name, Key: 'a' }))).resolves.toMatchObject({ TagSet: [{ Key: 'team', Value: 'data' }, { Key: 'tier', Value: '2' }] });
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('are read in part by the range %s', async (Range, expected, ContentRange) => {
    const name = await bucket();
    await put(name, 'a', '0123456789');

    const part = await s3.send(new GetObjectCommand({ Bucket: name, Key: 'a', Range }));

    expect(part).toMatchObject({ ContentRange, $metadata: { httpStatusCode: 206 } });
    await expect(part.Body!.transformToString()).resolves.toBe(expected);
    await expect(get(name, 'a', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('are missed by their own errors', async () => {
    const name = await bucket();

    await expect(get(name, 'none')).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand({ Bucket: name, Key: 'none' }))).rejects.toBeInstanceOf(NotFound);
    await expect(get('no-such-bucket-anywhere', 'none')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('are written only on condition', async () => {
    const name = await bucket();
    const { ETag } = await put(name, 'a', 'one', { IfNoneMatch: '*' });

    await expect(put(name, 'a', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    await expect(put(name, 'a', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put(name, 'a', 'two', { IfMatch: ETag })).resolves.toBeDefined();
    await expect(put(name, 'b', 'two', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are written once when two try at the same time', async () => {
    const name = await bucket();

    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => put(name, 'lock', Buffer.alloc(2 * MB, n), { IfNoneMatch: '*' })));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are read only on condition', async () => {
    const name = await bucket();
    const { ETag } = await put(name, 'a', 'one');

    await expect(get(name, 'a', { IfMatch: ETag })).resolves.toBe('one');
    await expect(get(name, 'a', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get(name, 'a', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  it.each([
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
    ['CRC32C', { ChecksumCRC32C: 'AAAAAA==' }],
    ['SHA256', { ChecksumSHA256: 'AAAAAA==' }],
    ['MD5', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
  ])('are refused with a wrong %s', async (_name, checksum) => {
    await expect(put(await bucket(), 'a', 'text', checksum)).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('are accepted with the %s that the SDK computes, and show it', async (ChecksumAlgorithm) => {
    const name = await bucket();
    await put(name, 'a', 'text', { ChecksumAlgorithm });

    const head = await s3.send(new HeadObjectCommand({ Bucket: name, Key: 'a', ChecksumMode: 'ENABLED' }));

    expect(head).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: expect.any(String) as string, ChecksumType: 'FULL_OBJECT' });
    await expect(get(name, 'a')).resolves.toBe('text');
  });

  it('are uploaded from streams, whose checksum comes last', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
    const file = path.join(directory, 'large');
    await writeFile(file, Buffer.alloc(3 * MB, 'x'));
    const name = await bucket();
    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'large', Body: createReadStream(file), ContentLength: 3 * MB }));
    await rm(directory, { recursive: true });

    const head = await s3.send(new HeadObjectCommand({ Bucket: name, Key: 'large', ChecksumMode: 'ENABLED' }));

    expect(head).toMatchObject({ ContentLength: 3 * MB, ChecksumCRC32: expect.any(String) as string });
    await expect(get(name, 'large')).resolves.toHaveLength(3 * MB);
  });

  it('are copied with what belongs to them, or with something else', async () => {
    const [from, to] = [await bucket(), await bucket()];
    await put(from, 'a b', 'text', { Metadata: { run: '7' }, Tagging: 'team=data' });
    await s3.send(new CopyObjectCommand({ Bucket: to, Key: 'same', CopySource: `${from}/a%20b` }));
    await s3.send(new CopyObjectCommand({ Bucket: to, Key: 'other', CopySource: `${from}/a%20b`, MetadataDirective: 'REPLACE', Metadata: { run: '8' }, TaggingDirective: 'REPLACE' }));

    await expect(get(to, 'same')).resolves.toBe('text');
    await expect(s3.send(new HeadObjectCommand({ Bucket: to, Key: 'same' }))).resolves.toMatchObject({ Metadata: { run: '7' }, TagCount: 1 });
    await expect(s3.send(new HeadObjectCommand({ Bucket: to, Key: 'other' }))).resolves.toMatchObject({ Metadata: { run: '8' } });
    await expect(s3.send(new CopyObjectCommand({ Bucket: from, Key: 'a b', CopySource: `${from}/a%20b` }))).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  describe('in lists', () => {
    it('come in the order of their keys, page by page', async () => {
      const name = await bucket();
      for (const key of ['b', 'a', 'Z', 'ä', 'a/1']) await put(name, key, key);
      const keys: string[] = [];
      for await (const { Contents } of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket: name })) keys.push(...Contents!.map(({ Key }) => Key!));

      expect(keys).toEqual(['Z', 'a', 'a/1', 'b', 'ä']);
    });

    it('are grouped by a delimiter', async () => {
      const name = await bucket();
      for (const key of ['logs/1', 'logs/2', 'logs/deep/3', 'data/1', 'top']) await put(name, key, key);

      const top = await s3.send(new ListObjectsV2Command({ Bucket: name, Delimiter: '/' }));
      const logs = await s3.send(new ListObjectsV2Command({ Bucket: name, Delimiter: '/', Prefix: 'logs/' }));

      expect(top).toMatchObject({ Contents: [{ Key: 'top' }], CommonPrefixes: [{ Prefix: 'data/' }, { Prefix: 'logs/' }], KeyCount: 3, IsTruncated: false });
      expect(logs).toMatchObject({ Contents: [{ Key: 'logs/1' }, { Key: 'logs/2' }], CommonPrefixes: [{ Prefix: 'logs/deep/' }] });
    });
  });

  describe('with versions', () => {
    it('keep what they were, and hide behind delete markers', async () => {
      const name = await bucket({ versioned: true });
      const one = await put(name, 'a', 'one');
      const two = await put(name, 'a', 'two');
      const marker = await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'a' }));
      await expect(get(name, 'a')).rejects.toBeInstanceOf(NoSuchKey);
      await expect(get(name, 'a', { VersionId: one.VersionId })).resolves.toBe('one');
      await expect(get(name, 'a', { VersionId: marker.VersionId })).rejects.toMatchObject({ name: 'MethodNotAllowed' });

      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: name }));
      await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'a', VersionId: marker.VersionId }));

      expect(marker).toMatchObject({ DeleteMarker: true });
      expect(listed.Versions!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([[two.VersionId, false], [one.VersionId, false]]);
      expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
      await expect(get(name, 'a')).resolves.toBe('two');
    });

    it('have one version without id where versioning is suspended', async () => {
      const name = await bucket();
      await put(name, 'a', 'before');
      await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
      await put(name, 'a', 'during');
      await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Suspended' } }));
      const after = await put(name, 'a', 'after');

      const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: name }));

      expect(after.VersionId).toBe('null');
      expect(Versions).toHaveLength(2);
      await expect(get(name, 'a', { VersionId: 'null' })).resolves.toBe('after');
    });
  });

  it('are deleted together, each with its own result', async () => {
    const name = await bucket();
    await put(name, 'a', '1');
    await put(name, 'b', '2');

    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: [{ Key: 'a' }, { Key: 'none' }] } }));

    expect(Deleted).toMatchObject([{ Key: 'a' }, { Key: 'none' }]);
    expect(Errors).toBeUndefined();
    await expect(s3.send(new ListObjectsV2Command({ Bucket: name }))).resolves.toMatchObject({ Contents: [{ Key: 'b' }] });
  });

  describe('in parts', () => {
    it('are put together in the order of their numbers', async () => {
      const name = await bucket();
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'big', ContentType: 'text/plain', ChecksumAlgorithm: 'CRC32' }));
      const upload = async (PartNumber: number, Body: Buffer) => {
        const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ Bucket: name, Key: 'big', UploadId, PartNumber, Body }));
        return { ETag, ChecksumCRC32, PartNumber };
      };
      const second = await upload(2, Buffer.from('tail'));
      const first = await upload(1, Buffer.alloc(5 * MB, 'a'));
      await expect(s3.send(new ListPartsCommand({ Bucket: name, Key: 'big', UploadId }))).resolves.toMatchObject({ Parts: [{ PartNumber: 1, Size: 5 * MB }, { PartNumber: 2, Size: 4 }] });
      await expect(s3.send(new ListMultipartUploadsCommand({ Bucket: name }))).resolves.toMatchObject({ Uploads: [{ Key: 'big', UploadId }] });

      await s3.send(new CompleteMultipartUploadCommand({ Bucket: name, Key: 'big', UploadId, MultipartUpload: { Parts: [first, second] } }));

      const head = await s3.send(new HeadObjectCommand({ Bucket: name, Key: 'big' }));
      const attributes = await s3.send(new GetObjectAttributesCommand({ Bucket: name, Key: 'big', ObjectAttributes: ['ObjectSize', 'ObjectParts', 'Checksum'] }));
      expect(head).toMatchObject({ ContentLength: 5 * MB + 4, ContentType: 'text/plain', ETag: expect.stringMatching(/^"[0-9a-f]{32}-2"$/) as string });
      expect(attributes).toMatchObject({ ObjectSize: 5 * MB + 4, ObjectParts: { TotalPartsCount: 2 }, Checksum: { ChecksumType: 'COMPOSITE', ChecksumCRC32: expect.stringMatching(/-2$/) as string } });
      await expect(get(name, 'big', { Range: `bytes=${5 * MB - 1}-` })).resolves.toBe('atail');
      await expect(get(name, 'big', { PartNumber: 2 })).resolves.toBe('tail');
    });

    it('are refused when a part is too small, missing or out of order', async () => {
      const name = await bucket();
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'big' }));
      const parts = await Promise.all([1, 2].map(async (PartNumber) => ({ PartNumber, ETag: (await s3.send(new UploadPartCommand({ Bucket: name, Key: 'big', UploadId, PartNumber, Body: Buffer.from('small') }))).ETag })));
      const complete = (Parts: { PartNumber: number; ETag?: string }[]) => s3.send(new CompleteMultipartUploadCommand({ Bucket: name, Key: 'big', UploadId, MultipartUpload: { Parts } }));

      await expect(complete(parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
      await expect(complete([...parts].reverse())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
      await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    });
  });

  describe('in buckets', () => {
    it('whose names are the world\'s, in one region', async () => {
      const name = await bucket();
      const stranger = cloud.client(S3Client, { account: '222222222222', region: REGION });
      const elsewhere = cloud.client(S3Client, { account: ACCOUNT, region: 'eu-central-1' });
      const create = (client: S3Client) => client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: REGION } }));

      await expect(create(stranger)).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
      await expect(create(s3)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
      await expect(elsewhere.send(new ListObjectsV2Command({ Bucket: name }))).rejects.toMatchObject({ name: 'PermanentRedirect' });
      await expect(s3.send(new HeadBucketCommand({ Bucket: name }))).resolves.toMatchObject({ BucketRegion: REGION });
      await expect(stranger.send(new ListBucketsCommand({}))).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    });

    it('that are deleted only when they are empty', async () => {
      const name = await bucket();
      await put(name, 'a', 'x');
      await expect(s3.send(new DeleteBucketCommand({ Bucket: name }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
      await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'a' }));
      await s3.send(new DeleteBucketCommand({ Bucket: name }));

      await expect(s3.send(new HeadBucketCommand({ Bucket: name }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    });

    it.each(['Upper', 'ab', 'has_underscore', '10.0.0.1'])('that may not be called %s', async (Bucket) => {
      await expect(s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }))).rejects.toMatchObject({ name: 'InvalidBucketName' });
    });
  });
});
