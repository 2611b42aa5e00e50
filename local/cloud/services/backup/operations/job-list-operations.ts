import { BackupAccess } from '../backup-access';
import type { BackupContext } from '../backup-context';
import { notFound } from '../backup-errors';
import { describeBackupJob, describeCopyJob, describeRestoreJob } from '../describe-jobs';
import type { RegionState } from '../state/estate';
import { paged, type BackupOperations } from './backup-operations';

/** What all lists of jobs can be narrowed by. */
interface JobFilter {
  readonly ByCreatedBefore?: Date | undefined;
  readonly ByCreatedAfter?: Date | undefined;
  readonly ByCompleteBefore?: Date | undefined;
  readonly ByCompleteAfter?: Date | undefined;
  readonly ByMessageCategory?: string | undefined;
}

interface Dated {
  readonly createdAt: Date;
  readonly completedAt: Date | undefined;
  readonly messageCategory: string | undefined;
}

/** DescribeBackupJob, DescribeCopyJob, DescribeRestoreJob and the lists of them. */
export function jobListOperations({ estate }: BackupContext): BackupOperations {
  const to = new BackupAccess(estate);
  const access = () => to.anything();
  const jobOf = <Job>(jobs: ReadonlyMap<string, Job>, kind: string, id = ''): Job => {
    const job = jobs.get(id);
    if (!job) throw notFound(`Cannot find ${kind} job with ID ${id}`);
    return job;
  };
  return {
    DescribeBackupJob: { access, run: ({ BackupJobId }, call) => describeBackupJob(jobOf(estate.in(call).backupJobs, 'backup', BackupJobId)) },
    ListBackupJobs: {
      access,
      run: (input, call) => {
        const jobs = newestFirst(estate.in(call), 'backupJobs').filter(
          (job) =>
            passes(job, input) &&
            (input.ByState === undefined || job.state === input.ByState) &&
            (input.ByResourceArn === undefined || job.resourceArn === input.ByResourceArn) &&
            (input.ByResourceType === undefined || job.resourceType === input.ByResourceType) &&
            (input.ByBackupVaultName === undefined || job.vault.name === input.ByBackupVaultName),
        );
        const { items, NextToken } = paged(jobs, input);
        return { BackupJobs: items.map(describeBackupJob), NextToken };
      },
    },
    DescribeCopyJob: { access, run: ({ CopyJobId }, call) => ({ CopyJob: describeCopyJob(jobOf(estate.in(call).copyJobs, 'copy', CopyJobId)) }) },
    ListCopyJobs: {
      access,
      run: (input, call) => {
        const jobs = newestFirst(estate.in(call), 'copyJobs').filter(
          (job) =>
            passes(job, input) &&
            (input.ByState === undefined || job.state === input.ByState) &&
            (input.ByResourceArn === undefined || job.recoveryPoint.resourceArn === input.ByResourceArn) &&
            (input.ByResourceType === undefined || job.recoveryPoint.resourceType === input.ByResourceType) &&
            (input.BySourceRecoveryPointArn === undefined || job.recoveryPoint.arn === input.BySourceRecoveryPointArn) &&
            (input.ByDestinationVaultArn === undefined || job.destinationVaultArn === input.ByDestinationVaultArn),
        );
        const { items, NextToken } = paged(jobs, input);
        return { CopyJobs: items.map(describeCopyJob), NextToken };
      },
    },
    DescribeRestoreJob: { access, run: ({ RestoreJobId }, call) => describeRestoreJob(jobOf(estate.in(call).restoreJobs, 'restore', RestoreJobId)) },
    GetRestoreJobMetadata: {
      access,
      run: ({ RestoreJobId }, call) => {
        const job = jobOf(estate.in(call).restoreJobs, 'restore', RestoreJobId);
        return { RestoreJobId: job.id, Metadata: { ...job.metadata } };
      },
    },
    ListRestoreJobs: {
      access,
      run: (input, call) => {
        const jobs = newestFirst(estate.in(call), 'restoreJobs').filter(
          (job) => passes(job, input) && (input.ByStatus === undefined || job.status === input.ByStatus) && (input.ByResourceType === undefined || job.recoveryPoint.resourceType === input.ByResourceType),
        );
        const { items, NextToken } = paged(jobs, input);
        return { RestoreJobs: items.map(describeRestoreJob), NextToken };
      },
    },
    ListRestoreJobsByProtectedResource: {
      access,
      run: ({ ResourceArn, ByStatus, ...paging }, call) => {
        const jobs = newestFirst(estate.in(call), 'restoreJobs').filter((job) => job.recoveryPoint.resourceArn === ResourceArn && (ByStatus === undefined || job.status === ByStatus));
        const { items, NextToken } = paged(jobs, paging);
        return { RestoreJobs: items.map(describeRestoreJob), NextToken };
      },
    },
  };
}

type JobStores = Pick<RegionState, 'backupJobs' | 'copyJobs' | 'restoreJobs'>;
type JobIn<Name extends keyof JobStores> = JobStores[Name] extends Map<string, infer Job> ? Job : never;

function newestFirst<Name extends keyof JobStores>(state: JobStores, name: Name): readonly JobIn<Name>[] {
  return [...(state[name] as Map<string, JobIn<Name>>).values()].reverse();
}

function passes({ createdAt, completedAt, messageCategory }: Dated, { ByCreatedBefore, ByCreatedAfter, ByCompleteBefore, ByCompleteAfter, ByMessageCategory }: JobFilter): boolean {
  return (
    (ByCreatedBefore === undefined || createdAt < ByCreatedBefore) &&
    (ByCreatedAfter === undefined || createdAt > ByCreatedAfter) &&
    (ByCompleteBefore === undefined || (completedAt !== undefined && completedAt < ByCompleteBefore)) &&
    (ByCompleteAfter === undefined || (completedAt !== undefined && completedAt > ByCompleteAfter)) &&
    (ByMessageCategory === undefined || messageCategory === ByMessageCategory)
  );
}
