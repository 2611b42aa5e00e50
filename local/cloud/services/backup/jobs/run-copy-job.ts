import { parseVaultArn, vaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import type { CopyJob } from '../state/job';
import { failureOf, roleClient, type Failure } from './job-role';

const TURN_MS = 2 * 60_000;

/**
 * Takes a copy job through its states. It ends in vain: no type of resource that is emulated here can be copied by AWS Backup.
 *
 * The "Feature availability by resource" table has no mark for Redshift copies across regions or accounts, and Redshift has no call that
 * could make one: https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html
 */
export async function runCopyJob(backup: BackupContext, job: CopyJob): Promise<void> {
  const { clock } = backup.cloud;
  backup.notices.copyJob(job);
  try {
    await clock.sleep(TURN_MS);
    job.state = 'RUNNING';
    backup.notices.copyJob(job);
    await roleClient(backup, job, vaultArn(job.source));
    fail(backup, job, refusalOf(backup, job));
  } catch (error) {
    try {
      fail(backup, job, failureOf(error));
    } catch {
      backup.cloud.reportDefect(error as Error, `copy job ${job.id}`);
      fail(backup, job, { message: 'Internal error.', category: 'InternalError' });
    }
  }
}

/** The words are those of AWS: https://repost.aws/knowledge-center/backup-troubleshoot-cross-account-copy */
function refusalOf({ organization }: BackupContext, { place, source, recoveryPoint, destinationVaultArn }: CopyJob): Failure {
  const destination = parseVaultArn(destinationVaultArn)?.place ?? place;
  if (destination.account !== place.account) {
    if (!organization.hasBoth(place.account, destination.account)) return { message: 'Copy job failed. Both source and destination account must be a member of the same organization', category: 'InvalidParameters' };
    if (!organization.allowsCrossAccountCopies) return { message: 'Cross-account copy feature is not enabled for the current organization.', category: 'FeatureNotEnabled' };
  }
  return {
    message: `Copy job from ${source.place.region} to ${destination.region} cannot be initiated for ${recoveryPoint.resourceType} resources. Feature is not supported for provided resource type.`,
    category: 'FeatureNotSupportedForProvidedResourceType',
  };
}

function fail(backup: BackupContext, job: CopyJob, { message, category }: Failure): void {
  job.state = 'FAILED';
  job.statusMessage = message;
  job.messageCategory = category;
  job.completedAt = backup.cloud.clock.now();
  backup.notices.copyJob(job);
}
