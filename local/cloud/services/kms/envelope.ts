import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Principal } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import type { EncryptionContext } from './key-material';

const DATA_KEY_BYTES = 32;
const IV_BYTES = 12;

/** Data at rest under a data key that only a KMS key can open. */
export interface Sealed {
  /** The KMS key. */
  readonly keyArn: string;
  readonly encryptedDataKey: Uint8Array;
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly ciphertext: Buffer;
}

/** Who uses a key, and what for. */
export interface KeyUse {
  readonly caller: Principal;
  readonly place: Place;
  readonly encryptionContext: EncryptionContext;
}

/**
 * Encrypts what a service keeps for its callers, with their permissions on the key: `kms:GenerateDataKey` to seal and
 * `kms:Decrypt` to open, seen by the key's policy as coming through the service.
 *
 * Rejects with the errors of KMS, for the service to translate.
 */
export class Envelope {
  /** `service` is named as a principal, such as `secretsmanager.amazonaws.com`. */
  constructor(
    private readonly context: Pick<CloudContext, 'as'>,
    private readonly service: string,
  ) {}

  async seal(plaintext: Uint8Array, keyId: string, { caller, place, encryptionContext }: KeyUse): Promise<Sealed> {
    const kms = this.context.as(caller, place, this.service);
    const { KeyId = '', Plaintext = Buffer.of(), CiphertextBlob = Buffer.of() } = await kms.send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: encryptionContext }),
    );
    return { keyArn: KeyId, encryptedDataKey: CiphertextBlob, ...encrypt(plaintext, Plaintext) };
  }

  /** As `seal`, but the service makes the data key, for which it needs `kms:Encrypt` alone. */
  async sealWithOwnKey(plaintext: Uint8Array, keyId: string, { caller, place, encryptionContext }: KeyUse): Promise<Sealed> {
    const kms = this.context.as(caller, place, this.service);
    const dataKey = randomBytes(DATA_KEY_BYTES);
    const { KeyId = '', CiphertextBlob = Buffer.of() } = await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: dataKey, EncryptionContext: encryptionContext }));
    return { keyArn: KeyId, encryptedDataKey: CiphertextBlob, ...encrypt(plaintext, dataKey) };
  }

  async open({ keyArn, encryptedDataKey, iv, tag, ciphertext }: Sealed, { caller, place, encryptionContext }: KeyUse): Promise<Buffer> {
    const kms = this.context.as(caller, place, this.service);
    const { Plaintext = Buffer.of() } = await kms.send(new DecryptCommand({ KeyId: keyArn, CiphertextBlob: encryptedDataKey, EncryptionContext: encryptionContext }));
    const decipher = createDecipheriv('aes-256-gcm', Plaintext, iv);
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  }
}

function encrypt(plaintext: Uint8Array, dataKey: Uint8Array): Pick<Sealed, 'iv' | 'tag' | 'ciphertext'> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), ciphertext };
}
