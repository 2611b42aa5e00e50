import { randomBytes } from 'node:crypto';
import type { StorageClass } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Principal } from '../../gateway/principal';
import { currentVersion, findVersion, NULL_VERSION, removeVersion, type Bucket, type Encryption, type ObjectHeaders, type ObjectVersion } from './bucket';
import { md5, type Checksums } from './checksum';
import type { ObjectEncryption } from './object-encryption';
import { checkMayDelete, lockOf, type LockRequest } from './object-lock';

/** What an object is made of. */
export interface NewObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly headers: ObjectHeaders;
  readonly tags: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
  readonly storageClass: StorageClass | undefined;
  /** By default the bucket's. */
  readonly encryption: Encryption | undefined;
  readonly lock: LockRequest;
  readonly condition: WriteCondition;
  /** Of an object made of parts. */
  readonly parts?: { readonly etag: string; readonly sizes: readonly number[] };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteCondition {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** How an object came or went. */
export type ObjectChange = 'Put' | 'Copy' | 'CompleteMultipartUpload' | 'Delete' | 'DeleteMarkerCreated' | 'Expiration' | 'ExpirationMarkerCreated';

/** Told of every change to objects. */
export interface ChangeListener {
  changed(bucket: Bucket, version: ObjectVersion, change: ObjectChange): void;
}

/** Adds and removes versions by the rules of versioning and object lock. https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html */
export class ObjectStore {
  constructor(
    readonly clock: CloudClock,
    readonly encryption: ObjectEncryption,
    private readonly listeners: readonly ChangeListener[],
  ) {}

  async put(bucket: Bucket, object: NewObject, caller: Principal, change: ObjectChange = 'Put'): Promise<ObjectVersion> {
    checkCondition(currentVersion(bucket, object.key), object.condition);
    const lock = lockOf(bucket, object.lock, this.clock.now());
    const encryption = object.encryption ?? bucket.encryption;
    const content = await this.encryption.protect(object.bytes, bucket, object.key, encryption, caller);
    // Somebody else may have written meanwhile: the condition holds for the moment in which the object appears.
    checkCondition(currentVersion(bucket, object.key), object.condition);
    const etag = object.parts?.etag ?? (content.kind === 'plain' ? md5(object.bytes) : md5(await content.body.read())).toString('hex');
    const version: ObjectVersion = {
      key: object.key,
      versionId: bucket.versioning === 'Enabled' ? newVersionId() : NULL_VERSION,
      createdAt: this.clock.now(),
      content,
      size: object.bytes.length,
      etag: `"${etag}"`,
      headers: object.headers,
      checksums: object.checksums,
      checksumType: Object.keys(object.checksums).length === 0 ? undefined : object.parts ? 'COMPOSITE' : 'FULL_OBJECT',
      partSizes: object.parts?.sizes,
      storageClass: object.storageClass ?? 'STANDARD',
      tags: object.tags,
      ...lock,
      replicationStatus: undefined,
    };
    this.add(bucket, version);
    this.tell(bucket, version, change);
    return version;
  }

  /** Deletes a version for good, or hides the object behind a delete marker. Returns what was deleted or added. */
  delete(bucket: Bucket, key: string, versionId: string | undefined, { bypass = false, IfMatch = undefined as string | undefined, byLifecycle = false } = {}): ObjectVersion | undefined {
    if (IfMatch !== undefined) checkCondition(findVersion(bucket, key, versionId), { IfMatch });
    if (versionId !== undefined || bucket.versioning === undefined) {
      const version = findVersion(bucket, key, versionId);
      if (!version) return undefined;
      checkMayDelete(version, bypass, this.clock.now());
      removeVersion(bucket, version);
      this.tell(bucket, version, byLifecycle ? 'Expiration' : 'Delete');
      return version;
    }
    const marker = deleteMarker(key, bucket.versioning === 'Enabled' ? newVersionId() : NULL_VERSION, this.clock.now());
    this.add(bucket, marker);
    this.tell(bucket, marker, byLifecycle ? 'ExpirationMarkerCreated' : 'DeleteMarkerCreated');
    return marker;
  }

  /** Puts a version in its place; the one without version id replaces its like. */
  add(bucket: Bucket, version: ObjectVersion): void {
    const others = (bucket.objects.get(version.key) ?? []).filter(({ versionId }) => versionId !== version.versionId);
    bucket.objects.set(version.key, [...others, version]);
  }

  private tell(bucket: Bucket, version: ObjectVersion, change: ObjectChange): void {
    for (const listener of this.listeners) listener.changed(bucket, version, change);
  }
}

export function deleteMarker(key: string, versionId: string, createdAt: Date): ObjectVersion {
  return {
    key,
    versionId,
    createdAt,
    content: undefined,
    size: 0,
    etag: '',
    headers: {},
    checksums: {},
    checksumType: undefined,
    partSizes: undefined,
    storageClass: 'STANDARD',
    tags: {},
    retention: undefined,
    legalHold: false,
    replicationStatus: undefined,
  };
}

function newVersionId(): string {
  return randomBytes(24).toString('base64url');
}

function checkCondition(existing: ObjectVersion | undefined, { IfMatch, IfNoneMatch }: WriteCondition): void {
  if (IfNoneMatch !== undefined && existing && (IfNoneMatch === '*' || sameEtag(IfNoneMatch, existing.etag))) throw preconditionFailed();
  if (IfMatch === undefined) return;
  if (!existing) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  if (IfMatch !== '*' && !sameEtag(IfMatch, existing.etag)) throw preconditionFailed();
}

/** Clients may leave the quotes out. */
export function sameEtag(a: string, b: string): boolean {
  return a.replaceAll('"', '') === b.replaceAll('"', '');
}

export function preconditionFailed(): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { status: 412 });
}
