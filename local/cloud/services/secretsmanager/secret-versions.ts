import { randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Call } from '../../gateway/service';
import { CURRENT, moveStage, type Secret, type SecretVersion } from './secret';
import type { SecretEncryption, SecretValue } from './secret-encryption';

const LARGEST_VALUE_BYTES = 65_536;

export interface NewVersion {
  readonly value: SecretValue;
  /** Becomes the version's id, so that a repeated request makes no second version. */
  readonly token: string | undefined;
  readonly stages: readonly string[];
}

/** Adds versions to secrets. */
export class SecretVersions {
  constructor(
    private readonly encryption: SecretEncryption,
    private readonly clock: CloudClock,
  ) {}

  /** Stores the value as a version with these staging labels; the first version of a secret is always current. */
  async put(secret: Secret, { value, token = randomUUID(), stages }: NewVersion, call: Call): Promise<SecretVersion> {
    const existing = secret.versions.get(token);
    if (existing?.sealed) return this.repeated(secret, existing, value, call);
    const version: SecretVersion = existing ?? {
      id: token,
      createdAt: this.clock.now(),
      isBinary: 'SecretBinary' in value,
      sealed: undefined,
      stages: new Set(),
      lastAccessedAt: undefined,
    };
    version.sealed = await this.encryption.seal(value, secret, token, call);
    const isFirst = ![...secret.versions.values()].some(({ sealed }) => sealed);
    secret.versions.set(token, version);
    for (const stage of isFirst ? new Set([CURRENT, ...stages]) : stages) moveStage(secret, stage, version);
    secret.changedAt = this.clock.now();
    return version;
  }

  /** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html#SecretsManager-PutSecretValue-request-ClientRequestToken */
  private async repeated(secret: Secret, existing: SecretVersion, value: SecretValue, call: Call): Promise<SecretVersion> {
    if (sameValue(await this.encryption.open(secret, existing, call), value)) return existing;
    const message = `You can't use ClientRequestToken ${existing.id} because that value is already in use for a version of secret ${secret.arn}.`;
    throw new AwsError('ResourceExistsException', message);
  }
}

/** The value that a request carries, or nothing. */
export function valueIn({ SecretString, SecretBinary }: { readonly SecretString?: string | undefined; readonly SecretBinary?: Uint8Array | undefined }): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) throw new AwsError('InvalidParameterException', 'You can\'t specify both a binary secret value and a string secret value in the same secret.');
  const bytes = Buffer.byteLength(SecretString ?? SecretBinary ?? '');
  if (bytes > LARGEST_VALUE_BYTES) throw new AwsError('InvalidParameterException', `the value has ${bytes} bytes, allowed: at most ${LARGEST_VALUE_BYTES}`);
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
}

function sameValue(a: SecretValue, b: SecretValue): boolean {
  if ('SecretString' in a) return 'SecretString' in b && a.SecretString === b.SecretString;
  return 'SecretBinary' in b && Buffer.from(a.SecretBinary).equals(Buffer.from(b.SecretBinary));
}
