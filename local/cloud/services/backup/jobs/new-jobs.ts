import { randomUUID } from 'node:crypto';
import type { Lifecycle, RecoveryPointCreator } from '@aws-sdk/client-backup';
import type { BackupContext } from '../backup-context';
import type { BackupJob } from '../state/job';
import type { Vault } from '../state/vault';

/** What a job is to do, from a request or a rule. */
export interface NewBackupJob {
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly roleArn: string;
  readonly createdBy?: RecoveryPointCreator;
  readonly lifecycle: Lifecycle;
  readonly recoveryPointTags: Readonly<Record<string, string>>;
  readonly startWindowMinutes: number;
  readonly completionWindowMinutes: number;
}

const MINUTE_MS = 60_000;

/** Writes a job down; `runBackupJob` carries it out. */
export function newBackupJob({ cloud, estate }: BackupContext, vault: Vault, wanted: NewBackupJob): BackupJob {
  const createdAt = cloud.clock.now();
  const job: BackupJob = {
    id: newJobId(),
    place: vault.place,
    vault,
    roleArn: wanted.roleArn,
    resourceArn: wanted.resourceArn,
    resourceType: wanted.resourceType,
    resourceName: wanted.resourceName,
    createdBy: wanted.createdBy,
    lifecycle: wanted.lifecycle,
    recoveryPointTags: wanted.recoveryPointTags,
    createdAt,
    startBy: new Date(createdAt.getTime() + wanted.startWindowMinutes * MINUTE_MS),
    completeWithinMs: wanted.completionWindowMinutes * MINUTE_MS,
    completedAt: undefined,
    statusMessage: undefined,
    messageCategory: undefined,
    state: 'CREATED',
    startedAt: undefined,
    percentDone: 0,
    recoveryPoint: undefined,
  };
  estate.in(vault.place).backupJobs.set(job.id, job);
  return job;
}

export function newJobId(): string {
  return randomUUID().toUpperCase();
}
