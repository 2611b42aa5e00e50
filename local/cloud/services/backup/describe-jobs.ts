import type { BackupJob as ApiBackupJob, CopyJob as ApiCopyJob, RestoreJobsListMember } from '@aws-sdk/client-backup';
import { vaultArn } from './backup-arn';
import type { BackupJob, CopyJob, RestoreJob } from './state/job';

export function describeBackupJob(job: BackupJob): ApiBackupJob {
  const { vault, recoveryPoint } = job;
  return {
    AccountId: job.place.account,
    BackupJobId: job.id,
    BackupVaultName: vault.name,
    BackupVaultArn: vaultArn(vault),
    VaultType: 'BACKUP_VAULT',
    RecoveryPointArn: recoveryPoint?.arn,
    RecoveryPointLifecycle: job.lifecycle,
    EncryptionKeyArn: recoveryPoint?.keyArn,
    IsEncrypted: true,
    ResourceArn: job.resourceArn,
    ResourceType: job.resourceType,
    ResourceName: job.resourceName,
    CreationDate: job.createdAt,
    InitiationDate: job.startedAt,
    CompletionDate: job.completedAt,
    State: job.state,
    StatusMessage: job.statusMessage,
    MessageCategory: job.messageCategory,
    PercentDone: job.percentDone.toFixed(1),
    BackupSizeInBytes: recoveryPoint?.sizeBytes,
    IamRoleArn: job.roleArn,
    CreatedBy: job.createdBy,
    StartBy: job.startBy,
    IsParent: false,
  };
}

export function describeCopyJob(job: CopyJob): ApiCopyJob {
  const { source, recoveryPoint } = job;
  return {
    AccountId: job.place.account,
    CopyJobId: job.id,
    SourceBackupVaultArn: vaultArn(source),
    SourceRecoveryPointArn: recoveryPoint.arn,
    DestinationBackupVaultArn: job.destinationVaultArn,
    DestinationRecoveryPointLifecycle: job.lifecycle,
    ResourceArn: recoveryPoint.resourceArn,
    ResourceType: recoveryPoint.resourceType,
    ResourceName: recoveryPoint.resourceName,
    BackupSizeInBytes: recoveryPoint.sizeBytes,
    CreationDate: job.createdAt,
    CompletionDate: job.completedAt,
    State: job.state,
    StatusMessage: job.statusMessage,
    MessageCategory: job.messageCategory,
    IamRoleArn: job.roleArn,
    CreatedBy: job.createdBy,
    CreatedByBackupJobId: job.createdByBackupJobId,
    IsParent: false,
  };
}

export function describeRestoreJob(job: RestoreJob): RestoreJobsListMember & { readonly RestoreJobId: string } {
  const { recoveryPoint, vault } = job;
  return {
    AccountId: job.place.account,
    RestoreJobId: job.id,
    RecoveryPointArn: recoveryPoint.arn,
    RecoveryPointCreationDate: recoveryPoint.createdAt,
    SourceResourceArn: recoveryPoint.resourceArn,
    BackupVaultArn: vaultArn(vault),
    CreationDate: job.createdAt,
    CompletionDate: job.completedAt,
    Status: job.status,
    StatusMessage: job.statusMessage,
    PercentDone: `${job.percentDone.toFixed(2)}%`,
    BackupSizeInBytes: recoveryPoint.sizeBytes,
    IamRoleArn: job.roleArn,
    CreatedResourceArn: job.createdResourceArn,
    ResourceType: recoveryPoint.resourceType,
    IsParent: false,
  };
}
