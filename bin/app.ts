import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
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

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const deployment = loadDeployment(app.node.getContext('environment') as string);

for (const add of wantedSystems(SYSTEMS, app.node.tryGetContext('systems') as string | undefined)) add(app, deployment);

app.synth();
