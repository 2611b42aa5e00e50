import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addAuroraRestore } from '../lib/aurora-restore/add-aurora-restore';
import { addSnowflakeReplicator } from '../lib/snowflake-replicator/add-snowflake-replicator';
import { loadDeployment } from '../lib/config/load-deployment';
import { addWarmStandby } from '../lib/warm-standby/add-warm-standby';
import { addRedshiftBackup } from '../lib/redshift-backup/add-redshift-backup';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const deployment = loadDeployment(app.node.getContext('environment') as string);

addRedshiftBackup(app, deployment);
addAuroraRestore(app, deployment);
addSnowflakeReplicator(app, deployment);
addWarmStandby(app, deployment);

app.synth();
