import { checkBackupWindow, checkMaintenanceWindow, checkWindowsApart, defaultBackupWindow, defaultMaintenanceWindow } from './backup-window';
import { checkRange, invalidCombination, invalidValue } from './request-errors';
import type { BackupPlan } from './state/database';

const DEFAULT_PORT = 5432;
const LONGEST_RETENTION_DAYS = 35;
const RESERVED_USERS = new Set(['admin', 'rdsadmin', 'rdsrepladmin', 'public', 'user', 'master']);

/** The port of a new database. */
export function checkPort(port: number | undefined, fallback = DEFAULT_PORT): number {
  checkRange('Port', port, 1150, 65535);
  return port ?? fallback;
}

/** The master user's name, if RDS would take it. */
export function checkMasterUsername(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/i.test(name)) throw invalidValue(`Invalid master user name: ${name}`);
  if (RESERVED_USERS.has(name.toLowerCase())) throw invalidValue(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`);
  return name;
}

/** The master password, if RDS would take it. It is in no message. */
export function checkMasterPassword(password: string): string {
  if (password.length < 8) throw invalidValue('The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.');
  if (password.length > 128) throw invalidValue('The parameter MasterUserPassword is not a valid password because it is longer than 128 characters.');
  if (!/^[\x21-\x7e]+$/.test(password) || /[/@"]/.test(password)) {
    throw invalidValue("The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.");
  }
  return password;
}

/** What a request says about backups and maintenance. */
export interface RequestedWindows {
  readonly BackupRetentionPeriod?: number | undefined;
  readonly PreferredBackupWindow?: string | undefined;
  readonly PreferredMaintenanceWindow?: string | undefined;
}

/** The backups and maintenance of a new database. `shortestDays` is 1 for Aurora, which always has backups. */
export function planBackups(
  requested: RequestedWindows,
  resourceId: string,
  { shortestDays, defaultDays = 1, defaultWindow }: { readonly shortestDays: 0 | 1; readonly defaultDays?: number; readonly defaultWindow?: string },
): { readonly backups: BackupPlan; readonly maintenanceWindow: string } {
  checkRange('BackupRetentionPeriod', requested.BackupRetentionPeriod, shortestDays, LONGEST_RETENTION_DAYS);
  const window = requested.PreferredBackupWindow === undefined ? (defaultWindow ?? defaultBackupWindow(resourceId)) : checkBackupWindow(requested.PreferredBackupWindow);
  const maintenanceWindow =
    requested.PreferredMaintenanceWindow === undefined ? defaultMaintenanceWindow(resourceId, window) : checkMaintenanceWindow(requested.PreferredMaintenanceWindow);
  checkWindowsApart(window, maintenanceWindow);
  return { backups: { retentionDays: requested.BackupRetentionPeriod ?? defaultDays, window }, maintenanceWindow };
}

/** A final snapshot is to be named, or explicitly not to be made. */
export function checkFinalSnapshot({ SkipFinalSnapshot, FinalDBSnapshotIdentifier }: { readonly SkipFinalSnapshot?: boolean | undefined; readonly FinalDBSnapshotIdentifier?: string | undefined }): void {
  if (SkipFinalSnapshot && FinalDBSnapshotIdentifier !== undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.');
  }
  if (!SkipFinalSnapshot && FinalDBSnapshotIdentifier === undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
}
