import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ENV } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import { COPY_SLOT_TABLE, type PipelineNames } from './names';
import type { RestoreNetwork } from './restore-network';
import type { RestoreStorage } from './restore-storage';

export interface RestoreEnvironmentProps {
  readonly config: AuroraRestoreConfig;
  readonly names: PipelineNames;
  readonly sourceAccount: string;
  readonly targetAccount: string;
  readonly storage: RestoreStorage;
  readonly network: RestoreNetwork;
  readonly key: IKey;
  readonly topic: ITopic;
  readonly readsLiveSource: boolean;
}

/** What every function of a pipeline knows of it: names and settings, no secret. */
export function environmentOf(props: RestoreEnvironmentProps): Readonly<Record<string, string>> {
  const { config, names, sourceAccount, targetAccount, storage, network, key, topic, readsLiveSource } = props;
  const { source, target } = config;
  return {
    [ENV.PIPELINE]: config.name,
    [ENV.SOURCE_REGION]: source.region,
    [ENV.SOURCE_ACCOUNT]: sourceAccount,
    [ENV.SOURCE_CLUSTER]: source.clusterIdentifier,
    ...(source.kmsKeyArn && { [ENV.SOURCE_KEY_ARN]: source.kmsKeyArn }),
    [ENV.SOURCE_DELETABLE]: String(source.deletable),
    [ENV.TARGET_ACCOUNT]: targetAccount,
    [ENV.TARGET_CLUSTER]: target.clusterIdentifier,
    [ENV.TARGET_KEY_ARN]: key.keyArn,
    [ENV.TARGET_SUBNET_GROUP]: network.subnetGroup.subnetGroupName,
    ...(target.clusterParameterGroup && { [ENV.TARGET_PARAMETER_GROUP]: target.clusterParameterGroup }),
    [ENV.INSTANCE_CLASS]: target.instanceClass,
    [ENV.QUARANTINE_SECURITY_GROUP]: network.quarantineGroup.securityGroupId,
    [ENV.CLIENT_SECURITY_GROUP]: network.clientGroup.securityGroupId,
    [ENV.SNAPSHOT_MAX_AGE_HOURS]: String(config.snapshotMaxAgeHours),
    [ENV.ON_FAILURE]: config.onFailure,
    [ENV.KEEP_COPIES_DAYS]: String(target.keepCopiesDays),
    [ENV.STATE_TABLE]: storage.stateTable.tableName,
    [ENV.AUDIT_TABLE]: storage.auditTable.tableName,
    [ENV.COPY_SLOT_TABLE]: COPY_SLOT_TABLE,
    [ENV.ADMIN_SECRET_ARN]: storage.adminSecret.secretArn,
    [ENV.APP_SECRET_ARN]: storage.appSecret.secretArn,
    [ENV.MANIFEST_BUCKET]: names.manifestBucket,
    [ENV.MANIFEST_BUCKET_REGION]: source.region,
    [ENV.EVIDENCE_BUCKET]: storage.evidence.bucketName,
    [ENV.TOPIC_ARN]: topic.topicArn,
    ...(readsLiveSource && { [ENV.TAKE_MANIFEST_FUNCTION]: `arn:aws:lambda:${source.region}:${sourceAccount}:function:${names.functionName('take-manifest')}` }),
  };
}
