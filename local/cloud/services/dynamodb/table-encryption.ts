import { CreateGrantCommand, DecryptCommand, DescribeKeyCommand, GenerateDataKeyWithoutPlaintextCommand } from '@aws-sdk/client-kms';
import type { SSESpecification } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { nameOf, type Principal } from '../../gateway/principal';
import type { Call, Place } from '../../gateway/service';
import type { Table, TableEncryption } from './table';

const SERVICE_PRINCIPAL = 'dynamodb.amazonaws.com';
const DEFAULT_KEY = 'alias/aws/dynamodb';
const TABLE_KEY_CACHE_MS = 5 * 60_000;
const DATA_KEY_BYTES = 32;

/**
 * Tables under KMS keys: the caller's permissions make the table's key and open it, and an open key is kept for five minutes
 * for each caller.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
export class TableEncryptions {
  private readonly openUntilMs = new Map<string, number>();

  constructor(private readonly context: Pick<CloudContext, 'as' | 'clock'>) {}

  /** Makes the key of a table, or none for a table under a key that AWS owns and nobody sees. */
  async create(specification: SSESpecification | undefined, name: string, { principal, ...place }: Place & { readonly principal: Principal }): Promise<TableEncryption | undefined> {
    if (!specification?.Enabled) return undefined;
    const kms = this.context.as(principal, place, SERVICE_PRINCIPAL);
    const KeyId = specification.KMSMasterKeyId ?? DEFAULT_KEY;
    try {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      const keyArn = KeyMetadata?.Arn ?? '';
      const service = `dynamodb.${place.region}.amazonaws.com`;
      if (KeyMetadata?.KeyManager === 'CUSTOMER') {
        await kms.send(
          new CreateGrantCommand({ KeyId: keyArn, GranteePrincipal: service, RetiringPrincipal: service, Operations: ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey', 'RetireGrant'] }),
        );
      }
      const { CiphertextBlob = Buffer.of() } = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyArn, NumberOfBytes: DATA_KEY_BYTES, EncryptionContext: contextOf(name, place) }));
      return { keyArn, encryptedTableKey: CiphertextBlob };
    } catch (error) {
      throw translate(error);
    }
  }

  /** Fails unless the caller can open the table's key, or has lately. */
  async open({ arn, name, account, region, encryption }: Table, { principal }: Pick<Call, 'principal'>): Promise<void> {
    if (!encryption) return;
    const id = `${arn} ${nameOf(principal)}`;
    const nowMs = this.context.clock.nowMs();
    if (nowMs < (this.openUntilMs.get(id) ?? 0)) return;
    const place = { account, region };
    try {
      const kms = this.context.as(principal, place, SERVICE_PRINCIPAL);
      await kms.send(new DecryptCommand({ KeyId: encryption.keyArn, CiphertextBlob: encryption.encryptedTableKey, EncryptionContext: contextOf(name, place) }));
    } catch (error) {
      throw translate(error);
    }
    this.openUntilMs.set(id, nowMs + TABLE_KEY_CACHE_MS);
  }
}

function contextOf(name: string, { account }: Place): Readonly<Record<string, string>> {
  return { 'aws:dynamodb:tableName': name, 'aws:dynamodb:subscriberId': account };
}

function translate(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.code === 'AccessDeniedException') return new AwsError('AccessDeniedException', `KMS key access denied error: ${error.message}`, { status: 400 });
  return new AwsError('InaccessibleEncryptionCredentialsException', error.message, { status: 400 });
}
