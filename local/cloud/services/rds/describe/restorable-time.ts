import type { BackupPlan } from '../state/database';

/** "Aurora's restorable time is typically within the last five minutes": https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html */
const BEHIND_MS = 5 * 60_000;

/** The latest time that a database with backups can be restored to. */
export function latestRestorableTime(now: Date, { backups, createdAt }: { readonly backups: BackupPlan; readonly createdAt: Date }): Date | undefined {
  const latest = new Date(now.getTime() - BEHIND_MS);
  return backups.retentionDays > 0 && latest > createdAt ? latest : undefined;
}
