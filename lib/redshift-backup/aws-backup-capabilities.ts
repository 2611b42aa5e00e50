/** How a feature is known to be there or not. */
export type Evidence = 'documented' | 'absent from the documentation' | 'in the API' | 'absent from the API';

/** What AWS Backup does for one kind of Redshift. */
export interface Capability {
  readonly feature: string;
  readonly provisioned: boolean;
  readonly serverless: boolean;
  readonly evidence: Evidence;
  readonly source: string;
}

/** When the sources were read. */
export const CAPABILITIES_AS_OF = '2026-11';

const FEATURES = 'https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html#features-by-resource';
const REDSHIFT = 'https://docs.aws.amazon.com/aws-backup/latest/devguide/redshift-backups.html';
const RESTORES = 'https://docs.aws.amazon.com/aws-backup/latest/devguide/redshift-restores.html';
const TESTING = 'https://docs.aws.amazon.com/aws-backup/latest/APIReference/API_RestoreTestingSelectionForCreate.html';

/**
 * What AWS Backup can do with Redshift. Stacks deploy only what is true here; docs/redshift-backup-capabilities.md is this table.
 *
 * "Support for a feature should not be assumed unless explicitly mentioned", says the page of the features: what it does not
 * list counts as absent, and the probe finds out when that changes.
 */
export const CAPABILITIES = {
  backup: { feature: 'Scheduled and on-demand backup', provisioned: true, serverless: true, evidence: 'documented', source: REDSHIFT },
  restore: { feature: 'Restore in the same account and region', provisioned: true, serverless: true, evidence: 'documented', source: RESTORES },
  vaultLock: { feature: 'Vault Lock', provisioned: true, serverless: true, evidence: 'documented', source: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html' },
  auditManager: { feature: 'Audit framework and report plans', provisioned: true, serverless: true, evidence: 'documented', source: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-audit-manager.html' },
  crossAccountCopy: { feature: 'Copy to another account', provisioned: false, serverless: false, evidence: 'absent from the documentation', source: FEATURES },
  crossRegionCopy: { feature: 'Copy to another region', provisioned: false, serverless: false, evidence: 'absent from the documentation', source: FEATURES },
  airGappedVault: { feature: 'Logically air-gapped vault', provisioned: false, serverless: false, evidence: 'absent from the documentation', source: FEATURES },
  restoreTesting: { feature: 'Restore testing', provisioned: false, serverless: false, evidence: 'absent from the API', source: TESTING },
  pointInTime: { feature: 'Continuous backup and point-in-time restore', provisioned: false, serverless: false, evidence: 'absent from the documentation', source: FEATURES },
  fullManagement: { feature: 'Full management: own encryption key and storage price', provisioned: false, serverless: false, evidence: 'absent from the documentation', source: FEATURES },
} as const satisfies Record<string, Capability>;
