import { CreateGrantCommand, DecryptCommand, DescribeKeyCommand, GenerateDataKeyWithoutPlaintextCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import { parseArn } from '../../../gateway/arn';
import { AwsError } from '../../../gateway/aws-error';
import type { CloudContext } from '../../../gateway/cloud-context';
import { servicePrincipal } from '../../../gateway/principal';
import type { Call, Place } from '../../../gateway/service';
import { rdsArn, type RdsResourceKind } from '../rds-arn';
import type { KmsEncryption } from '../state/encryption';

const RDS = 'rds.amazonaws.com';

/** What RDS does with a key later, without the caller. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html */
const GRANTED = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant', 'RetireGrant', 'DescribeKey'] as const;

/** The alias that stands for RDS's key in an account. */
export const DEFAULT_KEY = 'alias/aws/rds';

/**
 * The KMS keys of databases and snapshots.
 *
 * RDS looks at a key and grants itself its use with the caller's permissions, `kms:DescribeKey` and `kms:CreateGrant`, and from
 * then on uses the grant. The calls go through KMS, its key policies and IAM like any other.
 */
export class StorageKeys {
  constructor(private readonly cloud: CloudContext) {}

  /** Puts a key to use for something new. The key must be in the call's region. */
  async adopt(call: Call, keyId: string, kind: RdsResourceKind, resourceId: string): Promise<KmsEncryption> {
    const refusal = `Specified KMS key [${keyId}] does not exist, is not enabled or you do not have permissions to access it.`;
    const region = parseArn(keyId)?.region ?? call.region;
    if (region !== call.region) throw new AwsError('KMSKeyNotAccessibleFault', refusal);
    return accessible(refusal, async () => {
      const { arn, isAwsManaged } = await this.grantUse(call, call, keyId, resourceId);
      const { CiphertextBlob = new Uint8Array() } = await this.asRds(call, kind, resourceId).send(
        new GenerateDataKeyWithoutPlaintextCommand({ KeyId: arn, KeySpec: 'AES_256', EncryptionContext: encryptionContext(resourceId) }),
      );
      return { kind: 'sse-kms', keyArn: arn, isAwsManaged, resourceId, dataKey: CiphertextBlob };
    });
  }

  /** Decrypts the data key of something that exists, with the caller's access to the key: the first half of a copy or restore. */
  async open(call: Call, { keyArn, resourceId, dataKey }: KmsEncryption, kind: RdsResourceKind): Promise<void> {
    const place = { account: call.account, region: parseArn(keyArn)?.region ?? call.region };
    await accessible(`The source snapshot KMS key [${keyArn}] does not exist, is not enabled or you do not have permissions to access it.`, async () => {
      await this.grantUse(call, place, keyArn, resourceId);
      await this.asRds(place, kind, resourceId).send(
        new DecryptCommand({ KeyId: keyArn, CiphertextBlob: dataKey, EncryptionContext: encryptionContext(resourceId) }),
      );
    });
  }

  private async grantUse(call: Call, place: Place, keyId: string, resourceId: string): Promise<{ readonly arn: string; readonly isAwsManaged: boolean }> {
    const caller = this.cloud.as(call.principal, place, RDS);
    const { KeyMetadata } = await caller.send(new DescribeKeyCommand({ KeyId: keyId }));
    const arn = usableArn(KeyMetadata);
    await caller.send(
      new CreateGrantCommand({
        KeyId: arn,
        GranteePrincipal: RDS,
        Operations: [...GRANTED],
        Constraints: { EncryptionContextSubset: encryptionContext(resourceId) },
      }),
    );
    return { arn, isAwsManaged: KeyMetadata?.KeyManager === 'AWS' };
  }

  private asRds(place: Place, kind: RdsResourceKind, resourceId: string) {
    return this.cloud.as(servicePrincipal(RDS, place.account, rdsArn(kind, place, resourceId)), place);
  }
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html#Overview.Encryption.Keys.encryptioncontext */
function encryptionContext(resourceId: string): Record<string, string> {
  return { [resourceId.startsWith('cluster-') ? 'aws:rds:dbc-id' : 'aws:rds:db-id']: resourceId };
}

function usableArn(key: KeyMetadata | undefined): string {
  if (!key?.Arn || key.KeyState !== 'Enabled' || (key.KeySpec ?? 'SYMMETRIC_DEFAULT') !== 'SYMMETRIC_DEFAULT') throw new AwsError('DisabledException', 'not usable');
  return key.Arn;
}

/** RDS gives one answer to all that can be wrong with a key. */
async function accessible<T>(refusal: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof AwsError && !isTransient(error)) throw new AwsError('KMSKeyNotAccessibleFault', refusal);
    throw error;
  }
}

function isTransient({ code, status }: AwsError): boolean {
  return /throttl/i.test(code) || (status ?? 400) >= 500;
}
