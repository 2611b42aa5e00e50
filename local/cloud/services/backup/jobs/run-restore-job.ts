import type { ResourceAdapter } from '../adapters/resource-adapter';
import { vaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import type { RestoreJob } from '../state/job';
import { failureOf, roleClient, type Failure } from './job-role';

const TURN_MS = 60_000;
const POLL_MS = 60_000;
/** Restores that never end say so one day. */
const WITHIN_MS = 24 * 3_600_000;

/** Takes a restore through its states, with the permissions of its role. */
export async function runRestoreJob(backup: BackupContext, adapter: ResourceAdapter, job: RestoreJob): Promise<void> {
  const { clock } = backup.cloud;
  backup.notices.restoreJob(job);
  try {
    await clock.sleep(TURN_MS);
    const role = await roleClient(backup, job, vaultArn(job.vault));
    const createdArn = await adapter.restore(role, job.place, job.recoveryPoint.arn, job.metadata);
    job.status = 'RUNNING';
    backup.notices.restoreJob(job);
    const endsMs = clock.nowMs() + WITHIN_MS;
    for (;;) {
      const { state, percent } = await adapter.restoreProgressOf(role, createdArn);
      job.percentDone = percent;
      if (state === 'done') return complete(backup, job, createdArn);
      if (state === 'failed' || clock.nowMs() > endsMs) return end(backup, job, 'FAILED', { message: `The restored resource ${createdArn} did not become available.`, category: 'Failed' });
      await clock.sleep(POLL_MS);
    }
  } catch (error) {
    endInFailure(backup, job, error);
  }
}

function complete(backup: BackupContext, job: RestoreJob, createdArn: string): void {
  job.createdResourceArn = createdArn;
  job.recoveryPoint.lastRestoreAt = backup.cloud.clock.now();
  end(backup, job, 'COMPLETED', { message: '', category: 'SUCCESS' });
}

function end(backup: BackupContext, job: RestoreJob, status: RestoreJob['status'], { message, category }: Failure): void {
  job.status = status;
  job.statusMessage = message === '' ? undefined : message;
  job.messageCategory = category;
  job.completedAt = backup.cloud.clock.now();
  backup.notices.restoreJob(job);
}

function endInFailure(backup: BackupContext, job: RestoreJob, error: unknown): void {
  try {
    end(backup, job, 'FAILED', failureOf(error));
  } catch {
    backup.cloud.reportDefect(error as Error, `restore job ${job.id}`);
    end(backup, job, 'FAILED', { message: 'Internal error.', category: 'InternalError' });
  }
}
