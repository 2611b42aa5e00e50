import type * as sdk from '@aws-sdk/client-s3';
import type { Call, ContextValue, Operations } from '../../gateway/service';
import { currentVersion, isCurrent, type Bucket, type BucketState, type ObjectVersion } from './bucket';
import { bucketAccess } from './s3-access';

const LARGEST_PAGE = 1000;

interface ListInput {
  readonly Bucket: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

/** Either an object, or what several of them have in common up to a delimiter. */
type Entry = { readonly name: string; readonly key: string } | { readonly name: string; readonly key: undefined };

/** Listing buckets' objects and versions, in the order of their keys' bytes. */
export function listOperations(state: BucketState): Operations<typeof sdk> {
  const access = (action: string) => (input: ListInput, call: Call) => [bucketAccess(state.named(input.Bucket, call), action, listContext(input))];
  return {
    ListObjectsV2: {
      access: access('s3:ListBucket'),
      run: (input, call) => {
        const bucket = state.named(input.Bucket, call);
        const after = input.ContinuationToken === undefined ? input.StartAfter : readToken(input.ContinuationToken);
        const page = pageOf(entriesOf(currentKeys(bucket), input), after, input.MaxKeys);
        return {
          Name: bucket.name,
          Prefix: input.Prefix ?? '',
          Delimiter: input.Delimiter,
          MaxKeys: input.MaxKeys ?? LARGEST_PAGE,
          KeyCount: page.entries.length,
          IsTruncated: page.next !== undefined,
          ContinuationToken: input.ContinuationToken,
          StartAfter: input.StartAfter,
          NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64'),
          ...describeEntries(bucket, page.entries),
        };
      },
    },
    ListObjects: {
      access: access('s3:ListBucket'),
      run: (input, call) => {
        const bucket = state.named(input.Bucket, call);
        const page = pageOf(entriesOf(currentKeys(bucket), input), input.Marker, input.MaxKeys);
        return {
          Name: bucket.name,
          Prefix: input.Prefix ?? '',
          Delimiter: input.Delimiter,
          Marker: input.Marker ?? '',
          MaxKeys: input.MaxKeys ?? LARGEST_PAGE,
          IsTruncated: page.next !== undefined,
          NextMarker: input.Delimiter === undefined ? undefined : page.next,
          ...describeEntries(bucket, page.entries),
        };
      },
    },
    ListObjectVersions: {
      access: access('s3:ListBucketVersions'),
      run: (input, call) => {
        const bucket = state.named(input.Bucket, call);
        const versions = versionsAfter(bucket, input);
        const limit = input.MaxKeys ?? LARGEST_PAGE;
        const listed = versions.slice(0, limit);
        const last = listed.at(-1);
        return {
          Name: bucket.name,
          Prefix: input.Prefix ?? '',
          Delimiter: input.Delimiter,
          KeyMarker: input.KeyMarker ?? '',
          VersionIdMarker: input.VersionIdMarker ?? '',
          MaxKeys: limit,
          IsTruncated: versions.length > limit,
          ...(versions.length > limit && last && { NextKeyMarker: last.key, NextVersionIdMarker: last.versionId }),
          Versions: listed.filter(({ content }) => content).map((version) => ({ ...describeVersion(version), VersionId: version.versionId, IsLatest: isCurrent(bucket, version) })),
          DeleteMarkers: listed
            .filter(({ content }) => !content)
            .map((version) => ({ Key: version.key, VersionId: version.versionId, IsLatest: isCurrent(bucket, version), LastModified: version.createdAt })),
        };
      },
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
function listContext({ Prefix, Delimiter, MaxKeys }: ListInput): Readonly<Record<string, ContextValue>> {
  return {
    ...(Prefix !== undefined && { 's3:prefix': Prefix }),
    ...(Delimiter !== undefined && { 's3:delimiter': Delimiter }),
    ...(MaxKeys !== undefined && { 's3:max-keys': MaxKeys }),
  };
}

function currentKeys(bucket: Bucket): readonly string[] {
  return [...bucket.objects.keys()].filter((key) => currentVersion(bucket, key)).sort(byBytes);
}

function entriesOf(keys: readonly string[], { Prefix = '', Delimiter }: ListInput): readonly Entry[] {
  const entries: Entry[] = [];
  for (const key of keys) {
    if (!key.startsWith(Prefix)) continue;
    const end = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
    if (!Delimiter || end < 0) entries.push({ name: key, key });
    else {
      const common = key.slice(0, end + Delimiter.length);
      if (entries.at(-1)?.name !== common) entries.push({ name: common, key: undefined });
    }
  }
  return entries;
}

function pageOf(entries: readonly Entry[], after: string | undefined, maxKeys = LARGEST_PAGE): { readonly entries: readonly Entry[]; readonly next: string | undefined } {
  const left = after === undefined ? entries : entries.filter(({ name }) => byBytes(name, after) > 0);
  const page = left.slice(0, Math.min(maxKeys, LARGEST_PAGE));
  return { entries: page, next: left.length > page.length ? page.at(-1)?.name : undefined };
}

function describeEntries(bucket: Bucket, entries: readonly Entry[]): { readonly Contents?: sdk._Object[]; readonly CommonPrefixes?: sdk.CommonPrefix[] } {
  const contents = entries.flatMap(({ key }) => (key === undefined ? [] : (currentVersion(bucket, key) ?? []))).map(describeVersion);
  const prefixes = entries.filter(({ key }) => key === undefined).map(({ name }) => ({ Prefix: name }));
  return { ...(contents.length > 0 && { Contents: contents }), ...(prefixes.length > 0 && { CommonPrefixes: prefixes }) };
}

function describeVersion({ key, createdAt, etag, size, storageClass, checksumType }: ObjectVersion) {
  // In lists, S3's standard storage class has a name.
  return { Key: key, LastModified: createdAt, ETag: etag, Size: size, StorageClass: storageClass as 'STANDARD', ...(checksumType && { ChecksumType: checksumType }) };
}

/** Newest versions first, within the order of keys. */
function versionsAfter(bucket: Bucket, { Prefix = '', KeyMarker, VersionIdMarker }: sdk.ListObjectVersionsCommandInput): readonly ObjectVersion[] {
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(Prefix)).sort(byBytes);
  const all = keys.flatMap((key) => [...(bucket.objects.get(key) ?? [])].reverse());
  if (!KeyMarker) return all;
  const at = VersionIdMarker ? all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker) : -1;
  return at >= 0 ? all.slice(at + 1) : all.filter(({ key }) => byBytes(key, KeyMarker) > 0);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function readToken(token: string): string {
  return Buffer.from(token, 'base64').toString();
}
