import { App, Validations } from 'aws-cdk-lib';
import { addAuroraRestore } from '../lib/aurora-restore/add-aurora-restore';
import { addSnowflakeReplicator } from '../lib/snowflake-replicator/add-snowflake-replicator';
import { loadDeployment } from '../lib/config/load-deployment';
import { addWarmStandby } from '../lib/warm-standby/add-warm-standby';
import { addRedshiftBackup } from '../lib/redshift-backup/add-redshift-backup';
import { wantedSystems } from '../lib/config/wanted-systems';

const SYSTEMS = {
  'redshift-backup': addRedshiftBackup,
  'aurora-restore': addAuroraRestore,
  'snowflake-replicator': addSnowflakeReplicator,
  'warm-standby': addWarmStandby,
};

async function main(): Promise<void> {
  const app = new App();
  // What only wants the templates leaves the rules to `npm run check`: they are a fifth of the time that a synthesis takes.
  if (process.env['CDK_VALIDATION'] !== 'false') {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  const deployment = loadDeployment(app.node.getContext('environment') as string);
  for (const add of wantedSystems(SYSTEMS, app.node.tryGetContext('systems') as string | undefined)) add(app, deployment);
  app.synth();
}

void main();
