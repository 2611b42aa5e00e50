import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call } from '../../gateway/service';
import type { Parameter, ParameterVersion } from './parameter';

const SERVICE_PRINCIPAL = 'ssm.amazonaws.com';
export const DEFAULT_KEY = 'alias/aws/ssm';

/**
 * Protects the values of `SecureString` parameters with the caller's permissions on the key.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
export class ParameterEncryption {
  constructor(private readonly context: Pick<CloudContext, 'as'>) {}

  async encrypt(value: string, keyId: string, parameter: Parameter, { principal }: Call): Promise<string> {
    const kms = this.context.as(principal, parameter, SERVICE_PRINCIPAL);
    try {
      const { CiphertextBlob = Buffer.of() } = await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from(value), EncryptionContext: contextOf(parameter) }));
      return Buffer.from(CiphertextBlob).toString('base64');
    } catch (error) {
      throw translate(error);
    }
  }

  async decrypt({ value }: ParameterVersion, parameter: Parameter, { principal }: Call): Promise<string> {
    const kms = this.context.as(principal, parameter, SERVICE_PRINCIPAL);
    try {
      const { Plaintext = Buffer.of() } = await kms.send(new DecryptCommand({ CiphertextBlob: Buffer.from(value, 'base64'), EncryptionContext: contextOf(parameter) }));
      return Buffer.from(Plaintext).toString();
    } catch (error) {
      throw translate(error);
    }
  }
}

function contextOf({ arn }: Parameter): Readonly<Record<string, string>> {
  return { PARAMETER_ARN: arn };
}

/** A key that cannot be used is an invalid key id, except where access is denied. */
function translate(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  return error.code === 'AccessDeniedException' ? new AwsError(error.code, error.message, { status: 400 }) : new AwsError('InvalidKeyId', error.message);
}
