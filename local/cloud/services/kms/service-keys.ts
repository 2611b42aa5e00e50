import { CreateGrantCommand, DecryptCommand, DescribeKeyCommand, GenerateDataKeyWithoutPlaintextCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal, type Principal } from '../../gateway/principal';
import type { Place } from '../../gateway/service';

/** What a service does with a key later, without its caller. */
const GRANTED = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant', 'RetireGrant', 'DescribeKey'] as const;

/** What is kept under a key. */
export interface KeyedResource {
  /** Where the key is used. */
  readonly place: Place;
  readonly arn: string;
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/** A data key under a KMS key. */
export interface WrappedKey {
  readonly keyArn: string;
  readonly dataKey: Uint8Array;
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/**
 * The use that a service makes of its callers' keys.
 *
 * It looks at a key and grants itself its use with the caller's permissions, `kms:DescribeKey` and `kms:CreateGrant`, and from then
 * on uses the grant. The calls go through KMS, its key policies and IAM like any other, and fail with the errors of KMS.
 */
export class ServiceKeys {
  constructor(
    private readonly cloud: Pick<CloudContext, 'as'>,
    /** Such as `redshift.amazonaws.com`. */
    private readonly service: string,
  ) {}

  /** The ARN of the key behind an id or alias, if the caller may look at it and it can be used. */
  async inspect(caller: Principal, place: Place, keyId: string): Promise<string> {
    const { KeyMetadata } = await this.cloud.as(caller, place, this.service).send(new DescribeKeyCommand({ KeyId: keyId }));
    return usableArn(KeyMetadata);
  }

  /** Puts a key to lasting use for something new. */
  async adopt(caller: Principal, resource: KeyedResource, keyId: string): Promise<WrappedKey> {
    const keyArn = await this.grantUse(caller, resource, keyId);
    return { keyArn, dataKey: await this.newDataKey(resource, keyArn), encryptionContext: resource.encryptionContext };
  }

  /** Makes a data key with a grant that the service has already. */
  async newDataKey({ place, arn, encryptionContext }: KeyedResource, keyArn: string): Promise<Uint8Array> {
    const client = this.cloud.as(servicePrincipal(this.service, place.account, arn), place);
    const { CiphertextBlob = new Uint8Array() } = await client.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: { ...encryptionContext } }),
    );
    return CiphertextBlob;
  }

  /** Decrypts a data key with the caller's permissions, and grants the service the lasting use of its key: the first half of a restore. */
  async open(caller: Principal, place: Place, { keyArn, dataKey, encryptionContext }: WrappedKey): Promise<void> {
    await this.grantUse(caller, { place, encryptionContext }, keyArn);
    await this.cloud.as(caller, place, this.service).send(new DecryptCommand({ KeyId: keyArn, CiphertextBlob: dataKey, EncryptionContext: { ...encryptionContext } }));
  }

  /** Grants the service the lasting use of a key, for an encryption context or, where that is empty, for any; returns the key's ARN. */
  async grantUse(caller: Principal, { place, encryptionContext }: Pick<KeyedResource, 'place' | 'encryptionContext'>, keyId: string): Promise<string> {
    const keyArn = await this.inspect(caller, place, keyId);
    const isBound = Object.keys(encryptionContext).length > 0;
    await this.cloud.as(caller, place, this.service).send(
      new CreateGrantCommand({
        KeyId: keyArn,
        GranteePrincipal: this.service,
        Operations: [...GRANTED],
        ...(isBound && { Constraints: { EncryptionContextSubset: { ...encryptionContext } } }),
      }),
    );
    return keyArn;
  }
}

function usableArn(key: KeyMetadata | undefined): string {
  if (!key?.Arn) throw new Error('KMS described a key without an ARN');
  if (key.KeyState !== 'Enabled') throw new AwsError('KMSInvalidStateException', `${key.Arn} is ${key.KeyState ?? 'in no state'}.`);
  if (key.KeySpec !== 'SYMMETRIC_DEFAULT') throw new AwsError('InvalidKeyUsageException', `${key.Arn} is no symmetric key.`);
  return key.Arn;
}
