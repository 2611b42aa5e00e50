import type { BackupVaultEvent, Lifecycle, RecoveryPointCreator, RecoveryPointStatus } from '@aws-sdk/client-backup';
import type { Timer } from '../../../gateway/clock';
import type { Place } from '../../../gateway/service';
import type { VaultLock } from '../vault-lock';

/** A copy of a resource's data, and what AWS Backup keeps about it. */
export interface RecoveryPoint {
  readonly arn: string;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly createdAt: Date;
  readonly roleArn: string;
  readonly createdBy: RecoveryPointCreator | undefined;
  readonly keyArn: string | undefined;
  completedAt: Date | undefined;
  sizeBytes: number;
  status: RecoveryPointStatus;
  statusMessage: string | undefined;
  lifecycle: Lifecycle;
  lastRestoreAt: Date | undefined;
  /** Deletes it when its lifecycle says so. */
  expiry: Timer | undefined;
  tags: Record<string, string>;
}

/** Where recovery points are kept. */
export interface Vault {
  readonly place: Place;
  readonly name: string;
  readonly createdAt: Date;
  readonly creatorRequestId: string | undefined;
  readonly keyArn: string;
  readonly recoveryPoints: Map<string, RecoveryPoint>;
  tags: Record<string, string>;
  policy: string | undefined;
  lock: VaultLock | undefined;
  notifications: { readonly topicArn: string; readonly events: readonly BackupVaultEvent[] } | undefined;
}
