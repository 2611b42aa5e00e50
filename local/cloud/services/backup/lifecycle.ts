import type { Lifecycle } from '@aws-sdk/client-backup';
import { invalidValue } from './backup-errors';

/** "Backups transitioned to cold storage must be stored there for a minimum of 90 days": the SDK's type text of `Lifecycle`. */
const COLD_DAYS = 90;

/** Returns a lifecycle that AWS Backup would take. -1 stands for never. */
export function checkLifecycle(lifecycle: Lifecycle): Lifecycle {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: last } = lifecycle;
  if (last !== undefined && last !== -1 && last < 1) throw invalidValue(`DeleteAfterDays ${last} must be at least 1.`);
  if (cold !== undefined && cold !== -1 && last !== undefined && last !== -1 && last < cold + COLD_DAYS) {
    throw invalidValue(`DeleteAfterDays ${last} cannot be less than ${COLD_DAYS} days apart from MoveToColdStorageAfterDays ${cold}.`);
  }
  return lifecycle;
}
