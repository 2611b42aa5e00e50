import type { StorageEncryptionType } from '@aws-sdk/client-rds';

/**
 * How data at rest is protected. `sse-rds` uses a key that AWS owns and nobody sees; the older member `StorageEncrypted`
 * is false for it. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html
 */
export type Encryption = { readonly kind: 'none' } | { readonly kind: 'sse-rds' } | KmsEncryption;

/** Encryption under a KMS key that is the account's own or RDS's in the account. */
export interface KmsEncryption {
  readonly kind: 'sse-kms';
  readonly keyArn: string;
  /** Whether it is `aws/rds`, which no other account can be given access to. */
  readonly isAwsManaged: boolean;
  /** The resource whose id is in the encryption context. */
  readonly resourceId: string;
  /** The data key, encrypted under the KMS key. */
  readonly dataKey: Uint8Array;
}

/** The members that describe encryption in clusters, instances and cluster snapshots. */
export function describeEncryption(encryption: Encryption): {
  readonly StorageEncrypted: boolean;
  readonly StorageEncryptionType: StorageEncryptionType;
  readonly KmsKeyId?: string;
} {
  return {
    StorageEncrypted: encryption.kind === 'sse-kms',
    StorageEncryptionType: encryption.kind,
    ...(encryption.kind === 'sse-kms' && { KmsKeyId: encryption.keyArn }),
  };
}
