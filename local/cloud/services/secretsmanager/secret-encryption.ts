import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call } from '../../gateway/service';
import { Envelope } from '../kms/envelope';
import type { Secret, SecretVersion } from './secret';

export const SERVICE_PRINCIPAL = 'secretsmanager.amazonaws.com';
const DEFAULT_KEY = 'alias/aws/secretsmanager';

/** A value as callers give and take it. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: Uint8Array };

/**
 * Protects values with the secret's key and the caller's permissions on it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class SecretEncryption {
  private readonly envelope: Envelope;

  constructor(context: Pick<CloudContext, 'as'>) {
    this.envelope = new Envelope(context, SERVICE_PRINCIPAL);
  }

  async seal(value: SecretValue, secret: Secret, versionId: string, { principal }: Pick<Call, 'principal'>, kmsKeyId = secret.kmsKeyId): Promise<NonNullable<SecretVersion['sealed']>> {
    const bytes = Buffer.from('SecretString' in value ? value.SecretString : value.SecretBinary);
    try {
      return await this.envelope.seal(bytes, kmsKeyId ?? DEFAULT_KEY, { caller: principal, place: secret, encryptionContext: contextOf(secret, versionId) });
    } catch (error) {
      throw translate(error, 'EncryptionFailure', 'encrypt');
    }
  }

  async open(secret: Secret, version: SecretVersion, { principal }: Pick<Call, 'principal'>): Promise<SecretValue> {
    if (!version.sealed) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value.");
    try {
      const bytes = await this.envelope.open(version.sealed, { caller: principal, place: secret, encryptionContext: contextOf(secret, version.id) });
      return version.isBinary ? { SecretBinary: bytes } : { SecretString: bytes.toString() };
    } catch (error) {
      throw translate(error, 'DecryptionFailure', 'decrypt');
    }
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-encryption-context */
function contextOf(secret: Secret, versionId: string): Readonly<Record<string, string>> {
  return { SecretARN: secret.arn, SecretVersionId: versionId };
}

/** The errors of KMS as Secrets Manager passes them on. https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html */
function translate(error: unknown, code: string, verb: string): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.code === 'AccessDeniedException') return new AwsError(error.code, `Access to KMS is not allowed: ${error.message}`, { status: 400 });
  return new AwsError(code, `Secrets Manager can't ${verb} the protected secret text using the provided KMS key. ${error.message}`);
}
