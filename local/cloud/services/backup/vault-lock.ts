import type { Lifecycle, PutBackupVaultLockConfigurationInput } from '@aws-sdk/client-backup';
import { invalidRequest, invalidValue } from './backup-errors';

/** WORM for a vault. Without a date it is in governance mode: who has the permission may take it off. */
export interface VaultLock {
  readonly minRetentionDays: number | undefined;
  readonly maxRetentionDays: number | undefined;
  /** From then on nobody can change it, nor delete a recovery point before its time. */
  readonly lockedAt: Date | undefined;
}

const DAY_MS = 24 * 3_600_000;
/** "The minimum is 3 days": https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html */
const SHORTEST_GRACE_DAYS = 3;
const LONGEST_RETENTION_DAYS = 36_500;

/** The lock that a request asks for; fails for one that AWS Backup would refuse. */
export function newLock(before: VaultLock | undefined, now: Date, { MinRetentionDays, MaxRetentionDays, ChangeableForDays }: PutBackupVaultLockConfigurationInput): VaultLock {
  checkChangeable(before, now);
  if (MinRetentionDays !== undefined && MinRetentionDays < 1) throw invalidValue(`MinRetentionDays ${MinRetentionDays} must be at least 1.`);
  if (MaxRetentionDays !== undefined && MaxRetentionDays > LONGEST_RETENTION_DAYS) throw invalidValue(`MaxRetentionDays ${MaxRetentionDays} must be at most ${LONGEST_RETENTION_DAYS}.`);
  if (MinRetentionDays !== undefined && MaxRetentionDays !== undefined && MaxRetentionDays < MinRetentionDays) throw invalidValue(`MaxRetentionDays ${MaxRetentionDays} must not be less than MinRetentionDays ${MinRetentionDays}.`);
  if (ChangeableForDays !== undefined && ChangeableForDays < SHORTEST_GRACE_DAYS) throw invalidValue(`ChangeableForDays ${ChangeableForDays} must be at least ${SHORTEST_GRACE_DAYS}.`);
  return {
    minRetentionDays: MinRetentionDays,
    maxRetentionDays: MaxRetentionDays,
    lockedAt: ChangeableForDays === undefined ? undefined : new Date(now.getTime() + ChangeableForDays * DAY_MS),
  };
}

/** Fails when the lock is for ever. */
export function checkChangeable(lock: VaultLock | undefined, now: Date): void {
  if (lock?.lockedAt && lock.lockedAt <= now) throw invalidRequest('The vault lock configuration cannot be changed: the cooling-off period has ended.');
}

/** Why a recovery point with this lifecycle cannot come into the vault; nothing when it can. */
export function retentionProblem(lock: VaultLock | undefined, { DeleteAfterDays }: Lifecycle): string | undefined {
  if (!lock) return undefined;
  const { minRetentionDays = 1, maxRetentionDays = Infinity } = lock;
  const days = DeleteAfterDays ?? Infinity;
  if (days >= minRetentionDays && days <= maxRetentionDays) return undefined;
  return `The retention period of ${DeleteAfterDays === undefined ? 'the recovery point, which is for ever,' : `${DeleteAfterDays} days`} is not within the range of ${minRetentionDays} to ${maxRetentionDays} days that the vault lock allows.`;
}

/** Whether the lifecycle of a recovery point may be changed like this in a locked vault: it may become longer only. */
export function shortens(before: Lifecycle, after: Lifecycle): boolean {
  return (after.DeleteAfterDays ?? Infinity) < (before.DeleteAfterDays ?? Infinity);
}

export function describeLock(lock: VaultLock | undefined) {
  return { Locked: lock !== undefined, MinRetentionDays: lock?.minRetentionDays, MaxRetentionDays: lock?.maxRetentionDays, LockDate: lock?.lockedAt };
}
