import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';

export type EncryptionContext = Readonly<Record<string, string>>;

/** One generation of key material. */
export interface MaterialVersion {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly createdAt: Date;
  readonly origin: 'FIRST' | 'AUTOMATIC' | 'ON_DEMAND';
}

const FORMAT = 1;
const ID_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + ID_BYTES;

/**
 * The secret part of a KMS key: never leaves it. Rotation adds a version, and what older ones encrypted stays readable.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-enable-disable.html
 */
export class KeyMaterial {
  private readonly generations: { readonly version: MaterialVersion; readonly secret: Buffer }[] = [];

  constructor(createdAt: Date) {
    this.rotate('FIRST', createdAt);
  }

  get current(): MaterialVersion {
    return this.newest().version;
  }

  get versions(): readonly MaterialVersion[] {
    return this.generations.map(({ version }) => version);
  }

  rotate(origin: MaterialVersion['origin'], createdAt: Date): void {
    this.generations.push({ version: { id: randomBytes(ID_BYTES).toString('hex'), createdAt, origin }, secret: randomBytes(32) });
  }

  /** Encrypts under the current version; the result tells which version it was. */
  encrypt(plaintext: Uint8Array, context: EncryptionContext): Buffer {
    const { version, secret } = this.newest();
    const header = Buffer.concat([Buffer.of(FORMAT), Buffer.from(version.id, 'hex')]);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(authenticatedData(header, context));
    const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([header, iv, cipher.getAuthTag(), encrypted]);
  }

  /** Decrypts, or throws `InvalidCiphertextException` when bytes or encryption context are not those of the encryption. */
  decrypt(ciphertext: Uint8Array, context: EncryptionContext): { readonly plaintext: Buffer; readonly version: MaterialVersion } {
    const bytes = Buffer.from(ciphertext);
    const found = this.generations.find(({ version }) => version.id === materialIdOf(bytes));
    if (!found) throw invalidCiphertext();
    const iv = bytes.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES);
    const tag = bytes.subarray(HEADER_BYTES + IV_BYTES, HEADER_BYTES + IV_BYTES + TAG_BYTES);
    const encrypted = bytes.subarray(HEADER_BYTES + IV_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', found.secret, iv).setAAD(authenticatedData(bytes.subarray(0, HEADER_BYTES), context));
      decipher.setAuthTag(tag);
      return { plaintext: Buffer.concat([decipher.update(encrypted), decipher.final()]), version: found.version };
    } catch {
      throw invalidCiphertext();
    }
  }

  private newest(): { readonly version: MaterialVersion; readonly secret: Buffer } {
    const newest = this.generations.at(-1);
    if (!newest) throw new Error('key material has no version');
    return newest;
  }
}

/** The material version that a ciphertext names, or nothing when it is no ciphertext. */
export function materialIdOf(ciphertext: Uint8Array): string | undefined {
  if (ciphertext[0] !== FORMAT || ciphertext.length < HEADER_BYTES + IV_BYTES + TAG_BYTES) return undefined;
  return Buffer.from(ciphertext.subarray(1, HEADER_BYTES)).toString('hex');
}

export function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}

/** The order of the pairs does not matter. https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html */
function authenticatedData(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(header).update(JSON.stringify(pairs)).digest();
}
