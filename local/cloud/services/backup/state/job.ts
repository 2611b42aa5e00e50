import type { BackupJobState, CopyJobState, Lifecycle, RecoveryPointCreator, RestoreJobStatus } from '@aws-sdk/client-backup';
import type { Place } from '../../../gateway/service';
import type { RecoveryPoint, Vault } from './vault';

interface Job {
  readonly id: string;
  readonly place: Place;
  readonly roleArn: string;
  readonly createdAt: Date;
  completedAt: Date | undefined;
  statusMessage: string | undefined;
  /** `SUCCESS`, `AccessDenied`, …: what kind of message it is. */
  messageCategory: string | undefined;
}

/** Makes a recovery point of a resource. */
export interface BackupJob extends Job {
  readonly vault: Vault;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly createdBy: RecoveryPointCreator | undefined;
  readonly lifecycle: Lifecycle;
  readonly recoveryPointTags: Readonly<Record<string, string>>;
  /** It does not begin after that. */
  readonly startBy: Date;
  readonly completeWithinMs: number;
  state: BackupJobState;
  startedAt: Date | undefined;
  percentDone: number;
  recoveryPoint: RecoveryPoint | undefined;
}

/** Copies a recovery point into another vault. */
export interface CopyJob extends Job {
  readonly source: Vault;
  readonly recoveryPoint: RecoveryPoint;
  readonly destinationVaultArn: string;
  readonly createdByBackupJobId: string | undefined;
  readonly createdBy: RecoveryPointCreator | undefined;
  readonly lifecycle: Lifecycle;
  state: CopyJobState;
}

/** Makes a new resource from a recovery point. */
export interface RestoreJob extends Job {
  readonly vault: Vault;
  readonly recoveryPoint: RecoveryPoint;
  readonly metadata: Readonly<Record<string, string>>;
  status: RestoreJobStatus;
  percentDone: number;
  createdResourceArn: string | undefined;
}
