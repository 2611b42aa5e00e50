import type { App } from 'aws-cdk-lib';
import { environmentOf, type Deployment } from '../config/deployment';
import { AuroraRestoreStack } from './aurora-restore-stack';
import { AuroraSourceStack } from './aurora-source-stack';
import { CopySlotStack } from './copy-slot-stack';
import { ManifestVaultStack } from './manifest-vault-stack';

/**
 * Adds the stacks of every restore pipeline: one where the source is, one where its manifests are kept, one where it is
 * restored; and one that all pipelines share which restore into one account and region.
 */
export function addAuroraRestore(app: App, deployment: Deployment): void {
  addCopySlots(app, deployment);
  for (const config of deployment.auroraRestore) {
    const source = environmentOf(deployment, config.source);
    const target = environmentOf(deployment, config.target);
    const id = `${deployment.name}-aurora-restore-${config.name}`;
    const accounts = { sourceAccount: source.account, targetAccount: target.account };
    if (config.source.network) {
      new ManifestVaultStack(app, `${id}-manifests`, { env: { account: target.account, region: source.region }, config, ...accounts });
    }
    if (config.source.network || source.account !== target.account) new AuroraSourceStack(app, `${id}-source`, { env: source, config, ...accounts });
    new AuroraRestoreStack(app, id, { env: target, config, notifications: deployment.notifications, ...accounts });
  }
}

function addCopySlots(app: App, deployment: Deployment): void {
  const places = new Map(deployment.auroraRestore.map(({ target }) => [`${target.account}-${target.region}`, target]));
  for (const [place, target] of places) new CopySlotStack(app, `${deployment.name}-aurora-restore-copy-slots-${place}`, { env: environmentOf(deployment, target) });
}
