import type { RedshiftBackupConfig } from '../config/redshift-backup';

/**
 * Names that both accounts of a pipeline know, so that no stack has to be deployed before it can be named.
 *
 * They follow from the configuration alone: a CloudFormation export would tie one account's deployment to another's.
 */
export interface BackupNames {
  readonly pipeline: string;
  functionName(operation: string): string;
  readonly backupMachine: string;
  readonly proofMachine: string;
  readonly evidenceBucket: string;
  readonly evidenceKeyAlias: string;
  readonly topic: string;
  /** What Redshift may encrypt copies in the other region with. */
  readonly copyKeyAlias: string;
  readonly copyGrant: string;
  /** Prefix of the clusters that are restored to be proven, and of nothing else. */
  readonly proofClusterPrefix: string;
}

export interface BackupPlace {
  readonly sourceAccount: string;
  readonly targetAccount: string;
}

export function namesOf({ name, region, names }: RedshiftBackupConfig, { targetAccount }: BackupPlace): BackupNames {
  const prefix = `redshift-backup-${name}`;
  return {
    pipeline: name,
    functionName: (operation) => (operation === 'request-backup' ? names.backupFunction : `${prefix}-${operation}`),
    backupMachine: prefix,
    proofMachine: `${prefix}-proof`,
    evidenceBucket: `${name}-backup-evidence-${targetAccount}-${region}`,
    evidenceKeyAlias: `${prefix}-evidence`,
    topic: prefix,
    copyKeyAlias: `${prefix}-copies`,
    copyGrant: `${prefix}-copies`,
    proofClusterPrefix: `${name}-proof-`,
  };
}
