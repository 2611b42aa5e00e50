import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Principal } from '../../gateway/principal';
import { Envelope, type KeyUse } from '../kms/envelope';
import type { BodyStore } from './body-store';
import type { Bucket, Encryption, ObjectContent } from './bucket';

const DEFAULT_KEY = 'alias/aws/s3';

/** Encrypts and decrypts objects, under KMS keys with the caller's permissions. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export class ObjectEncryption {
  private readonly envelope: Envelope;

  constructor(
    context: Pick<CloudContext, 'as'>,
    private readonly bodies: BodyStore,
  ) {
    this.envelope = new Envelope(context, 's3.amazonaws.com');
  }

  /** `wrapping` is how a replica's data key is made: replication encrypts one of its own, callers generate one. */
  async protect(bytes: Buffer, bucket: Bucket, key: string, encryption: Encryption, caller: Principal, wrapping: 'generate' | 'encrypt' = 'generate'): Promise<ObjectContent> {
    if (encryption.algorithm === 'AES256') return { kind: 'plain', body: await this.bodies.put(bytes) };
    const use = keyUse(bucket, key, encryption.bucketKey, caller);
    const keyId = encryption.keyId ?? DEFAULT_KEY;
    try {
      const { ciphertext, ...seal } = wrapping === 'generate' || encryption.bucketKey ? await this.envelope.seal(bytes, keyId, use) : await this.envelope.sealWithOwnKey(bytes, keyId, use);
      return { kind: 'sealed', body: await this.bodies.put(ciphertext), seal, bucketKey: encryption.bucketKey };
    } catch (error) {
      throw translate(error);
    }
  }

  async reveal(content: ObjectContent, bucket: Bucket, key: string, caller: Principal): Promise<Buffer> {
    const bytes = await content.body.read();
    if (content.kind === 'plain') return bytes;
    try {
      return await this.envelope.open({ ...content.seal, ciphertext: bytes }, keyUse(bucket, key, content.bucketKey, caller));
    } catch (error) {
      throw translate(error);
    }
  }
}

/** Keys named without an account are the caller's. With a bucket key, the bucket is the encryption context. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html */
function keyUse({ account, region, arn }: Bucket, key: string, bucketKey: boolean, caller: Principal): KeyUse {
  const place = { account: caller.kind === 'service' ? account : caller.account, region };
  return { caller, place, encryptionContext: { 'aws:s3:arn': bucketKey ? arn : `${arn}/${key}` } };
}

/** S3 passes the errors of KMS on under names of its own. */
function translate(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.code === 'AccessDeniedException') return new AwsError('AccessDenied', error.message, { status: 403 });
  return new AwsError(`KMS.${error.code}`, error.message, { status: 400 });
}
