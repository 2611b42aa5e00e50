import type { App } from 'aws-cdk-lib';
import { environmentOf, type Deployment } from '../config/deployment';
import { GovernanceStack } from './governance-stack';
import { namesOf } from './names';
import { RegionCopyStack } from './region-copy-stack';
import { SourceStack } from './source-stack';
import { TargetStack } from './target-stack';
import { WarehouseStack } from './warehouse-stack';

/** Adds the stacks of every warehouse that is backed up: the warehouse where it is to be made, its backups, and the account that restores. */
export function addRedshiftBackup(app: App, deployment: Deployment): void {
  for (const config of deployment.redshiftBackup) {
    const source = environmentOf(deployment, { ...config.source, region: config.region });
    const target = environmentOf(deployment, { ...config.target, region: config.region });
    const id = `${deployment.name}-redshift-backup-${config.name}`;
    const { notifications } = deployment;
    const names = namesOf(config, { sourceAccount: source.account, targetAccount: target.account });
    new TargetStack(app, `${id}-target`, { env: target, config, sourceAccount: source.account, notifications });
    if ('cidr' in config.source.warehouse) new WarehouseStack(app, `${id}-warehouse`, { env: source, config, targetAccount: target.account });
    if (Object.values(config.governance).includes(true)) {
      new GovernanceStack(app, `${id}-source-governance`, { env: source, config, names, side: 'source' });
      new GovernanceStack(app, `${id}-target-governance`, { env: target, config, names, side: 'target' });
    }
    if (config.regionCopy) {
      const { region } = config.regionCopy;
      new RegionCopyStack(app, `${id}-copies`, { env: environmentOf(deployment, { ...config.source, region }), config, names, targetAccount: target.account });
    }
    new SourceStack(app, `${id}-source`, { env: source, config, targetAccount: target.account, notifications });
  }
}
