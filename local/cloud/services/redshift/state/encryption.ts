import type { WrappedKey } from '../../kms/service-keys';

/**
 * How a warehouse is protected at rest. Without a key of the customer's it is a key that AWS owns, which nobody sees; unencrypted
 * ones cannot be made any more. https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-db-encryption.html
 */
export type Encryption = { readonly kind: 'aws-owned' } | ({ readonly kind: 'kms' } & WrappedKey);

/** The members that describe encryption in clusters and snapshots. */
export function describeEncryption(encryption: Encryption): { readonly Encrypted: true; readonly KmsKeyId?: string } {
  return { Encrypted: true, ...(encryption.kind === 'kms' && { KmsKeyId: encryption.keyArn }) };
}
