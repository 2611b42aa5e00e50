import type { App } from 'aws-cdk-lib';
import { environmentOf, type Deployment } from '../config/deployment';
import { SnowflakeReplicatorStack } from './snowflake-replicator-stack';

/** Adds the stack of every pipeline to Snowflake. */
export function addSnowflakeReplicator(app: App, deployment: Deployment): void {
  for (const config of deployment.snowflakeReplicator) {
    const env = environmentOf(deployment, config);
    new SnowflakeReplicatorStack(app, `${deployment.name}-snowflake-replicator-${config.name}`, { env, config, notifications: deployment.notifications });
  }
}
