import { AwsError } from '../../../gateway/aws-error';
import { vaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import type { RecoveryPoint, Vault } from '../state/vault';
import { roleClient } from './job-role';

const DAY_MS = 24 * 3_600_000;

/** When a recovery point's lifecycle ends it; nothing for one that is kept for ever. */
export function deletesAt({ createdAt, lifecycle }: Pick<RecoveryPoint, 'createdAt' | 'lifecycle'>): Date | undefined {
  const { DeleteAfterDays } = lifecycle;
  return DeleteAfterDays === undefined || DeleteAfterDays < 0 ? undefined : new Date(createdAt.getTime() + DeleteAfterDays * DAY_MS);
}

/** Deletes the recovery point when its lifecycle says so; a changed lifecycle is to be scheduled anew. */
export function scheduleDeletion(backup: BackupContext, vault: Vault, point: RecoveryPoint): void {
  const { clock } = backup.cloud;
  point.expiry?.cancel();
  const at = deletesAt(point);
  point.expiry = at && clock.after(at.getTime() - clock.nowMs(), () => void removeRecoveryPoint(backup, vault, point));
}

/**
 * Deletes a recovery point and what it stands for, with the permissions of the role that made it. When that fails, it stays as
 * `EXPIRED` and says why: https://docs.aws.amazon.com/aws-backup/latest/devguide/deleting-backups.html
 */
export async function removeRecoveryPoint(backup: BackupContext, vault: Vault, point: RecoveryPoint): Promise<void> {
  const adapter = backup.adapters.find(({ resourceType }) => resourceType === point.resourceType);
  if (!adapter) throw new Error(`there is no adapter for ${point.resourceType}`);
  point.expiry?.cancel();
  point.status = 'DELETING';
  try {
    const role = await roleClient(backup, { place: vault.place, roleArn: point.roleArn, id: 'delete' }, vaultArn(vault));
    await adapter.delete(role, point.arn);
  } catch (error) {
    if (!(error instanceof AwsError)) return backup.cloud.reportDefect(error as Error, `deleting ${point.arn}`);
    // What it stood for may be gone already.
    if (!/NotFound/.test(error.code)) {
      point.status = 'EXPIRED';
      point.statusMessage = error.message;
      return backup.notices.recoveryPoint(vault, point);
    }
  }
  vault.recoveryPoints.delete(point.arn);
  backup.notices.recoveryPoint(vault, { ...point, status: 'DELETING' });
}
