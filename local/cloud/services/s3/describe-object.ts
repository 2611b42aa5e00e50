import type { GetObjectOutput } from '@aws-sdk/client-s3';
import type { Bucket, ObjectVersion } from './bucket';

/** The headers of an object, without what depends on how it is asked for. */
export function describeObject(bucket: Bucket, version: ObjectVersion, { withChecksums }: { readonly withChecksums: boolean }): Omit<GetObjectOutput, 'Body'> {
  const { headers, tags, retention, legalHold, replicationStatus, storageClass } = version;
  const tagCount = Object.keys(tags).length;
  return {
    AcceptRanges: 'bytes',
    ETag: version.etag,
    LastModified: version.createdAt,
    ContentLength: version.size,
    ContentType: headers.contentType ?? 'binary/octet-stream',
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    ContentLanguage: headers.contentLanguage,
    Metadata: headers.metadata,
    ...versionOf(bucket, version),
    ...describeEncryption(version),
    ...(storageClass !== 'STANDARD' && { StorageClass: storageClass }),
    ...(tagCount > 0 && { TagCount: tagCount }),
    ...(replicationStatus && { ReplicationStatus: replicationStatus }),
    ...(retention && { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until }),
    ...(legalHold && { ObjectLockLegalHoldStatus: 'ON' }),
    ...(withChecksums && { ...version.checksums, ChecksumType: version.checksumType }),
  };
}

/** How a version is encrypted. */
export function describeEncryption({ content }: ObjectVersion): Pick<GetObjectOutput, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'> {
  if (content?.kind !== 'sealed') return { ServerSideEncryption: 'AES256' };
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: content.seal.keyArn, ...(content.bucketKey && { BucketKeyEnabled: true }) };
}

/** Buckets that never had versioning do not speak of versions. */
export function versionOf({ versioning }: Bucket, { versionId }: ObjectVersion): { readonly VersionId?: string } {
  return versioning === undefined ? {} : { VersionId: versionId };
}
