import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import type { RedshiftSnapshot } from './state/snapshot';

const PREFIX = 'awsbackup:';
const AWS_BACKUP = 'backup.amazonaws.com';

/** Whether AWS Backup makes the call, with its role's permissions. */
export function isFromBackup({ via }: Pick<Call, 'via'>): boolean {
  return via === AWS_BACKUP;
}

/** Whether an identifier is one that only AWS Backup gives. */
export function isNameOfBackup(identifier: string): boolean {
  return identifier.startsWith(PREFIX);
}

/**
 * Fails when somebody else changes or deletes a snapshot of AWS Backup: "Once you use AWS Backup to manage snapshot settings, you
 * can't continue to manage manual snapshot settings using Amazon Redshift."
 * https://docs.aws.amazon.com/redshift/latest/mgmt/managing-aws-backup.html
 */
export function refuseOfBackup({ identifier }: RedshiftSnapshot, call: Pick<Call, 'via'>): void {
  if (!isNameOfBackup(identifier) || isFromBackup(call)) return;
  throw new AwsError('InvalidClusterSnapshotStateFault', `The snapshot ${identifier} is managed by AWS Backup and can be changed and deleted there only.`);
}
