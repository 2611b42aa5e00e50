import type { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import type { Deployment } from '../config/deployment';
import { workgroupOf, type RedshiftBackupConfig } from '../config/redshift-backup';
import { FunctionSchedule } from '../shared/function-schedule';
import { HoldfastStack } from '../shared/holdfast-stack';
import { NotificationTopic } from '../shared/monitoring/notification-topic';
import { SystemKey } from '../shared/system-key';
import { AwsBackupSource } from './aws-backup-source';
import { BackupFunction, pipelineEnvironment, type FunctionContext } from './backup-function';
import { BackupFunctions } from './backup-functions';
import { BackupMonitoring } from './backup-monitoring';
import { BackupPipeline } from './backup-pipeline';
import { namesOf } from './names';
import { RegionCopies } from './region-copies';
import { RETENTION_SCHEDULE } from './retention-watch';

export interface SourceStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: RedshiftBackupConfig;
  readonly targetAccount: string;
  readonly notifications: Deployment['notifications'];
}

/** In the account that owns the warehouse: snapshots on schedule, shared with the target and cleaned up. */
export class SourceStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, targetAccount, notifications }: SourceStackProps) {
    super(scope, id, { env, system: 'redshift-backup', description: `Backups of ${config.source.clusterIdentifier} for account ${targetAccount}` });
    const names = namesOf(config, { sourceAccount: env.account, targetAccount });
    const key = new SystemKey(this, 'Key', { alias: names.backupMachine, description: `Logs and notifications of the backups of ${config.source.clusterIdentifier}` });
    const { topic } = new NotificationTopic(this, 'Notifications', { system: 'redshift-backup', instance: config.name, topicName: names.topic, key, ...notifications });
    const workgroup = workgroupOf(config);
    const context: FunctionContext = {
      names,
      key,
      environment: {
        ...pipelineEnvironment(config, names, { sourceAccount: env.account, targetAccount }),
        [ENV.CLUSTER_IDENTIFIER]: config.source.clusterIdentifier,
        ...(workgroup !== undefined && { [ENV.WORKGROUP]: workgroup }),
        [ENV.RETENTION]: JSON.stringify(config.retention),
        [ENV.TOPIC_ARN]: topic.topicArn,
      },
    };
    const functions = new BackupFunctions(this, 'Functions', { context, config, topic });
    const { stateMachine } = new BackupPipeline(this, 'Pipeline', { config, names, functions, key });
    const executions = `arn:aws:states:${env.region}:${env.account}:execution:${names.backupMachine}:*`;
    const requestBackup = new BackupFunction(this, 'request-backup', context, {
      description: 'Starts a backup and answers at once; takes and gives the documented event and response',
      environment: { [ENV.STATE_MACHINE_ARN]: stateMachine.stateMachineArn },
      permissions: [
        { actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] },
        { actions: ['states:DescribeExecution'], resources: [executions], because: 'executions are named after snapshots' },
      ],
    });
    const schedule = new FunctionSchedule(this, 'Schedule', { name: names.backupMachine, expression: config.schedule, target: requestBackup, input: { scheduledTime: '<aws.scheduler.scheduled-time>' }, key });
    new FunctionSchedule(this, 'Reconcile', { name: `${names.backupMachine}-shares`, expression: 'rate(1 hour)', target: functions.reconcileShares, input: {}, key });
    new FunctionSchedule(this, 'Retention', { name: `${names.backupMachine}-retention`, ...RETENTION_SCHEDULE, target: functions.applyRetention, key });
    if (config.awsBackup) new AwsBackupSource(this, 'AwsBackup', { context, config, awsBackup: config.awsBackup, targetAccount, topic });
    const { regionCopy } = config;
    const copies = regionCopy && new RegionCopies(this, 'RegionCopies', { context, config, regionCopy, topic });
    new BackupMonitoring(this, 'Monitoring', { config, stateMachine, requestBackup, reconcileShares: functions.reconcileShares, schedule, topic, others: copies ? [copies.alarm] : [] });
  }
}
