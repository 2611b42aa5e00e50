import type { Construct } from 'constructs';
import { ENV } from '../../lambda/snowflake-replicator/contract';
import type { Deployment } from '../config/deployment';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';
import { FunctionSchedule } from '../shared/function-schedule';
import { HoldfastStack } from '../shared/holdfast-stack';
import { NotificationTopic } from '../shared/monitoring/notification-topic';
import { SystemKey } from '../shared/system-key';
import { namesOf } from './names';
import { ReplicatorFunction } from './replicator-function';
import { ReplicatorFunctions } from './replicator-functions';
import { ReplicatorMonitoring } from './replicator-monitoring';
import { ReplicatorNetwork } from './replicator-network';
import { ReplicatorPipeline } from './replicator-pipeline';
import { ReplicatorSettings } from './replicator-settings';
import { ReplicatorStorage } from './replicator-storage';

export interface SnowflakeReplicatorStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: SnowflakeReplicatorConfig;
  readonly notifications: Deployment['notifications'];
}

/** A pipeline from PostgreSQL to Snowflake, in the account and region of its source. */
export class SnowflakeReplicatorStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, notifications }: SnowflakeReplicatorStackProps) {
    super(scope, id, { env, system: 'snowflake-replicator', description: `Brings tables of ${config.source.clusterIdentifier} to Snowflake` });
    const names = namesOf(config.name);
    const key = new SystemKey(this, 'Key', { alias: names.prefix, description: `Logs, locks and failures of ${config.name}` });
    const { topic } = new NotificationTopic(this, 'Notifications', { system: 'snowflake-replicator', instance: config.name, topicName: names.prefix, key, ...notifications });
    const storage = new ReplicatorStorage(this, 'Storage', { names, key });
    const settings = new ReplicatorSettings(this, 'Settings', { config, names });
    const network = new ReplicatorNetwork(this, 'Network', { config, names, key });
    const functions = new ReplicatorFunctions(this, 'Functions', { config, names, key, network, settings, storage, topic });
    const { stateMachine } = new ReplicatorPipeline(this, 'Pipeline', { config, names, functions, key });
    const starting = { [ENV.STATE_MACHINE_ARN]: stateMachine.stateMachineArn };
    const start = { actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] };
    const requestReplication = new ReplicatorFunction(this, 'request-replication', {
      names,
      key,
      description: 'Starts a run, or finds the one that the same id has started',
      environment: { ...settings.environment, ...starting },
      permissions: [
        settings.listing,
        start,
        { actions: ['states:DescribeExecution'], resources: [`arn:aws:states:${env.region}:${env.account}:execution:${names.prefix}:*`], because: 'executions are named after operations' },
      ],
    });
    new ReplicatorFunction(this, 'redrive-failures', {
      names,
      key,
      description: 'Starts again what failed for good, once a person has removed the cause',
      environment: { ...starting, [ENV.FAILURE_QUEUE_URL]: storage.failures.queueUrl },
      permissions: [
        start,
        { actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], resources: [storage.failures.queueArn] },
        { actions: ['kms:Decrypt'], resources: [key.keyArn] },
      ],
    });
    const scheduledTime = '<aws.scheduler.scheduled-time>';
    if (config.schedule) {
      new FunctionSchedule(this, 'Schedule', { name: names.prefix, expression: config.schedule, target: requestReplication, input: { scheduledTime }, key });
    }
    if (config.verifySchedule) {
      new FunctionSchedule(this, 'VerifySchedule', { name: `${names.prefix}-verify`, expression: config.verifySchedule, target: requestReplication, input: { scheduledTime, mode: 'verify' }, key });
    }
    new ReplicatorMonitoring(this, 'Monitoring', { config, stateMachine, functions, failures: storage.failures, topic });
  }
}
