import type {
  ChecksumType,
  LifecycleRule,
  LoggingEnabled,
  NotificationConfiguration,
  ObjectLockRetentionMode,
  ObjectOwnership,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ReplicationStatus,
  StorageClass,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import type { Place } from '../../gateway/service';
import type { Sealed } from '../kms/envelope';
import type { StoredBody } from './body-store';
import type { Checksums } from './checksum';

export const NULL_VERSION = 'null';

export type Retention = { readonly mode: ObjectLockRetentionMode; readonly until: Date };

/** How a bucket or an object is encrypted. `AES256` is with keys of S3's own. */
export type Encryption = { readonly algorithm: 'AES256' } | { readonly algorithm: 'aws:kms'; readonly keyId: string | undefined; readonly bucketKey: boolean };

/** The headers that an object gives back as it got them. */
export interface ObjectHeaders {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a version holds at rest: bytes, under a KMS key sealed ones. */
export type ObjectContent =
  | { readonly kind: 'plain'; readonly body: StoredBody }
  | { readonly kind: 'sealed'; readonly body: StoredBody; readonly seal: Omit<Sealed, 'ciphertext'>; readonly bucketKey: boolean };

/** One version of an object, or a delete marker, which has no content. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly createdAt: Date;
  readonly content: ObjectContent | undefined;
  readonly size: number;
  readonly etag: string;
  readonly headers: ObjectHeaders;
  readonly checksums: Checksums;
  readonly checksumType: ChecksumType | undefined;
  /** Sizes of the parts that a multipart upload was made of. */
  readonly partSizes: readonly number[] | undefined;
  storageClass: StorageClass;
  tags: Readonly<Record<string, string>>;
  retention: Retention | undefined;
  legalHold: boolean;
  replicationStatus: ReplicationStatus | undefined;
}

export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  readonly body: StoredBody;
  readonly checksums: Checksums;
  readonly modifiedAt: Date;
}

export interface Bucket extends Place {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  versioning: 'Enabled' | 'Suspended' | undefined;
  objectLock: { readonly defaultRetention: { readonly mode: ObjectLockRetentionMode; readonly days: number } | undefined } | undefined;
  encryption: Encryption;
  policy: string | undefined;
  publicAccess: PublicAccessBlockConfiguration | undefined;
  ownership: ObjectOwnership;
  lifecycle: { readonly rules: readonly LifecycleRule[]; timer: Timer | undefined } | undefined;
  replication: ReplicationConfiguration | undefined;
  logging: LoggingEnabled | undefined;
  notifications: NotificationConfiguration;
  tags: Readonly<Record<string, string>>;
  /** Versions by key, newest last. */
  readonly objects: Map<string, ObjectVersion[]>;
}

/** All buckets: their names are the world's. */
export class BucketState {
  private readonly buckets = new Map<string, Bucket>();

  all(): readonly Bucket[] {
    return [...this.buckets.values()];
  }

  add(bucket: Bucket): void {
    this.buckets.set(bucket.name, bucket);
  }

  remove(bucket: Bucket): void {
    this.buckets.delete(bucket.name);
  }

  find(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** The bucket of a request, which has to be made in the bucket's region. */
  named(name: string | undefined, { region }: Pick<Place, 'region'>): Bucket {
    const bucket = this.buckets.get(name ?? '');
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist');
    if (bucket.region !== region) {
      const message = `The bucket you are attempting to access must be addressed using the specified endpoint. It is in ${bucket.region}.`;
      throw new AwsError('PermanentRedirect', message, { status: 301 });
    }
    return bucket;
  }
}

/** The version of a key that a request without version id means: none when it is deleted. */
export function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.objects.get(key)?.at(-1);
  return newest?.content ? newest : undefined;
}

export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion | undefined {
  if (versionId === undefined) return currentVersion(bucket, key);
  return bucket.objects.get(key)?.find((version) => version.versionId === versionId);
}

export function isCurrent(bucket: Bucket, version: ObjectVersion): boolean {
  return bucket.objects.get(version.key)?.at(-1) === version;
}

/** Removes one version for good. */
export function removeVersion(bucket: Bucket, version: ObjectVersion): void {
  const left = (bucket.objects.get(version.key) ?? []).filter((each) => each !== version);
  if (left.length > 0) bucket.objects.set(version.key, left);
  else bucket.objects.delete(version.key);
}
