import * as sdk from '@aws-sdk/client-backup';
import { defineService, type Service } from '../../gateway/service';
import type { BackupContext } from './backup-context';
import { auditOperations } from './operations/audit-operations';
import { jobListOperations } from './operations/job-list-operations';
import { jobOperations } from './operations/job-operations';
import { planOperations } from './operations/plan-operations';
import { recoveryPointOperations } from './operations/recovery-point-operations';
import { settingOperations } from './operations/setting-operations';
import { vaultOperations } from './operations/vault-operations';

/** AWS Backup: vaults, plans, jobs, reports and frameworks. */
export function createBackupService(backup: BackupContext): Service {
  return defineService(sdk, 'backup', {
    ...vaultOperations(backup),
    ...recoveryPointOperations(backup),
    ...planOperations(backup),
    ...jobOperations(backup),
    ...jobListOperations(backup),
    ...settingOperations(backup),
    ...auditOperations(backup),
  });
}
