import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call, Operations } from '../../gateway/service';
import { findVersion, type Bucket, type BucketState, type ObjectVersion } from './bucket';
import { verifiedChecksums } from './checksum';
import { describeEncryption, describeObject, versionOf } from './describe-object';
import { rangeIn } from './object-range';
import { encryptionIn, headersIn, readCopySource, refuseAcl, versionNamed } from './object-request';
import { preconditionFailed, sameEtag, type NewObject, type ObjectStore } from './object-store';
import { readTagging } from './object-tags';
import { actionFor, existingTagContext, objectAccess, readAccess, requestTagContext, versionContext, writeAccess } from './s3-access';

const MOST_DELETIONS = 1000;

/** Writing, reading, copying and deleting objects. Inside the cloud, `Body` is a `Buffer` both ways. */
export function objectOperations(state: BucketState, store: ObjectStore, context: CloudContext): Operations<typeof sdk> {
  const { clock } = store;
  return {
    PutObject: {
      access: (input, call) => writeAccess(state, input, call, clock.now()),
      run: async (input, call) => {
        refuseAcl(input);
        const bucket = state.named(input.Bucket, call);
        const version = await store.put(bucket, newObject(input, bucket), call.principal);
        return { ETag: version.etag, ...version.checksums, ChecksumType: version.checksumType, ...versionOf(bucket, version), ...describeEncryption(version) };
      },
    },
    GetObject: {
      access: (input, call) => readAccess(state, input, call),
      run: async (input, call) => {
        const bucket = state.named(input.Bucket, call);
        const version = versionNamed(bucket, input.Key ?? '', input.VersionId);
        checkReadConditions(input, version);
        const range = rangeIn(input, version);
        const bytes = await store.encryption.reveal(version.content, bucket, version.key, call.principal);
        const described = describeObject(bucket, version, { withChecksums: input.ChecksumMode === 'ENABLED' && !range });
        const body = range ? bytes.subarray(range.first, range.last + 1) : bytes;
        return {
          ...described,
          ...overrides(input),
          // The SDK's type is a stream, which the gateway makes of it.
          Body: body as never,
          ContentLength: body.length,
          ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${version.size}` }),
          ...(input.PartNumber !== undefined && version.partSizes && { PartsCount: version.partSizes.length }),
        };
      },
    },
    HeadObject: {
      access: (input, call) => readAccess(state, input, call),
      run: (input, call) => {
        const bucket = state.named(input.Bucket, call);
        if (input.VersionId === undefined && !findVersion(bucket, input.Key ?? '', undefined)) throw new AwsError('NotFound', 'Not Found', { status: 404 });
        const version = versionNamed(bucket, input.Key ?? '', input.VersionId);
        checkReadConditions(input, version);
        const { ContentLength, ...described } = describeObject(bucket, version, { withChecksums: input.ChecksumMode === 'ENABLED' });
        const range = rangeIn(input, version);
        return { ...described, ContentLength: range ? range.last - range.first + 1 : ContentLength, ...(input.PartNumber !== undefined && version.partSizes && { PartsCount: version.partSizes.length }) };
      },
    },
    GetObjectAttributes: {
      access: (input, call) => [...readAccess(state, input, call), ...readAccess(state, input, call, 'GetObjectAttributes')],
      run: (input, call) => {
        const bucket = state.named(input.Bucket, call);
        const version = versionNamed(bucket, input.Key ?? '', input.VersionId);
        const wanted = new Set<string>(input.ObjectAttributes);
        return {
          LastModified: version.createdAt,
          ...versionOf(bucket, version),
          ...(wanted.has('ETag') && { ETag: version.etag.replaceAll('"', '') }),
          ...(wanted.has('ObjectSize') && { ObjectSize: version.size }),
          ...(wanted.has('StorageClass') && { StorageClass: version.storageClass }),
          ...(wanted.has('Checksum') && version.checksumType && { Checksum: { ...version.checksums, ChecksumType: version.checksumType } }),
          ...(wanted.has('ObjectParts') && version.partSizes && { ObjectParts: { TotalPartsCount: version.partSizes.length } }),
        };
      },
    },
    CopyObject: {
      access: (input, call) => {
        const source = readCopySource(input.CopySource);
        const from = { Bucket: source.bucket, Key: source.key, VersionId: source.versionId };
        const sourceTags = findVersion(state.named(source.bucket, call), source.key, source.versionId)?.tags ?? {};
        const copiesTags = input.TaggingDirective !== 'REPLACE' && Object.keys(sourceTags).length > 0;
        const destination = writeAccess(state, input, call, clock.now(), { 's3:x-amz-copy-source': `${source.bucket}/${source.key}`, ...(input.MetadataDirective && { 's3:x-amz-metadata-directive': input.MetadataDirective }) });
        return [
          ...readAccess(state, from, call),
          ...(copiesTags ? readAccess(state, from, call, 'GetObjectTagging') : []),
          ...destination,
          ...(copiesTags ? [objectAccess(state.named(input.Bucket, call), input.Key ?? '', 's3:PutObjectTagging', requestTagContext(sourceTags))] : []),
        ];
      },
      run: (input, call) => copyObject(state, store, input, call),
    },
    DeleteObject: {
      access: ({ Bucket: name, Key: key = '', VersionId, BypassGovernanceRetention, IfMatch }, call) => {
        const bucket = state.named(name, call);
        const keys = { ...versionContext(VersionId), ...existingTagContext(findVersion(bucket, key, VersionId)), ...(IfMatch && { 's3:if-match': IfMatch }) };
        return [
          objectAccess(bucket, key, actionFor('DeleteObject', VersionId), keys),
          ...(BypassGovernanceRetention ? [objectAccess(bucket, key, 's3:BypassGovernanceRetention')] : []),
        ];
      },
      run: ({ Bucket: name, Key: key = '', VersionId, BypassGovernanceRetention, IfMatch }, call) => {
        const bucket = state.named(name, call);
        const deleted = store.delete(bucket, key, VersionId, { bypass: BypassGovernanceRetention ?? false, IfMatch });
        if (!deleted) return VersionId === undefined ? {} : { VersionId };
        return { ...(!deleted.content && { DeleteMarker: true }), ...versionOf(bucket, deleted) };
      },
    },
    DeleteObjects: {
      // Each object is asked about by itself, and one that may not be deleted does not keep the others.
      access: () => [],
      run: async (input, call) => {
        const { Objects = [], Quiet } = input.Delete ?? {};
        state.named(input.Bucket, call);
        if (Objects.length > MOST_DELETIONS) throw new AwsError('MalformedXML', `the request has ${Objects.length} objects, allowed: at most ${MOST_DELETIONS}`, { status: 400 });
        const Deleted: sdk.DeletedObject[] = [];
        const Errors: sdk._Error[] = [];
        for (const { Key, VersionId, ETag } of Objects) {
          try {
            const command = new DeleteObjectCommand({ Bucket: input.Bucket, Key, VersionId, BypassGovernanceRetention: input.BypassGovernanceRetention, IfMatch: ETag });
            const { DeleteMarker, VersionId: made } = await context.as(call.principal, call, call.via).send(command);
            Deleted.push({ Key, VersionId, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: made }) });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
          }
        }
        return { ...(!Quiet && { Deleted }), ...(Errors.length > 0 && { Errors }) };
      },
    },
  };
}

function newObject(input: sdk.PutObjectCommandInput, bucket: Bucket): NewObject {
  const bytes = Buffer.from((input.Body as Uint8Array | string | undefined) ?? '');
  return {
    key: input.Key ?? '',
    bytes,
    headers: headersIn(input),
    tags: readTagging(input.Tagging ?? ''),
    checksums: verifiedChecksums(bytes, input),
    storageClass: input.StorageClass,
    encryption: encryptionIn(input, bucket),
    lock: input,
    condition: input,
  };
}

async function copyObject(state: BucketState, store: ObjectStore, input: sdk.CopyObjectCommandInput, call: Call): Promise<Omit<sdk.CopyObjectCommandOutput, '$metadata'>> {
  refuseAcl(input);
  const source = readCopySource(input.CopySource);
  const from = state.named(source.bucket, call);
  const to = state.named(input.Bucket, call);
  const original = versionNamed(from, source.key, source.versionId);
  const { CopySourceIfMatch: IfMatch, CopySourceIfNoneMatch: IfNoneMatch } = input;
  checkReadConditions({ IfMatch }, original);
  if (IfNoneMatch !== undefined && sameEtag(IfNoneMatch, original.etag)) throw preconditionFailed();
  const isInPlace = from === to && source.key === input.Key && source.versionId === undefined;
  const changesNothing = input.MetadataDirective !== 'REPLACE' && input.TaggingDirective !== 'REPLACE' && !input.ServerSideEncryption && !input.StorageClass;
  if (isInPlace && changesNothing) {
    throw new AwsError('InvalidRequest', 'This copy request is illegal because it is trying to copy an object to itself without changing the object\'s metadata, storage class, website redirect location or encryption attributes.', { status: 400 });
  }
  const object: NewObject = {
    key: input.Key ?? '',
    bytes: await store.encryption.reveal(original.content, from, original.key, call.principal),
    headers: input.MetadataDirective === 'REPLACE' ? headersIn(input) : original.headers,
    tags: input.TaggingDirective === 'REPLACE' ? readTagging(input.Tagging ?? '') : original.tags,
    checksums: original.checksumType === 'FULL_OBJECT' ? original.checksums : {},
    storageClass: input.StorageClass,
    encryption: encryptionIn(input, to),
    lock: input,
    condition: input,
  };
  const version = await store.put(to, object, call.principal, 'Copy');
  return {
    CopyObjectResult: { ETag: version.etag, LastModified: version.createdAt, ...version.checksums, ChecksumType: version.checksumType },
    ...(from.versioning !== undefined && { CopySourceVersionId: original.versionId }),
    ...versionOf(to, version),
    ...describeEncryption(version),
  };
}

type ReadConditions = Pick<sdk.GetObjectCommandInput, 'IfMatch' | 'IfNoneMatch' | 'IfModifiedSince' | 'IfUnmodifiedSince'>;

/** https://www.rfc-editor.org/rfc/rfc9110#name-precedence-of-preconditions */
function checkReadConditions({ IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: ReadConditions, { etag, createdAt }: ObjectVersion): void {
  const modifiedAt = Math.floor(createdAt.getTime() / 1000) * 1000;
  if (IfMatch !== undefined ? !sameEtag(IfMatch, etag) : IfUnmodifiedSince && modifiedAt > IfUnmodifiedSince.getTime()) throw preconditionFailed();
  if (IfNoneMatch !== undefined ? sameEtag(IfNoneMatch, etag) : IfModifiedSince && modifiedAt <= IfModifiedSince.getTime()) {
    throw new AwsError('NotModified', 'Not Modified', { status: 304 });
  }
}

function overrides(input: sdk.GetObjectCommandInput): Partial<sdk.GetObjectOutput> {
  return {
    ...(input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType }),
    ...(input.ResponseContentDisposition !== undefined && { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding !== undefined && { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl }),
  };
}
