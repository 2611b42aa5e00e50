import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import type { Permission } from '../shared/permission';
import { BackupFunction, type FunctionContext } from './backup-function';
import { describeClusters, describeSnapshots, listEvidence, readDatabase, redshiftArn, writeEvidence } from './permissions';

export interface BackupFunctionsProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly topic: ITopic;
}

const NAMED_BY_SLOT = 'snapshots are named after the prefix and the slot of the schedule';

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
    const place = { account, region };
    const { clusterIdentifier, database, readerUser } = config.source;
    const ours = redshiftArn(place, `snapshot:${clusterIdentifier}/${config.names.snapshotPrefix}-*`);
    const onSnapshots = (...actions: string[]): Permission => ({ actions, resources: [ours], because: NAMED_BY_SLOT });
    const share = [onSnapshots('redshift:AuthorizeSnapshotAccess'), this.describeKey()];

    this.preflightBackup = this.step('preflight-backup', 'Finds what is in the way of a backup before it starts', [
      describeClusters(place, clusterIdentifier),
      describeSnapshots(place),
      { actions: ['servicequotas:GetServiceQuota'], resources: [`arn:aws:servicequotas:${region}:${account}:redshift/*`], because: 'the code of the quota is a number of AWS' },
    ]);
    this.takeManifest = this.step('take-manifest', 'Reads what the warehouse holds and writes it where the source cannot change it', [
      ...readDatabase(place, { cluster: clusterIdentifier, database, user: readerUser }),
      ...writeEvidence(context.names, region, 'manifests/'),
    ]);
    this.createSnapshot = this.step('create-snapshot', 'Starts the snapshot of the run, or adopts it', [
      { actions: ['redshift:CreateClusterSnapshot'], resources: [redshiftArn(place, `cluster:${clusterIdentifier}`), ours], because: NAMED_BY_SLOT },
      onSnapshots('redshift:CreateTags'),
      describeSnapshots(place),
    ]);
    this.checkSnapshot = this.step('check-snapshot', 'Says whether the snapshot is complete', [describeSnapshots(place)]);
    this.shareSnapshot = this.step('share-snapshot', 'Lets the target account restore the snapshot', share);
    this.verifyShare = this.step('verify-share', 'Looks whether the snapshot is complete and shared', [describeSnapshots(place)]);
    this.applyRetention = this.step('apply-retention', 'Revokes and deletes the snapshots whose time is over', [
      describeSnapshots(place),
      listEvidence(context.names),
      onSnapshots('redshift:RevokeSnapshotAccess', 'redshift:DeleteClusterSnapshot', 'redshift:ModifyClusterSnapshot'),
      ...share,
    ]);
    this.notifyOutcome = this.step('notify-outcome', 'Ends a run: counts its outcome and tells people', [
      { actions: ['sns:Publish'], resources: [topic.topicArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [context.key.keyArn] },
    ]);
    this.reconcileShares = this.step('reconcile-shares', 'Makes the shares of all snapshots what they should be', [describeSnapshots(place), onSnapshots('redshift:RevokeSnapshotAccess'), ...share]);
  }

  private step(operation: string, description: string, permissions: readonly Permission[]): BackupFunction {
    return new BackupFunction(this, operation, this.props.context, { description, permissions });
  }

  /** Who shares a snapshot must be able to describe its key: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html */
  private describeKey(): Permission {
    const { warehouse } = this.props.config.source;
    if ('kmsKeyArn' in warehouse) return { actions: ['kms:DescribeKey'], resources: [warehouse.kmsKeyArn] };
    const { account, region } = Stack.of(this);
    return {
      actions: ['kms:DescribeKey'],
      resources: [`arn:aws:kms:${region}:${account}:key/*`],
      because: 'the key of the warehouse belongs to another stack and is named by its alias',
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${this.props.config.names.sourceKeyAlias}`] } },
    };
  }
}
