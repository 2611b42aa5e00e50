import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addAuroraRestore } from '../lib/aurora-restore/add-aurora-restore';
import { loadDeployment } from '../lib/config/load-deployment';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const deployment = loadDeployment(app.node.getContext('environment') as string);

addAuroraRestore(app, deployment);

app.synth();
