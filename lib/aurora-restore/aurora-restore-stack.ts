import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import type { Deployment } from '../config/deployment';
import { FunctionSchedule } from '../shared/function-schedule';
import { HoldfastStack } from '../shared/holdfast-stack';
import { NotificationTopic } from '../shared/monitoring/notification-topic';
import { SystemKey } from '../shared/system-key';
import { namesOf } from './names';
import { PipelineFunction, type PipelineContext } from './pipeline-function';
import { environmentOf } from './restore-environment';
import { RestoreFunctions } from './restore-functions';
import { RestoreMonitoring } from './restore-monitoring';
import { RestoreNetwork } from './restore-network';
import { RestorePipeline } from './restore-pipeline';
import { RestoreStorage } from './restore-storage';
import { accessThrough, directAccess } from './source-access';

export interface AuroraRestoreStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: AuroraRestoreConfig;
  readonly sourceAccount: string;
  readonly notifications: Deployment['notifications'];
}

/** A restore pipeline, in the account and region that receive the database. */
export class AuroraRestoreStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, sourceAccount, notifications }: AuroraRestoreStackProps) {
    super(scope, id, { env, system: 'aurora-restore', description: `Restores ${config.source.clusterIdentifier} as ${config.target.clusterIdentifier}` });
    const names = namesOf(config, { sourceAccount, targetAccount: env.account });
    const key = new SystemKey(this, 'Key', { alias: `aurora-restore-${config.name}`, description: `Restored clusters, logs and evidence of ${config.name}` });
    const { topic } = new NotificationTopic(this, 'Notifications', { system: 'aurora-restore', instance: config.name, topicName: names.topic, key, ...notifications });
    const storage = new RestoreStorage(this, 'Storage', { names, key });
    const network = new RestoreNetwork(this, 'Network', { config, names, key });
    const foreign = sourceAccount !== env.account;
    const roleArn = (roleName: string) => `arn:aws:iam::${sourceAccount}:role/${roleName}`;
    const context: PipelineContext = {
      names,
      key,
      environment: environmentOf({ config, names, sourceAccount, targetAccount: env.account, storage, network, key, topic, readsLiveSource: config.source.network !== undefined }),
    };
    const functions = new RestoreFunctions(this, 'Functions', {
      context,
      config,
      source: { pipeline: config.name, account: sourceAccount, region: config.source.region, clusterIdentifier: config.source.clusterIdentifier, kmsKeyArn: config.source.kmsKeyArn },
      access: foreign ? accessThrough(roleArn(names.sourceAccessRole)) : directAccess,
      deletionAccess: foreign ? accessThrough(roleArn(names.sourceDeletionRole)) : directAccess,
      storage,
      network,
      topic,
      takeManifestFunctionArn: config.source.network && `arn:aws:lambda:${config.source.region}:${sourceAccount}:function:${names.functionName('take-manifest')}`,
    });
    const { stateMachine } = new RestorePipeline(this, 'Pipeline', { config, names, functions, key });
    const requestRestore = new PipelineFunction(this, 'request-restore', context, {
      description: 'Starts a restore, or finds the one that the same id has started',
      environment: { [ENV.STATE_MACHINE_ARN]: stateMachine.stateMachineArn },
      permissions: [
        { actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] },
        { actions: ['states:DescribeExecution'], resources: [`arn:aws:states:${env.region}:${env.account}:execution:${names.stateMachine}:*`], because: 'executions are named after operations' },
      ],
    });
    const input = { scheduledTime: '<aws.scheduler.scheduled-time>' };
    const schedule = config.schedule ? new FunctionSchedule(this, 'Schedule', { name: `aurora-restore-${config.name}`, expression: config.schedule, target: requestRestore, input, key }) : undefined;
    const sweep = new FunctionSchedule(this, 'Sweep', { name: `aurora-restore-${config.name}-sweep`, expression: `rate(${Duration.hours(6).toHours()} hours)`, target: functions.sweepLeftovers, input: {}, key });
    new RestoreMonitoring(this, 'Monitoring', { config, stateMachine, functions, requestRestore, schedule, sweep, topic });
  }
}
