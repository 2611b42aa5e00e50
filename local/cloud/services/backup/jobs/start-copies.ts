import type { CopyAction, Lifecycle, RecoveryPointCreator } from '@aws-sdk/client-backup';
import type { BackupContext } from '../backup-context';
import type { BackupJob, CopyJob } from '../state/job';
import type { RecoveryPoint, Vault } from '../state/vault';
import { newJobId } from './new-jobs';
import { runCopyJob } from './run-copy-job';

interface NewCopyJob {
  readonly roleArn: string;
  readonly recoveryPoint: RecoveryPoint;
  readonly destinationVaultArn: string;
  readonly lifecycle: Lifecycle;
  readonly createdBy?: RecoveryPointCreator | undefined;
  readonly createdByBackupJobId?: string;
}

/** Begins the copies that a rule wants of what a job has made. */
export function startCopies(backup: BackupContext, { vault, roleArn, recoveryPoint, createdBy, id }: BackupJob, actions: readonly CopyAction[]): void {
  if (!recoveryPoint) return;
  for (const { DestinationBackupVaultArn = '', Lifecycle: lifecycle = {} } of actions) {
    startCopy(backup, vault, { roleArn, recoveryPoint, destinationVaultArn: DestinationBackupVaultArn, lifecycle, createdBy, createdByBackupJobId: id });
  }
}

/** Begins one copy. */
export function startCopy(backup: BackupContext, source: Vault, { roleArn, recoveryPoint, destinationVaultArn, lifecycle, createdBy, createdByBackupJobId }: NewCopyJob): CopyJob {
  const job: CopyJob = {
    id: newJobId(),
    place: source.place,
    source,
    recoveryPoint,
    destinationVaultArn,
    roleArn,
    lifecycle,
    createdBy,
    createdByBackupJobId,
    createdAt: backup.cloud.clock.now(),
    completedAt: undefined,
    statusMessage: undefined,
    messageCategory: undefined,
    state: 'CREATED',
  };
  backup.estate.in(source.place).copyJobs.set(job.id, job);
  void runCopyJob(backup, job);
  return job;
}
