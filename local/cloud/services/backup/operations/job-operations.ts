import type { StartBackupJobInput, StartCopyJobInput, StartRestoreJobInput } from '@aws-sdk/client-backup';
import type { Call } from '../../../gateway/service';
import type { ResourceAdapter } from '../adapters/resource-adapter';
import { BackupAccess } from '../backup-access';
import { parseVaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import { invalidRequest, invalidValue, notFound, required } from '../backup-errors';
import { newBackupJob, newJobId } from '../jobs/new-jobs';
import { runBackupJob, stopBackupJob } from '../jobs/run-backup-job';
import { runRestoreJob } from '../jobs/run-restore-job';
import { startCopy } from '../jobs/start-copies';
import { checkLifecycle } from '../lifecycle';
import { DEFAULT_COMPLETION_WINDOW_MINUTES, DEFAULT_START_WINDOW_MINUTES } from '../plans/plan-runner';
import type { BackupJob, CopyJob, RestoreJob } from '../state/job';
import type { BackupOperations } from './backup-operations';

/** StartBackupJob, StopBackupJob, StartCopyJob, StartRestoreJob, PutRestoreValidationResult. */
export function jobOperations(backup: BackupContext): BackupOperations {
  const { estate } = backup;
  const to = new BackupAccess(estate);
  return {
    StartBackupJob: {
      access: ({ BackupVaultName, IamRoleArn }, call) => [to.vault(call, BackupVaultName), ...to.passedRole(IamRoleArn)],
      run: (input, call) => {
        const job = once(backup, call, 'backup', input.IdempotencyToken, estate.in(call).backupJobs, () => startBackup(backup, input, call));
        return { BackupJobId: job.id, CreationDate: job.createdAt, IsParent: false };
      },
    },
    StopBackupJob: {
      access: () => to.anything(),
      run: ({ BackupJobId = '' }, call) => {
        const job = estate.in(call).backupJobs.get(BackupJobId);
        if (!job) throw notFound(`Cannot find backup job with ID ${BackupJobId}`);
        if (job.state !== 'CREATED' && job.state !== 'RUNNING') throw invalidRequest(`The backup job ${job.id} cannot be stopped in the state ${job.state}.`);
        stopBackupJob(backup, job);
        return {};
      },
    },
    StartCopyJob: {
      access: ({ RecoveryPointArn, SourceBackupVaultName, IamRoleArn }, call) => [to.recoveryPoint(call, RecoveryPointArn, SourceBackupVaultName), ...to.passedRole(IamRoleArn)],
      run: (input, call) => {
        const job = once(backup, call, 'copy', input.IdempotencyToken, estate.in(call).copyJobs, () => beginCopy(backup, input, call));
        return { CopyJobId: job.id, CreationDate: job.createdAt, IsParent: false };
      },
    },
    StartRestoreJob: {
      access: ({ RecoveryPointArn, IamRoleArn }, call) => [to.recoveryPoint(call, RecoveryPointArn), ...to.passedRole(IamRoleArn)],
      run: (input, call) => ({ RestoreJobId: once(backup, call, 'restore', input.IdempotencyToken, estate.in(call).restoreJobs, () => beginRestore(backup, input, call)).id }),
    },
    PutRestoreValidationResult: {
      access: () => to.anything(),
      run: ({ RestoreJobId = '', ValidationStatus, ValidationStatusMessage }, call) => {
        const job = estate.in(call).restoreJobs.get(RestoreJobId);
        if (!job) throw notFound(`Cannot find restore job with ID ${RestoreJobId}`);
        // "validation results can only be put for restore jobs that were initiated by a restore testing plan", none of which can have these types of resource.
        throw invalidRequest(`The restore job ${job.id} is not part of a restore testing plan; its validation ${ValidationStatus ?? ''} ${ValidationStatusMessage ?? ''} cannot be kept.`);
      },
    },
  };
}

function startBackup(backup: BackupContext, input: StartBackupJobInput, call: Call): BackupJob {
  const vault = backup.estate.vault(call, required('BackupVaultName', input.BackupVaultName));
  const resourceArn = required('ResourceArn', input.ResourceArn);
  const adapter = adapterFor(backup, resourceArn);
  const job = newBackupJob(backup, vault, {
    resourceArn,
    resourceType: adapter.resourceType,
    resourceName: adapter.nameOf(resourceArn) ?? '',
    roleArn: required('IamRoleArn', input.IamRoleArn),
    lifecycle: checkLifecycle(input.Lifecycle ?? {}),
    recoveryPointTags: input.RecoveryPointTags ?? {},
    startWindowMinutes: input.StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES,
    completionWindowMinutes: input.CompleteWindowMinutes ?? DEFAULT_COMPLETION_WINDOW_MINUTES,
  });
  void runBackupJob(backup, adapter, job);
  return job;
}

function beginCopy(backup: BackupContext, input: StartCopyJobInput, call: Call): CopyJob {
  const source = backup.estate.vault(call, required('SourceBackupVaultName', input.SourceBackupVaultName));
  const recoveryPoint = backup.estate.recoveryPoint(call, source.name, required('RecoveryPointArn', input.RecoveryPointArn));
  const destinationVaultArn = required('DestinationBackupVaultArn', input.DestinationBackupVaultArn);
  if (!parseVaultArn(destinationVaultArn)) throw invalidValue(`Invalid DestinationBackupVaultArn: ${destinationVaultArn}`);
  return startCopy(backup, source, { roleArn: required('IamRoleArn', input.IamRoleArn), recoveryPoint, destinationVaultArn, lifecycle: checkLifecycle(input.Lifecycle ?? {}) });
}

function beginRestore(backup: BackupContext, input: StartRestoreJobInput, call: Call): RestoreJob {
  const arn = required('RecoveryPointArn', input.RecoveryPointArn);
  const vault = backup.estate.vaultOf(call, arn);
  const recoveryPoint = vault?.recoveryPoints.get(arn);
  if (!vault || !recoveryPoint) throw notFound(`Recovery point ${arn} is not found.`);
  if (recoveryPoint.status !== 'COMPLETED') throw invalidRequest(`The recovery point ${arn} cannot be restored in the status ${recoveryPoint.status}.`);
  if (input.ResourceType !== undefined && input.ResourceType !== recoveryPoint.resourceType) throw invalidValue(`The recovery point ${arn} is of the type ${recoveryPoint.resourceType}, not ${input.ResourceType}.`);
  const job: RestoreJob = {
    id: newJobId(),
    place: vault.place,
    vault,
    recoveryPoint,
    metadata: required('Metadata', input.Metadata),
    roleArn: required('IamRoleArn', input.IamRoleArn),
    createdAt: backup.cloud.clock.now(),
    completedAt: undefined,
    statusMessage: undefined,
    messageCategory: undefined,
    status: 'PENDING',
    percentDone: 0,
    createdResourceArn: undefined,
  };
  backup.estate.in(call).restoreJobs.set(job.id, job);
  void runRestoreJob(backup, adapterFor(backup, recoveryPoint.resourceArn), job);
  return job;
}

function adapterFor({ adapters }: BackupContext, resourceArn: string): ResourceAdapter {
  const adapter = adapters.find((each) => each.nameOf(resourceArn) !== undefined);
  if (!adapter) throw invalidValue(`Unsupported resource: ${resourceArn}. The local cloud backs up ${adapters.map(({ resourceType }) => resourceType).join(', ')}.`);
  return adapter;
}

/** Does the same request once, as far as its token says that it is the same. */
function once<Job extends { readonly id: string }>({ estate }: BackupContext, call: Call, kind: string, token: string | undefined, jobs: ReadonlyMap<string, Job>, start: () => Job): Job {
  const { repeated } = estate.in(call);
  const before = token === undefined ? undefined : jobs.get(repeated.get(`${kind} ${token}`) ?? '');
  if (before) return before;
  const job = start();
  if (token !== undefined) repeated.set(`${kind} ${token}`, job.id);
  return job;
}
