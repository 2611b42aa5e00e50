import type { GetObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { Access, Call, ContextValue } from '../../gateway/service';
import { findVersion, type Bucket, type BucketState, type ObjectVersion } from './bucket';
import { readTagging } from './object-tags';

export type S3Access = Access & { readonly action: string };
type Context = Readonly<Record<string, ContextValue>>;

const DAY_MS = 24 * 3_600_000;

/** What IAM is asked about a bucket. Actions of S3 are not named after its operations: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export function bucketAccess(bucket: Bucket, action: string, context: Context = {}): S3Access {
  return { action, resource: bucket.arn, context: { ...requestContext(bucket), ...context }, policy: { kind: 'ordinary', account: bucket.account, document: bucket.policy } };
}

/** What IAM is asked about an object. */
export function objectAccess(bucket: Bucket, key: string, action: string, context: Context = {}): S3Access {
  return { ...bucketAccess(bucket, action, context), resource: `${bucket.arn}/${key}` };
}

/** What IAM is asked about an operation that concerns a bucket as a whole. */
export function byBucket(state: BucketState, action: string): (input: { Bucket?: string | undefined }, call: Call) => readonly Access[] {
  return ({ Bucket }, call) => [bucketAccess(state.named(Bucket, call), action)];
}

type ReadInput = Pick<GetObjectCommandInput, 'Bucket' | 'Key' | 'VersionId'>;

/**
 * What IAM is asked when an object is read. Who may not list the bucket is not told that an object does not exist.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 */
export function readAccess(state: BucketState, { Bucket: name, Key: key = '', VersionId: versionId }: ReadInput, call: Call, verb = 'GetObject'): readonly S3Access[] {
  const bucket = state.named(name, call);
  const version = findVersion(bucket, key, versionId);
  const access = objectAccess(bucket, key, actionFor(verb, versionId), { ...versionContext(versionId), ...existingTagContext(version) });
  return version ? [access] : [access, bucketAccess(bucket, 's3:ListBucket', { 's3:prefix': key })];
}

/** `s3:GetObject` becomes `s3:GetObjectVersion`, `s3:GetObjectTagging` becomes `s3:GetObjectVersionTagging`. */
export function actionFor(verb: string, versionId: string | undefined): string {
  return versionId === undefined ? `s3:${verb}` : `s3:${verb.replace('Object', 'ObjectVersion')}`;
}

export type WriteInput = Pick<
  PutObjectCommandInput,
  | 'Bucket' | 'Key' | 'Tagging' | 'ServerSideEncryption' | 'SSEKMSKeyId' | 'StorageClass' | 'ACL'
  | 'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus' | 'IfMatch' | 'IfNoneMatch'
>;

/** What IAM is asked when an object is written: a permission of its own for an ACL, for tags and for each kind of lock. */
export function writeAccess(state: BucketState, input: WriteInput, call: Call, now: Date, context: Context = {}): readonly S3Access[] {
  const bucket = state.named(input.Bucket, call);
  const key = input.Key ?? '';
  const all = { ...writeContext(input), ...lockContext(input, now), ...context };
  return [
    objectAccess(bucket, key, 's3:PutObject', all),
    // Services deliver their logs with `s3:PutObject` alone: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    ...(input.ACL && call.principal.kind !== 'service' ? [objectAccess(bucket, key, 's3:PutObjectAcl', { 's3:x-amz-acl': input.ACL })] : []),
    ...(input.Tagging ? [objectAccess(bucket, key, 's3:PutObjectTagging', requestTagContext(readTagging(input.Tagging)))] : []),
    ...(input.ObjectLockMode ? [objectAccess(bucket, key, 's3:PutObjectRetention', lockContext(input, now))] : []),
    ...(input.ObjectLockLegalHoldStatus ? [objectAccess(bucket, key, 's3:PutObjectLegalHold', lockContext(input, now))] : []),
  ];
}

/** The condition keys of tags that a request gives an object. */
export function requestTagContext(tags: Readonly<Record<string, string>>): Context {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return { 's3:RequestObjectTagKeys': keys, ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])) };
}

/** The condition keys of the tags that an object has. */
export function existingTagContext(version: ObjectVersion | undefined): Context {
  return Object.fromEntries(Object.entries(version?.tags ?? {}).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
}

export function versionContext(versionId: string | undefined): Context {
  return versionId === undefined ? {} : { 's3:versionid': versionId };
}

/** The condition keys of a request to lock an object. */
export function lockContext({ ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus }: Partial<WriteInput>, now: Date): Context {
  return {
    ...(ObjectLockMode && { 's3:object-lock-mode': ObjectLockMode }),
    ...(ObjectLockRetainUntilDate && {
      's3:object-lock-retain-until-date': ObjectLockRetainUntilDate.toISOString(),
      's3:object-lock-remaining-retention-days': Math.ceil((ObjectLockRetainUntilDate.getTime() - now.getTime()) / DAY_MS),
    }),
    ...(ObjectLockLegalHoldStatus && { 's3:object-lock-legal-hold': ObjectLockLegalHoldStatus }),
  };
}

function writeContext({ ServerSideEncryption, SSEKMSKeyId, StorageClass, ACL, IfMatch, IfNoneMatch, Tagging }: WriteInput): Context {
  return {
    ...(ServerSideEncryption && { 's3:x-amz-server-side-encryption': ServerSideEncryption }),
    ...(SSEKMSKeyId && { 's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId }),
    ...(StorageClass && { 's3:x-amz-storage-class': StorageClass }),
    ...(ACL && { 's3:x-amz-acl': ACL }),
    ...(IfMatch && { 's3:if-match': IfMatch }),
    ...(IfNoneMatch && { 's3:if-none-match': IfNoneMatch }),
    ...(Tagging && requestTagContext(readTagging(Tagging))),
  };
}

function requestContext({ account }: Bucket): Context {
  return { 's3:ResourceAccount': account, 's3:authType': 'REST-HEADER', 's3:signatureversion': 'AWS4-HMAC-SHA256', 's3:TlsVersion': '1.3' };
}
