import type { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import type { Deployment } from '../config/deployment';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { FunctionSchedule } from '../shared/function-schedule';
import { HoldfastStack } from '../shared/holdfast-stack';
import { NotificationTopic } from '../shared/monitoring/notification-topic';
import { SystemKey } from '../shared/system-key';
import { AwsBackupTarget } from './aws-backup-target';
import { BackupFunction, pipelineEnvironment, type FunctionContext } from './backup-function';
import { CopyRelease } from './copy-release';
import { namesOf } from './names';
import { ProofFunctions } from './proof-functions';
import { ProofMonitoring } from './proof-monitoring';
import { ProofPipeline } from './proof-pipeline';
import { RETENTION_SCHEDULE } from './retention-watch';
import { TargetNetwork } from './target-network';
import { TargetStorage } from './target-storage';

export interface TargetStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: RedshiftBackupConfig;
  readonly sourceAccount: string;
  readonly notifications: Deployment['notifications'];
}

/** In the account that would have to restore: evidence, the proof of what is shared, copies of its own, and its own view of how old they are. */
export class TargetStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, sourceAccount, notifications }: TargetStackProps) {
    super(scope, id, { env, system: 'redshift-backup', description: `Proven copies of ${config.source.clusterIdentifier} of account ${sourceAccount}` });
    const names = namesOf(config, { sourceAccount, targetAccount: env.account });
    const key = new SystemKey(this, 'Key', { alias: config.names.targetKeyAlias, description: `Restored clusters, own copies and logs of ${config.name}` });
    const { topic } = new NotificationTopic(this, 'Notifications', { system: 'redshift-backup', instance: config.name, topicName: names.topic, key, ...notifications });
    const { evidence } = new TargetStorage(this, 'Storage', { config, names, sourceAccount });
    const network = new TargetNetwork(this, 'Network', { config, names, key });
    const context: FunctionContext = {
      names,
      key,
      environment: {
        ...pipelineEnvironment(config, names, { sourceAccount, targetAccount: env.account }),
        // The bucket itself, not its name: nothing writes evidence before it is there.
        [ENV.EVIDENCE_BUCKET]: evidence.bucketName,
        [ENV.PROOF_CLUSTER_PREFIX]: names.proofClusterPrefix,
        [ENV.RETENTION]: JSON.stringify(config.proof.retention),
        [ENV.TOPIC_ARN]: topic.topicArn,
      },
    };
    const functions = new ProofFunctions(this, 'Functions', { context, config, sourceAccount, network, topic });
    const { stateMachine } = new ProofPipeline(this, 'Pipeline', { config, names, functions, key });
    const requestProof = new BackupFunction(this, 'request-proof', context, {
      description: 'Starts the restore and proof of a shared snapshot',
      environment: { [ENV.STATE_MACHINE_ARN]: stateMachine.stateMachineArn },
      permissions: [{ actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] }],
    });
    new FunctionSchedule(this, 'Schedule', { name: names.proofMachine, expression: config.proof.schedule, target: requestProof, input: { scheduledTime: '<aws.scheduler.scheduled-time>' }, key });
    new FunctionSchedule(this, 'Freshness', { name: `${names.backupMachine}-freshness`, expression: 'rate(1 hour)', target: functions.measureFreshness, input: {}, key });
    new FunctionSchedule(this, 'Sweep', { name: `${names.backupMachine}-sweep`, expression: 'rate(1 hour)', target: functions.sweepClusters, input: {}, key });
    new FunctionSchedule(this, 'Retention', { name: `${names.backupMachine}-copy-retention`, ...RETENTION_SCHEDULE, target: functions.applyRetention, key });
    if (config.awsBackup) new AwsBackupTarget(this, 'AwsBackup', { awsBackup: config.awsBackup, sourceAccount, key });
    const { release } = config.target;
    const released = release && new CopyRelease(this, 'Release', { context, config, release, may: functions.may, topic });
    new ProofMonitoring(this, 'Monitoring', { config, stateMachine, functions, topic, others: released ? [released.alarm] : [] });
  }
}
