import type { CopyObjectCommandInput, CreateMultipartUploadCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import { findVersion, type Bucket, type Encryption, type ObjectHeaders, type ObjectVersion } from './bucket';

type Writes = PutObjectCommandInput | CopyObjectCommandInput | CreateMultipartUploadCommandInput;

export function headersIn(input: Writes): ObjectHeaders {
  return {
    contentType: input.ContentType,
    contentEncoding: input.ContentEncoding,
    contentDisposition: input.ContentDisposition,
    contentLanguage: input.ContentLanguage,
    cacheControl: input.CacheControl,
    metadata: input.Metadata,
  };
}

/** The encryption that a request asks for, or nothing when it leaves that to the bucket. */
export function encryptionIn({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: Writes, bucket: Bucket): Encryption | undefined {
  switch (ServerSideEncryption) {
    case undefined:
      return undefined;
    case 'AES256':
      return { algorithm: 'AES256' };
    case 'aws:kms': {
      const byDefault = bucket.encryption.algorithm === 'aws:kms' ? bucket.encryption : undefined;
      return { algorithm: 'aws:kms', keyId: SSEKMSKeyId ?? byDefault?.keyId, bucketKey: BucketKeyEnabled ?? byDefault?.bucketKey ?? false };
    }
    default:
      throw new AwsError('NotImplemented', `the local cloud encrypts with AES256 and aws:kms, not with ${ServerSideEncryption}`, { status: 501 });
  }
}

/** ACLs are a thing of the past: buckets enforce their owner. https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export function refuseAcl({ ACL }: { readonly ACL?: string | undefined }): void {
  if (ACL !== undefined && ACL !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', { status: 400 });
  }
}

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** Reads a header such as `bucket/key?versionId=id`, whose parts are URL-encoded. */
export function readCopySource(text: string | undefined): CopySource {
  const [, bucket, key = '', versionId] = /^\/?([^/]+)\/(.+?)(?:\?versionId=(.+))?$/.exec(text ?? '') ?? [];
  if (bucket === undefined) throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', { status: 400 });
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key), versionId };
}

/** The version of a request for reading, or the error that S3 gives. */
export function versionNamed(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion & { readonly content: NonNullable<ObjectVersion['content']> } {
  const version = findVersion(bucket, key, versionId);
  if (!version) {
    throw versionId === undefined
      ? new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 })
      : new AwsError('NoSuchVersion', 'The specified version does not exist.', { status: 404 });
  }
  if (!version.content) throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', { status: 405 });
  return version as ObjectVersion & { readonly content: NonNullable<ObjectVersion['content']> };
}
