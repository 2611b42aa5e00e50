import { Duration, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV, TAG } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import type { Permission } from '../shared/permission';
import { COPY_SLOT_TABLE } from './names';
import { PipelineFunction, type PipelineContext } from './pipeline-function';
import type { RestoreNetwork } from './restore-network';
import type { RestoreStorage } from './restore-storage';
import type { SourceAccess } from './source-access';
import { cleanSource, deleteSource, readQuotas, readSource, readSourceCluster, readSourceKey, shareSource, useKeyThroughRds, type SourcePlace } from './source-permissions';

export interface RestoreFunctionsProps {
  readonly context: PipelineContext;
  readonly config: AuroraRestoreConfig;
  readonly source: SourcePlace;
  readonly access: SourceAccess;
  /** Through which the source is deleted; the same as `access` within one account. */
  readonly deletionAccess: SourceAccess;
  readonly storage: RestoreStorage;
  readonly network: RestoreNetwork;
  readonly topic: ITopic;
  readonly takeManifestFunctionArn: string | undefined;
}

const RUN_NAMES = 'a run may restore under another name than the configured one';

/** Reading and hashing a large database takes long; a run that needs more than this cannot be proven by one function. */
const PROOF_TIMEOUT = Duration.minutes(15);

/** The functions of a pipeline, in the order in which a run meets them, each with what it may do. */
export class RestoreFunctions extends Construct {
  readonly admitRequest: PipelineFunction;
  readonly snapshotCheck: PipelineFunction;
  readonly collectManifest: PipelineFunction;
  readonly preflightRestore: PipelineFunction;
  readonly copySnapshot: PipelineFunction;
  readonly checkCopyStatus: PipelineFunction;
  readonly restoreSnapshot: PipelineFunction;
  readonly checkRestoreStatus: PipelineFunction;
  readonly createInstance: PipelineFunction;
  readonly checkInstanceStatus: PipelineFunction;
  readonly resetAdminCredentials: PipelineFunction;
  readonly proveRestore: PipelineFunction;
  readonly setupDbUsers: PipelineFunction;
  readonly openNetwork: PipelineFunction;
  readonly deleteRds: PipelineFunction;
  readonly checkDeleteStatus: PipelineFunction;
  readonly archiveSnapshot: PipelineFunction;
  readonly compensateRestore: PipelineFunction;
  readonly snsNotification: PipelineFunction;
  readonly sweepLeftovers: PipelineFunction;

  private readonly rds: string;

  constructor(scope: Construct, id: string, private readonly props: RestoreFunctionsProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.rds = `arn:aws:rds:${region}:${account}`;
    const { storage, config, topic, context } = props;
    const states = `arn:aws:states:${region}:${account}`;
    const { auditing, journaling } = storage;
    const state = storage.stateTable.tableArn;

    this.admitRequest = this.step(
      'admit-request',
      'Checks a request and makes its execution the one that works on it',
      [
        ...auditing,
        { actions: ['dynamodb:PutItem', 'dynamodb:GetItem'], resources: [state] },
        { actions: ['states:DescribeExecution'], resources: [`${states}:execution:${context.names.stateMachine}:*`], because: 'executions are named after operations' },
      ],
      // The state machine calls this function, so its name is all that the function can be given of it.
      { [ENV.STATE_MACHINE_ARN]: `${states}:stateMachine:${context.names.stateMachine}` },
    );
    this.snapshotCheck = this.sourceStep('snapshot-check', 'Chooses the snapshot and plans its way', journaling, readSource(props.source));
    this.preflightRestore = this.sourceStep('preflight-restore', 'Finds what is missing before anything starts, and plans the run', [...journaling, ...this.preflightPermissions()], [
      ...readSourceKey(props.source),
      ...(config.source.deletable ? readSourceCluster(props.source) : []),
    ]);
    this.copySnapshot = this.sourceStep('copy-snapshot', 'Takes one hop of the way of the snapshot', [...journaling, ...this.copyPermissions(), ...this.slots('dynamodb:PutItem')], [
      ...readSource(props.source),
      ...(this.isForeign ? shareSource(props.source) : []),
    ]);
    this.checkCopyStatus = this.sourceStep('check-copy-status', 'Says how far a hop is', [...journaling, ...(this.leavesItsPlace ? [this.describeCopies()] : []), ...this.slots('dynamodb:DeleteItem')], readSource(props.source));
    this.collectManifest = this.sourceStep(
      'collect-manifest',
      'Brings the manifests of the snapshot to where the proof can read them',
      [...journaling, storage.encrypting, ...this.manifestPermissions()],
      this.invokeTakeManifest(),
      // It waits while the source's function reads what there is no manifest of.
      PROOF_TIMEOUT,
    );
    this.restoreSnapshot = this.step('restore-snapshot', 'Starts the restore of the cluster in quarantine', [...journaling, ...this.restorePermissions()]);
    this.checkRestoreStatus = this.step('check-restore-status', 'Says whether the cluster is available', [this.describeClusters()]);
    this.createInstance = this.step('create-instance', 'Starts the instance that answers', [...journaling, ...this.instancePermissions()]);
    this.checkInstanceStatus = this.step('check-instance-status', 'Says whether the instance is available', [this.describeInstances()]);
    this.resetAdminCredentials = this.step('reset-admin-credentials', 'Gives the administrator a password that production does not know', [
      ...journaling,
      storage.encrypting,
      this.describeClusters(),
      this.modifyClusters(),
      { actions: ['secretsmanager:PutSecretValue'], resources: [storage.adminSecret.secretArn] },
      { actions: ['secretsmanager:GetRandomPassword'], resources: ['*'], because: 'the action has no resource' },
    ]);
    this.proveRestore = this.databaseStep('prove-restore', 'Compares the restored content with the manifests', [
      ...journaling,
      storage.encrypting,
      this.describeClusters(),
      { actions: ['secretsmanager:GetSecretValue'], resources: [storage.adminSecret.secretArn] },
      { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${storage.evidence.bucketArn}/*`], because: 'objects are named after the operation' },
    ]);
    this.setupDbUsers = this.databaseStep('setup-db-users', 'Locks copied logins, creates users, masks', [
      ...journaling,
      storage.encrypting,
      this.describeClusters(),
      { actions: ['secretsmanager:GetSecretValue'], resources: [storage.adminSecret.secretArn, storage.appSecret.secretArn] },
      { actions: ['secretsmanager:PutSecretValue'], resources: [storage.appSecret.secretArn] },
      { actions: ['secretsmanager:GetRandomPassword'], resources: ['*'], because: 'the action has no resource' },
    ]);
    this.openNetwork = this.step('open-network', 'Lets the proven cluster take the name of the target and opens it', [
      ...journaling,
      this.describeClusters(),
      this.modifyClusters(),
      this.tagClusters(TAG.retiredAt),
    ]);
    this.deleteRds = this.deletionStep('delete-rds', 'Deletes the source, one guarded stage at a time', [...journaling, ...(config.source.deletable ? [this.describeClusters()] : [])], config.source.deletable ? deleteSource(props.source) : []);
    this.checkDeleteStatus = this.deletionStep('check-delete-status', 'Says whether the source is gone', journaling, config.source.deletable ? readSourceCluster(props.source).slice(0, 1) : []);
    this.archiveSnapshot = this.sourceStep('archive-snapshot', 'Removes the copies that the run made', [...journaling, ...this.deleteCopies(), ...this.keepCopies()], [...readSource(props.source), ...(this.isForeign ? cleanSource(props.source) : [])]);
    this.compensateRestore = this.sourceStep(
      'compensate-restore',
      'Removes what a failed run made, and nothing else',
      [...journaling, ...this.deleteCopies(), ...this.deleteOwnClusters(), this.modifyClusters(), this.untagClusters(TAG.retiredAt), ...this.slots('dynamodb:DeleteItem')],
      [...readSource(props.source), ...(this.isForeign ? cleanSource(props.source) : [])],
    );
    this.snsNotification = this.step('sns-notification', 'Ends a run: writes the outcome down and tells people', [...journaling, storage.encrypting, { actions: ['sns:Publish'], resources: [topic.topicArn] }]);
    this.sweepLeftovers = this.step('sweep-leftovers', 'Deletes retired clusters and kept copies when their time is over', [...this.deleteOwnClusters(), ...this.sweepCopies(), this.listSnapshots()]);
  }

  private get isForeign(): boolean {
    return this.props.source.account !== Stack.of(this).account;
  }

  /** Whether snapshots go to another account or region, so that there are copies. */
  private get leavesItsPlace(): boolean {
    const { source } = this.props;
    const { account, region } = Stack.of(this);
    return source.account !== account || source.region !== region;
  }

  private step(operation: string, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>> = {}, timeout?: Duration): PipelineFunction {
    return new PipelineFunction(this, operation, this.props.context, { description, permissions, environment, ...(timeout && { timeout }) });
  }

  /** A step that also acts at the source. */
  private sourceStep(operation: string, description: string, own: readonly Permission[], atSource: readonly Permission[], timeout?: Duration): PipelineFunction {
    const created = this.step(operation, description, own, this.props.access.environment, timeout);
    if (atSource.length > 0) this.props.access.grant(created, atSource);
    return created;
  }

  private deletionStep(operation: string, description: string, own: readonly Permission[], atSource: readonly Permission[]): PipelineFunction {
    const created = this.step(operation, description, own, this.props.deletionAccess.environment);
    if (atSource.length > 0) this.props.deletionAccess.grant(created, atSource);
    return created;
  }

  private databaseStep(operation: string, description: string, permissions: readonly Permission[]): PipelineFunction {
    return new PipelineFunction(this, operation, this.props.context, { description, permissions, timeout: PROOF_TIMEOUT, memorySizeMb: 512, network: this.props.network.functions });
  }

  private describeClusters(): Permission {
    return { actions: ['rds:DescribeDBClusters'], resources: [`${this.rds}:cluster:*`], because: RUN_NAMES };
  }

  private listSnapshots(): Permission {
    return { actions: ['rds:DescribeDBClusterSnapshots'], resources: [`${this.rds}:cluster-snapshot:*`, `${this.rds}:cluster:*`], because: 'a sweep looks at everything to find what carries its tag' };
  }

  private describeInstances(): Permission {
    return { actions: ['rds:DescribeDBInstances'], resources: [`${this.rds}:db:*`], because: RUN_NAMES };
  }

  /** Changing clusters that carry the tag of this pipeline, and no others. */
  private modifyClusters(): Permission {
    return { actions: ['rds:ModifyDBCluster'], resources: [`${this.rds}:cluster:*`], conditions: this.ofThisPipeline(), because: `${RUN_NAMES}; their tag says whose they are` };
  }

  private tagClusters(tag: string): Permission {
    return this.changeTag('rds:AddTagsToResource', tag);
  }

  private untagClusters(tag: string): Permission {
    return this.changeTag('rds:RemoveTagsFromResource', tag);
  }

  private changeTag(action: string, tag: string): Permission {
    return {
      actions: [action],
      resources: [`${this.rds}:cluster:*`],
      conditions: { ...this.ofThisPipeline(), 'ForAllValues:StringEquals': { 'aws:TagKeys': [tag] } },
      because: `${RUN_NAMES}; their tag says whose they are`,
    };
  }

  private preflightPermissions(): readonly Permission[] {
    const { storage, network, context, source } = this.props;
    return [
      this.describeClusters(),
      { actions: ['rds:DescribeDBSubnetGroups'], resources: [`${this.rds}:subgrp:${network.subnetGroup.subnetGroupName}`] },
      readQuotas(),
      { actions: ['secretsmanager:DescribeSecret'], resources: [storage.adminSecret.secretArn, storage.appSecret.secretArn] },
      { actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: [context.key.keyArn] },
      source.kmsKeyArn ? { actions: ['kms:DescribeKey'], resources: [source.kmsKeyArn] } : this.describeRdsKey(),
    ];
  }

  private describeRdsKey(): Permission {
    const { account, region } = Stack.of(this);
    return {
      actions: ['kms:DescribeKey'],
      resources: [`arn:aws:kms:${region}:${account}:key/*`],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/aws/rds'] } },
      because: 'the key that AWS manages for RDS is known by its alias only',
    };
  }

  private copyPermissions(): readonly Permission[] {
    const { config, source, context, names } = { ...this.props, names: this.props.context.names };
    if (!this.leavesItsPlace) return [];
    const { region } = Stack.of(this);
    const theirs = `arn:aws:rds:${source.region}:${source.account}:cluster-snapshot:*`;
    return [
      this.describeCopies(),
      { actions: ['rds:CopyDBClusterSnapshot'], resources: [theirs, ...this.copies()], because: 'copies are named after the operation' },
      {
        actions: ['rds:AddTagsToResource'],
        resources: this.copies(),
        conditions: { StringEquals: { [`aws:RequestTag/${TAG.pipeline}`]: names.pipeline } },
        because: 'copies are named after the operation',
      },
      useKeyThroughRds(context.key.keyArn, region),
      ...(config.source.kmsKeyArn ? [useKeyThroughRds(config.source.kmsKeyArn, source.region)] : []),
    ];
  }

  private describeCopies(): Permission {
    return { actions: ['rds:DescribeDBClusterSnapshots'], resources: this.copies(), because: 'copies are named after the operation' };
  }

  /** Copies in this account: where the database is restored, and on the way there when AWS needs two steps. */
  private copies(): readonly string[] {
    const { account, region } = Stack.of(this);
    const { source } = this.props;
    const onTheWay = source.account !== account && source.region !== region ? [`arn:aws:rds:${source.region}:${account}:cluster-snapshot:*-via`] : [];
    return [`${this.rds}:cluster-snapshot:*-copy`, ...onTheWay];
  }

  /** Taking or giving back a slot for a copy. */
  private slots(change: string): readonly Permission[] {
    const { account, region } = Stack.of(this);
    return this.leavesItsPlace ? [{ actions: ['dynamodb:Query', change], resources: [`arn:aws:dynamodb:${region}:${account}:table/${COPY_SLOT_TABLE}`] }] : [];
  }

  /** Deleting copies that carry the tag of this pipeline. */
  private deleteCopies(): readonly Permission[] {
    return this.leavesItsPlace ? [this.describeCopies(), this.changeCopies('rds:DeleteDBClusterSnapshot')] : [];
  }

  /** Marking the copy that stays for a while. */
  private keepCopies(): readonly Permission[] {
    return this.leavesItsPlace && this.props.config.target.keepCopiesDays > 0 ? [this.changeCopies('rds:AddTagsToResource')] : [];
  }

  /** Deleting kept copies when their time is over. */
  private sweepCopies(): readonly Permission[] {
    return this.props.config.target.keepCopiesDays > 0 ? this.deleteCopies() : [];
  }

  private changeCopies(action: string): Permission {
    return { actions: [action], resources: this.copies(), conditions: this.ofThisPipeline(), because: 'copies are named after the operation; their tag says whose they are' };
  }

  private deleteOwnClusters(): readonly Permission[] {
    return [
      this.describeClusters(),
      this.describeInstances(),
      {
        actions: ['rds:DeleteDBCluster', 'rds:DeleteDBInstance'],
        resources: [`${this.rds}:cluster:*`, `${this.rds}:db:*`],
        conditions: this.ofThisPipeline(),
        because: `${RUN_NAMES}; their tag says whose they are`,
      },
    ];
  }

  private manifestPermissions(): readonly Permission[] {
    const { storage, context, source } = this.props;
    const { account } = Stack.of(this);
    const objects = 'objects are named after captures and operations';
    return [
      { actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${context.names.manifestBucket}/*`], because: objects },
      // A capture that broke off has no second manifest, which S3 says only to those who may list.
      { actions: ['s3:ListBucket'], resources: [`arn:aws:s3:::${context.names.manifestBucket}`] },
      {
        actions: ['kms:Decrypt'],
        resources: [`arn:aws:kms:${source.region}:${account}:key/*`],
        conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${context.names.manifestKeyAlias}`] } },
        because: 'the key is made by another stack in another region; its alias names it',
      },
      { actions: ['s3:PutObject'], resources: [`${storage.evidence.bucketArn}/*`], because: objects },
    ];
  }

  private invokeTakeManifest(): readonly Permission[] {
    const { takeManifestFunctionArn } = this.props;
    return takeManifestFunctionArn ? [{ actions: ['lambda:InvokeFunction'], resources: [takeManifestFunctionArn] }] : [];
  }

  private restorePermissions(): readonly Permission[] {
    const { network, context, source } = this.props;
    const { region } = Stack.of(this);
    const asOurs = { StringEquals: { [`aws:RequestTag/${TAG.pipeline}`]: context.names.pipeline } };
    return [
      this.describeClusters(),
      { actions: ['rds:RestoreDBClusterFromSnapshot', 'rds:AddTagsToResource'], resources: [`${this.rds}:cluster:*`], conditions: asOurs, because: RUN_NAMES },
      {
        actions: ['rds:RestoreDBClusterFromSnapshot'],
        resources: [`${this.rds}:cluster-snapshot:*`, `${this.rds}:subgrp:${network.subnetGroup.subnetGroupName}`, `${this.rds}:cluster-pg:*`, `${this.rds}:og:*`],
        because: 'snapshots are named after the operation, parameter and option groups after the engine version',
      },
      useKeyThroughRds(context.key.keyArn, region),
      // What is restored where it lies is still under the source's own key.
      ...(source.kmsKeyArn && !this.leavesItsPlace ? [useKeyThroughRds(source.kmsKeyArn, region)] : []),
    ];
  }

  private instancePermissions(): readonly Permission[] {
    const asOurs = { StringEquals: { [`aws:RequestTag/${TAG.pipeline}`]: this.props.context.names.pipeline } };
    return [
      this.describeClusters(),
      this.describeInstances(),
      { actions: ['rds:CreateDBInstance', 'rds:AddTagsToResource'], resources: [`${this.rds}:db:*`], conditions: asOurs, because: RUN_NAMES },
      { actions: ['rds:CreateDBInstance'], resources: [`${this.rds}:cluster:*`, `${this.rds}:pg:*`, `${this.rds}:og:*`, `${this.rds}:subgrp:${this.props.network.subnetGroup.subnetGroupName}`], because: `${RUN_NAMES}; parameter and option groups are named after the engine version` },
    ];
  }

  private ofThisPipeline(): Permission['conditions'] {
    return { StringEquals: { [`aws:ResourceTag/${TAG.pipeline}`]: this.props.context.names.pipeline } };
  }
}
