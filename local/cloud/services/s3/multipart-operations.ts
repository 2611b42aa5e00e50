import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Principal } from '../../gateway/principal';
import type { Call, Operations } from '../../gateway/service';
import type { BodyStore } from './body-store';
import type { Bucket, BucketState, ObjectContent, UploadedPart } from './bucket';
import { compositeChecksums, md5, verifiedChecksums } from './checksum';
import { describeEncryption, versionOf } from './describe-object';
import { rangeIn } from './object-range';
import { encryptionIn, headersIn, readCopySource, refuseAcl, versionNamed } from './object-request';
import { sameEtag, type ObjectStore } from './object-store';
import { readTagging } from './object-tags';
import { bucketAccess, objectAccess, readAccess, writeAccess } from './s3-access';

const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/** An upload in parts that is neither complete nor aborted. */
export interface Upload {
  readonly id: string;
  readonly bucket: Bucket;
  readonly key: string;
  readonly startedAt: Date;
  readonly request: sdk.CreateMultipartUploadCommandInput;
  /** Under a KMS key, the key is used from the start: each part opens it. */
  readonly keyProof: ObjectContent;
  readonly parts: Map<number, UploadedPart>;
}

/** The uploads of all buckets. */
export class Uploads {
  private readonly uploads = new Map<string, Upload>();

  add(upload: Upload): void {
    this.uploads.set(upload.id, upload);
  }

  remove({ id }: Upload): void {
    this.uploads.delete(id);
  }

  of(bucket: Bucket): readonly Upload[] {
    return [...this.uploads.values()].filter((upload) => upload.bucket === bucket);
  }

  named(bucket: Bucket, key: string | undefined, id: string | undefined): Upload {
    const upload = this.uploads.get(id ?? '');
    if (!upload || upload.bucket !== bucket || upload.key !== key) {
      throw new AwsError('NoSuchUpload', 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', { status: 404 });
    }
    return upload;
  }
}

/** Uploads in parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function multipartOperations(state: BucketState, store: ObjectStore, uploads: Uploads, bodies: BodyStore): Operations<typeof sdk> {
  const { clock, encryption } = store;
  const writing = ({ Bucket: name, Key: key = '' }: { Bucket: string | undefined; Key: string | undefined }, call: Call) => [objectAccess(state.named(name, call), key, 's3:PutObject')];
  const addPart = async (input: { Bucket: string | undefined; Key: string | undefined; UploadId: string | undefined; PartNumber: number | undefined }, bytes: Buffer, call: Call): Promise<UploadedPart> => {
    const upload = uploads.named(state.named(input.Bucket, call), input.Key, input.UploadId);
    await encryption.reveal(upload.keyProof, upload.bucket, upload.key, call.principal);
    const part: UploadedPart = {
      number: input.PartNumber ?? 0,
      etag: `"${md5(bytes).toString('hex')}"`,
      body: await bodies.put(bytes),
      checksums: verifiedChecksums(bytes, input),
      modifiedAt: clock.now(),
    };
    upload.parts.set(part.number, part);
    return part;
  };
  return {
    CreateMultipartUpload: {
      access: (input, call) => writeAccess(state, input, call, clock.now()),
      run: async (input, call) => {
        refuseAcl(input);
        const bucket = state.named(input.Bucket, call);
        const upload: Upload = {
          id: randomBytes(32).toString('base64url'),
          bucket,
          key: input.Key ?? '',
          startedAt: clock.now(),
          request: input,
          keyProof: await encryption.protect(Buffer.of(), bucket, input.Key ?? '', encryptionIn(input, bucket) ?? bucket.encryption, call.principal),
          parts: new Map(),
        };
        uploads.add(upload);
        return { Bucket: bucket.name, Key: upload.key, UploadId: upload.id, ChecksumAlgorithm: input.ChecksumAlgorithm };
      },
    },
    UploadPart: {
      access: writing,
      run: async (input, call) => {
        const part = await addPart(input, Buffer.from((input.Body as Uint8Array | string | undefined) ?? ''), call);
        return { ETag: part.etag, ...part.checksums };
      },
    },
    UploadPartCopy: {
      access: (input, call) => {
        const { bucket: Bucket, key: Key, versionId: VersionId } = readCopySource(input.CopySource);
        return [...readAccess(state, { Bucket, Key, VersionId }, call), ...writing(input, call)];
      },
      run: async (input, call) => {
        const source = readCopySource(input.CopySource);
        const from = state.named(source.bucket, call);
        const version = versionNamed(from, source.key, source.versionId);
        const bytes = await encryption.reveal(version.content, from, version.key, call.principal);
        const range = rangeIn({ Range: input.CopySourceRange }, version);
        const part = await addPart({ Bucket: input.Bucket, Key: input.Key, UploadId: input.UploadId, PartNumber: input.PartNumber }, range ? bytes.subarray(range.first, range.last + 1) : bytes, call);
        return { CopyPartResult: { ETag: part.etag, LastModified: part.modifiedAt } };
      },
    },
    CompleteMultipartUpload: {
      access: writing,
      run: async (input, call) => {
        const bucket = state.named(input.Bucket, call);
        const upload = uploads.named(bucket, input.Key, input.UploadId);
        const version = await complete(store, upload, input, call.principal);
        uploads.remove(upload);
        return { Bucket: bucket.name, Key: upload.key, Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${upload.key}`, ETag: version.etag, ...version.checksums, ChecksumType: version.checksumType, ...versionOf(bucket, version), ...describeEncryption(version) };
      },
    },
    AbortMultipartUpload: {
      access: ({ Bucket: name, Key: key = '' }, call) => [objectAccess(state.named(name, call), key, 's3:AbortMultipartUpload')],
      run: (input, call) => {
        uploads.remove(uploads.named(state.named(input.Bucket, call), input.Key, input.UploadId));
        return {};
      },
    },
    ListParts: {
      access: ({ Bucket: name, Key: key = '' }, call) => [objectAccess(state.named(name, call), key, 's3:ListMultipartUploadParts')],
      run: ({ Bucket: name, Key: key, UploadId, MaxParts = 1000, PartNumberMarker }, call) => {
        const upload = uploads.named(state.named(name, call), key, UploadId);
        const after = [...upload.parts.values()].sort((a, b) => a.number - b.number).filter(({ number }) => number > Number(PartNumberMarker ?? 0));
        const parts = after.slice(0, MaxParts);
        return {
          Bucket: upload.bucket.name,
          Key: upload.key,
          UploadId: upload.id,
          MaxParts,
          IsTruncated: after.length > MaxParts,
          ...(after.length > MaxParts && { NextPartNumberMarker: String(parts.at(-1)?.number) }),
          Parts: parts.map(({ number, etag, body, checksums, modifiedAt }) => ({ PartNumber: number, ETag: etag, Size: body.size, LastModified: modifiedAt, ...checksums })),
        };
      },
    },
    ListMultipartUploads: {
      access: ({ Bucket: name, Prefix }, call) => [bucketAccess(state.named(name, call), 's3:ListBucketMultipartUploads', Prefix === undefined ? {} : { 's3:prefix': Prefix })],
      run: ({ Bucket: name, Prefix = '' }, call) => {
        const bucket = state.named(name, call);
        const Uploads = uploads.of(bucket).filter(({ key }) => key.startsWith(Prefix)).map(({ id, key, startedAt }) => ({ UploadId: id, Key: key, Initiated: startedAt, StorageClass: 'STANDARD' as const }));
        return { Bucket: bucket.name, Prefix, IsTruncated: false, MaxUploads: 1000, Uploads };
      },
    },
  };
}

async function complete(store: ObjectStore, upload: Upload, input: sdk.CompleteMultipartUploadCommandInput, caller: Principal) {
  const { bucket, key, request } = upload;
  const parts = orderedParts(upload, input.MultipartUpload?.Parts ?? []);
  await store.encryption.reveal(upload.keyProof, bucket, key, caller);
  const bodies = await Promise.all(parts.map(({ body }) => body.read()));
  const etag = `${md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag.replaceAll('"', ''), 'hex')))).toString('hex')}-${parts.length}`;
  return store.put(
    bucket,
    {
      key,
      bytes: Buffer.concat(bodies),
      headers: headersIn(request),
      tags: readTagging(request.Tagging ?? ''),
      checksums: compositeChecksums(parts.map(({ checksums }) => checksums)),
      storageClass: request.StorageClass,
      encryption: encryptionIn(request, bucket),
      lock: request,
      condition: input,
      parts: { etag, sizes: parts.map(({ body }) => body.size) },
    },
    caller,
    'CompleteMultipartUpload',
  );
}

function orderedParts(upload: Upload, wanted: readonly sdk.CompletedPart[]): readonly UploadedPart[] {
  if (wanted.length === 0) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', { status: 400 });
  const numbers = wanted.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.', { status: 400 });
  const parts = wanted.map(({ PartNumber = 0, ETag = '' }) => {
    const part = upload.parts.get(PartNumber);
    if (!part || !sameEtag(part.etag, ETag)) throw new AwsError('InvalidPart', "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.", { status: 400 });
    return part;
  });
  if (parts.slice(0, -1).some(({ body }) => body.size < SMALLEST_PART_BYTES)) throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', { status: 400 });
  return parts;
}
