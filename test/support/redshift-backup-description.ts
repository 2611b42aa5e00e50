import type { DeploymentDescription } from '../../lib/config/deployment';

export type RedshiftBackupDescription = NonNullable<DeploymentDescription['redshiftBackup']>[number];

/** The backup of a warehouse as people describe it, with everything made by the deployment. */
export function describedBackup(changes: Partial<RedshiftBackupDescription> = {}): RedshiftBackupDescription {
  return {
    name: 'warehouse',
    region: 'eu-west-1',
    source: { account: 'production', warehouse: { cidr: '10.0.0.0/16', nodeType: 'ra3.large', numberOfNodes: 2 } },
    target: { account: 'recovery', network: { cidr: '10.1.0.0/16' } },
    schedule: 'cron(0 2 * * ? *)',
    retention: { days: 7 },
    proof: { schedule: 'cron(0 6 ? * MON *)', retention: { days: 30 }, costCapUsd: 20, lifetimeHours: 6 },
    objectives: { restorableWithinHours: 30, provenWithinDays: 8, backupHours: 6 },
    ...changes,
  };
}
