import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import type { Permission } from '../shared/permission';
import { BackupFunction, type FunctionContext } from './backup-function';
import { NODE_HOUR } from './cost/prices';
import { describeClusters, describeSnapshots, listEvidence, managePassword, readDatabase, readEvidence, redshiftArn, writeEvidence, type Place } from './permissions';
import type { TargetNetwork } from './target-network';

export interface ProofFunctionsProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly sourceAccount: string;
  readonly network: TargetNetwork;
  readonly topic: ITopic;
}

const NAMED_BY_SNAPSHOT = 'clusters of proofs are named after the snapshot that they are restored from';
const COPIES = 'copies are named after the snapshot that they are of';
const SHARED_KEY = 'the key of a shared snapshot belongs to the source account, and its policy decides';

/** The functions of the target account, in the order in which a proof meets them, each with what it may do. */
export class ProofFunctions extends Construct {
  readonly chooseSnapshot: BackupFunction;
  readonly restoreCluster: BackupFunction;
  readonly checkCluster: BackupFunction;
  readonly takeManifest: BackupFunction;
  readonly proveContent: BackupFunction;
  readonly keepCopy: BackupFunction;
  readonly checkSnapshot: BackupFunction;
  readonly tearDown: BackupFunction;
  readonly recordProof: BackupFunction;
  readonly applyRetention: BackupFunction;
  readonly notifyOutcome: BackupFunction;
  readonly measureFreshness: BackupFunction;
  readonly sweepClusters: BackupFunction;

  private readonly place: Place;
  private readonly proofClusters: string;
  private readonly copies: string;

  constructor(scope: Construct, id: string, private readonly props: ProofFunctionsProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.place = { account, region };
    const { config, topic, context } = props;
    const { names } = context;
    const { database, readerUser } = config.source;
    this.proofClusters = redshiftArn(this.place, `cluster:${names.proofClusterPrefix}*`);
    this.copies = redshiftArn(this.place, `snapshot:${names.proofClusterPrefix}*/${config.names.snapshotPrefix}-*`);
    const { proof } = config;
    const listSnapshots = describeSnapshots(this.place);
    const listClusters = describeClusters(this.place, '*', 'clusters of proofs are looked for among all');

    this.chooseSnapshot = this.step('choose-snapshot', 'Decides which shared snapshot is proven, and what that may cost', [listSnapshots, listClusters, listEvidence(names), ...this.tryKeys(false)], {
      [ENV.NODE_PRICES]: JSON.stringify(Object.fromEntries(Object.entries(NODE_HOUR).map(([nodeType, { usd }]) => [nodeType, usd]))),
      [ENV.COST_CAP_USD]: String(proof.costCapUsd),
      [ENV.LIFETIME_HOURS]: String(proof.lifetimeHours),
    });
    this.restoreCluster = this.step('restore-cluster', 'Starts the restore of a shared snapshot under the key of this account', this.restoring(), {
      [ENV.TARGET_KEY_ARN]: context.key.keyArn,
      [ENV.SUBNET_GROUP]: props.network.subnetGroup.ref,
      [ENV.SECURITY_GROUP]: props.network.closedGroup.securityGroupId,
    });
    this.checkCluster = this.step('check-cluster', 'Says whether the restored cluster has all of its data', [{ actions: ['redshift:DescribeClusters'], resources: [this.proofClusters], because: NAMED_BY_SNAPSHOT }]);
    this.takeManifest = this.step('take-manifest', 'Reads what was restored', [
      ...readDatabase(this.place, { cluster: `${names.proofClusterPrefix}*`, database, user: readerUser, because: NAMED_BY_SNAPSHOT }),
      ...writeEvidence(names, region, 'manifests/'),
    ]);
    this.proveContent = this.step('prove-content', 'Compares what was restored with what the source held', readEvidence(names, region, 'manifests/'));
    this.keepCopy = this.step('keep-copy', 'Starts the copy that this account owns', [
      { actions: ['redshift:CreateClusterSnapshot'], resources: [this.proofClusters, this.copies], because: COPIES },
      { actions: ['redshift:CreateTags'], resources: [this.copies], because: COPIES },
      listSnapshots,
    ]);
    this.checkSnapshot = this.step('check-snapshot', 'Says whether the copy is complete', [listSnapshots]);
    this.tearDown = this.step('tear-down', 'Deletes the restored cluster', this.deleting());
    this.recordProof = this.step('record-proof', 'Writes the verdict down where nobody can change it', writeEvidence(names, region, 'proofs/'));
    this.applyRetention = this.step('apply-retention', 'Deletes the copies whose time is over', [
      listSnapshots,
      listEvidence(names),
      { actions: ['redshift:DeleteClusterSnapshot', 'redshift:ModifyClusterSnapshot'], resources: [this.copies], because: COPIES },
    ]);
    this.notifyOutcome = this.step('notify-outcome', 'Ends a proof: counts its outcome and tells people', [
      { actions: ['sns:Publish'], resources: [topic.topicArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [context.key.keyArn] },
    ]);
    this.measureFreshness = this.step('measure-freshness', 'Measures how old the data is that this account could restore now', [listSnapshots, ...this.tryKeys(true)]);
    this.sweepClusters = this.step('sweep-clusters', 'Deletes restored clusters that outlived their proof', [listClusters, ...this.deleting()], { [ENV.LIFETIME_HOURS]: String(proof.lifetimeHours) });
  }

  private step(operation: string, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>> = {}): BackupFunction {
    return new BackupFunction(this, operation, this.props.context, { description, permissions, environment });
  }

  private get sourceKeys(): string {
    const { warehouse } = this.props.config.source;
    return 'kmsKeyArn' in warehouse ? warehouse.kmsKeyArn : `arn:aws:kms:${this.place.region}:${this.props.sourceAccount}:key/*`;
  }

  /** Asking keys by a dry run whether a restore may use them; the copies are under the key of this account. */
  private tryKeys(own: boolean): readonly Permission[] {
    const actions = ['kms:DescribeKey', 'kms:CreateGrant'];
    return [{ actions, resources: [this.sourceKeys], because: SHARED_KEY }, ...(own ? [{ actions, resources: [this.props.context.key.keyArn] }] : [])];
  }

  private restoring(): readonly Permission[] {
    const { region } = this.place;
    const { config, sourceAccount, context } = this.props;
    const shared = redshiftArn({ account: sourceAccount, region }, `snapshot:${config.source.clusterIdentifier}/${config.names.snapshotPrefix}-*`);
    const throughRedshift = { StringEquals: { 'kms:ViaService': `redshift.${region}.amazonaws.com` } };
    return [
      { actions: ['redshift:RestoreFromClusterSnapshot'], resources: [this.proofClusters, shared], because: NAMED_BY_SNAPSHOT },
      { actions: ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant'], resources: [this.sourceKeys], conditions: throughRedshift, because: SHARED_KEY },
      { actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: [context.key.keyArn], conditions: throughRedshift },
      ...managePassword(this.place, { cluster: context.names.proofClusterPrefix, keyArn: context.key.keyArn }),
    ];
  }

  private deleting(): readonly Permission[] {
    return [{ actions: ['redshift:DeleteCluster'], resources: [this.proofClusters], because: NAMED_BY_SNAPSHOT }];
  }
}
