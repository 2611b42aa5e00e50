import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import { workgroupOf, type RedshiftBackupConfig } from '../config/redshift-backup';
import type { Permission } from '../shared/permission';
import { BackupFunction, type FunctionContext } from './backup-function';
import { listEvidence, writeEvidence } from './permissions';
import { clusterPermissions, namespacePermissions } from './source-permissions';

export interface BackupFunctionsProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly topic: ITopic;
}

/** The functions of the source account, in the order in which a backup meets them, each with what it may do. */
export class BackupFunctions extends Construct {
  readonly preflightBackup: BackupFunction;
  readonly takeManifest: BackupFunction;
  readonly createSnapshot: BackupFunction;
  readonly checkSnapshot: BackupFunction;
  readonly shareSnapshot: BackupFunction;
  readonly verifyShare: BackupFunction;
  readonly applyRetention: BackupFunction;
  readonly notifyOutcome: BackupFunction;
  readonly reconcileShares: BackupFunction;

  constructor(scope: Construct, id: string, private readonly props: BackupFunctionsProps) {
    super(scope, id);
    const { config, topic, context } = props;
    const { account, region } = Stack.of(this);
    const may = workgroupOf(config) === undefined ? clusterPermissions({ account, region }, config) : namespacePermissions({ account, region }, config);

    this.preflightBackup = this.step('preflight-backup', 'Finds what is in the way of a backup before it starts', [...may.describe, ...may.listSnapshots], { [ENV.SNAPSHOT_QUOTA]: String(config.snapshotQuota) });
    this.takeManifest = this.step('take-manifest', 'Reads what the warehouse holds and writes it where the source cannot change it', [...may.read, ...writeEvidence(context.names, region, 'manifests/')]);
    this.createSnapshot = this.step('create-snapshot', 'Starts the snapshot of the run, or adopts it', may.createSnapshot);
    this.checkSnapshot = this.step('check-snapshot', 'Says whether the snapshot is complete', may.findSnapshot);
    this.shareSnapshot = this.step('share-snapshot', 'Lets the target account restore the snapshot', may.share);
    this.verifyShare = this.step('verify-share', 'Looks whether the snapshot is complete and shared', may.findSnapshot);
    this.applyRetention = this.step('apply-retention', 'Revokes and deletes the snapshots whose time is over', [listEvidence(context.names), ...may.listSnapshots, ...may.revoke, ...may.cleanUp, ...may.share]);
    this.notifyOutcome = this.step('notify-outcome', 'Ends a run: counts its outcome and tells people', [
      { actions: ['sns:Publish'], resources: [topic.topicArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [context.key.keyArn] },
    ]);
    this.reconcileShares = this.step('reconcile-shares', 'Makes the shares of all snapshots what they should be', [...may.listSnapshots, ...may.revoke, ...may.share]);
  }

  private step(operation: string, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>> = {}): BackupFunction {
    return new BackupFunction(this, operation, this.props.context, { description, permissions, environment });
  }
}
