import { Fn, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import { workgroupOf, type RedshiftBackupConfig } from '../config/redshift-backup';
import type { Permission } from '../shared/permission';
import { BackupFunction, type FunctionContext } from './backup-function';
import { NODE_HOUR } from './cost/prices';
import { listEvidence, readEvidence, writeEvidence } from './permissions';
import type { TargetNetwork } from './target-network';
import { restoredClusterPermissions, restoredNamespacePermissions, tryKeyElsewhere, tryKeys, type TargetPermissions } from './target-permissions';

export interface ProofFunctionsProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly sourceAccount: string;
  readonly network: TargetNetwork;
  readonly topic: ITopic;
}

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
  /** For what else works with copies. */
  readonly may: TargetPermissions;

  constructor(scope: Construct, id: string, private readonly props: ProofFunctionsProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const { config, topic, context, network, sourceAccount } = props;
    const { names, key } = context;
    const { proof } = config;
    const of = { place: { account, region }, config, names, sourceAccount, keyArn: key.keyArn };
    const isServerless = workgroupOf(config) !== undefined;
    const may = isServerless ? restoredNamespacePermissions(of) : restoredClusterPermissions(of);
    this.may = may;
    const lifetime = { [ENV.LIFETIME_HOURS]: String(proof.lifetimeHours) };

    this.chooseSnapshot = this.step('choose-snapshot', 'Decides which shared snapshot is proven, and what that may cost', [...may.listSnapshots, ...may.readQuota, ...may.listWarehouses, listEvidence(names), ...tryKeys(of, false)], {
      [ENV.NODE_PRICES]: JSON.stringify(Object.fromEntries(Object.entries(NODE_HOUR).map(([nodeType, { usd }]) => [nodeType, usd]))),
      [ENV.COST_CAP_USD]: String(proof.costCapUsd),
      [ENV.SNAPSHOT_QUOTA]: String(config.snapshotQuota),
      ...lifetime,
    });
    this.restoreCluster = this.step('restore-cluster', 'Starts the restore of a shared snapshot under the key of this account', may.restore, {
      [ENV.TARGET_KEY_ARN]: key.keyArn,
      [ENV.SECURITY_GROUP]: network.closedGroup.securityGroupId,
      ...(isServerless ? { [ENV.SUBNET_IDS]: Fn.join(',', [...network.subnetIds]) } : { [ENV.SUBNET_GROUP]: network.subnetGroup.ref }),
    });
    this.checkCluster = this.step('check-cluster', 'Says whether the restored cluster has all of its data', may.check);
    this.takeManifest = this.step('take-manifest', 'Reads what was restored', [...may.read, ...writeEvidence(names, region, 'manifests/')]);
    this.proveContent = this.step('prove-content', 'Compares what was restored with what the source held', readEvidence(names, region, 'manifests/'));
    this.keepCopy = this.step('keep-copy', 'Starts the copy that this account owns', may.keepCopy);
    this.checkSnapshot = this.step('check-snapshot', 'Says whether the copy is complete', may.findOwn);
    this.tearDown = this.step('tear-down', 'Deletes the restored cluster', may.delete);
    this.recordProof = this.step('record-proof', 'Writes the verdict down where nobody can change it', writeEvidence(names, region, 'proofs/'));
    this.applyRetention = this.step('apply-retention', 'Deletes the copies whose time is over', [listEvidence(names), ...may.listSnapshots, ...may.cleanUp]);
    this.notifyOutcome = this.step('notify-outcome', 'Ends a proof: counts its outcome and tells people', [
      { actions: ['sns:Publish'], resources: [topic.topicArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] },
    ]);
    this.measureFreshness = this.step('measure-freshness', 'Measures how old the data is that this account could restore now', [...may.listSnapshots, ...tryKeys(of, true), ...tryKeyElsewhere(of)], config.regionCopy ? { [ENV.COPY_REGION]: config.regionCopy.region } : {});
    this.sweepClusters = this.step('sweep-clusters', 'Deletes restored clusters that outlived their proof', [...may.listWarehouses, ...may.delete], lifetime);
  }

  private step(operation: string, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>> = {}): BackupFunction {
    return new BackupFunction(this, operation, this.props.context, { description, permissions, environment });
  }
}
