import { parseArn } from '../../../gateway/arn';
import type { CloudClient } from '../../../gateway/cloud-client';
import type { ResourceAdapter } from '../adapters/resource-adapter';
import { vaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import type { BackupJob } from '../state/job';
import type { RecoveryPoint } from '../state/vault';
import { retentionProblem } from '../vault-lock';
import { failureOf, roleClient, type Failure } from './job-role';
import { removeRecoveryPoint, scheduleDeletion } from './recovery-points';

/** Jobs wait for their turn; AWS promises only that they begin within the start window. */
const TURN_MS = 2 * 60_000;
const POLL_MS = 60_000;

/** Takes a job through its states: created, running, and completed, failed, aborted or expired. `then` follows a completed one. */
export async function runBackupJob(backup: BackupContext, adapter: ResourceAdapter, job: BackupJob, then: () => void = () => undefined): Promise<void> {
  const { clock } = backup.cloud;
  backup.notices.backupJob(job);
  try {
    await clock.sleep(TURN_MS);
    if (job.state !== 'CREATED') return;
    if (clock.now() > job.startBy) return end(backup, job, 'EXPIRED', { message: 'Backup job expired before it could start.', category: 'JobExpired' });
    const refusal = refusalOf(backup, job);
    if (refusal) return end(backup, job, 'FAILED', refusal);
    const role = await roleClient(backup, job, vaultArn(job.vault));
    await begin(backup, adapter, job, role);
    if (await follow(backup, adapter, job, role)) then();
  } catch (error) {
    endInFailure(backup, job, error);
  }
}

/** Gives up a job that has not ended. What it has made goes when it is complete. */
export function stopBackupJob(backup: BackupContext, job: BackupJob): void {
  if (job.state === 'CREATED') return end(backup, job, 'ABORTED', { message: 'The job was stopped by its user.', category: 'Aborted' });
  job.state = 'ABORTING';
}

function refusalOf({ estate }: BackupContext, job: BackupJob): Failure | undefined {
  const others = [...estate.in(job.place).backupJobs.values()].filter((other) => other !== job && other.resourceArn === job.resourceArn && other.state === 'RUNNING');
  // https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html
  if (others.length > 0) return { message: 'Backup job failed because there was a running job for the same resource.', category: 'ConcurrentJob' };
  const problem = retentionProblem(job.vault.lock, job.lifecycle);
  return problem === undefined ? undefined : { message: problem, category: 'InvalidParameters' };
}

async function begin(backup: BackupContext, adapter: ResourceAdapter, job: BackupJob, role: CloudClient): Promise<void> {
  const { recoveryPointArn, keyArn } = await adapter.begin(role, { place: job.place, jobId: job.id, resourceArn: job.resourceArn, tags: job.recoveryPointTags });
  const point: RecoveryPoint = {
    arn: recoveryPointArn,
    resourceArn: job.resourceArn,
    resourceType: job.resourceType,
    resourceName: job.resourceName,
    createdAt: job.createdAt,
    roleArn: job.roleArn,
    createdBy: job.createdBy,
    keyArn,
    completedAt: undefined,
    sizeBytes: 0,
    status: 'CREATING',
    statusMessage: undefined,
    lifecycle: job.lifecycle,
    lastRestoreAt: undefined,
    expiry: undefined,
    tags: { ...job.recoveryPointTags },
  };
  job.recoveryPoint = point;
  job.vault.recoveryPoints.set(point.arn, point);
  job.startedAt = backup.cloud.clock.now();
  job.state = 'RUNNING';
  backup.notices.backupJob(job);
}

/** Looks every minute until the backup is over; returns whether it is complete. */
async function follow(backup: BackupContext, adapter: ResourceAdapter, job: BackupJob, role: CloudClient): Promise<boolean> {
  const { clock } = backup.cloud;
  const point = job.recoveryPoint;
  if (!point) throw new Error(`job ${job.id} runs without a recovery point`);
  const endsMs = clock.nowMs() + job.completeWithinMs;
  for (;;) {
    const { state, percent, sizeBytes } = await adapter.progressOf(role, point.arn);
    job.percentDone = percent;
    point.sizeBytes = sizeBytes;
    if (state === 'failed') {
      end(backup, job, 'FAILED', { message: `${parseArn(job.resourceArn)?.service ?? 'The service'} could not complete the backup.`, category: 'Failed' });
      return false;
    }
    if (state === 'done') return hasBeenStopped(job) ? abort(backup, job, point, 'The job was stopped by its user.') : complete(backup, job, point);
    if (clock.nowMs() > endsMs) return abort(backup, job, point, 'Backup job failed to complete within the completion window.');
    await clock.sleep(POLL_MS);
  }
}

function hasBeenStopped({ state }: BackupJob): boolean {
  return state === 'ABORTING';
}

function complete(backup: BackupContext, job: BackupJob, point: RecoveryPoint): boolean {
  point.status = 'COMPLETED';
  point.completedAt = backup.cloud.clock.now();
  scheduleDeletion(backup, job.vault, point);
  backup.notices.recoveryPoint(job.vault, point);
  end(backup, job, 'COMPLETED', { message: '', category: 'SUCCESS' });
  return true;
}

function abort(backup: BackupContext, job: BackupJob, point: RecoveryPoint, message: string): boolean {
  end(backup, job, 'ABORTED', { message, category: 'Aborted' });
  void removeRecoveryPoint(backup, job.vault, point);
  return false;
}

function end(backup: BackupContext, job: BackupJob, state: BackupJob['state'], { message, category }: Failure): void {
  job.state = state;
  job.completedAt = backup.cloud.clock.now();
  job.statusMessage = message === '' ? undefined : message;
  job.messageCategory = category;
  if (state !== 'COMPLETED' && job.recoveryPoint) job.recoveryPoint.status = 'PARTIAL';
  backup.notices.backupJob(job);
}

function endInFailure(backup: BackupContext, job: BackupJob, error: unknown): void {
  try {
    end(backup, job, 'FAILED', failureOf(error));
  } catch {
    backup.cloud.reportDefect(error as Error, `backup job ${job.id}`);
    end(backup, job, 'FAILED', { message: 'Internal error.', category: 'InternalError' });
  }
}
