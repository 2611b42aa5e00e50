import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Fail, Succeed, Wait, WaitTime, type IChainable, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ClusterBusy, NothingToProve } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { FunctionTask } from '../shared/function-task';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import type { BackupFunction } from './backup-function';
import { manifestStates } from './manifest-states';
import type { BackupNames } from './names';
import type { ProofFunctions } from './proof-functions';

export interface ProofPipelineProps {
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly functions: ProofFunctions;
  readonly key: IKey;
}

type Payload = Readonly<Record<string, unknown>>;

const POLL = Duration.seconds(60);
const PLAN: Payload = { 'operationId.$': '$.plan.operationId', 'plan.$': '$.plan' };

/** The state machine of a proof: restore what is shared, compare it, keep an own copy of what is right, and leave no cluster behind. */
export class ProofPipeline extends Construct {
  readonly stateMachine: StateMachine;
  private readonly tasks: FunctionTask[] = [];

  constructor(scope: Construct, id: string, { config, names, functions, key }: ProofPipelineProps) {
    super(scope, id);
    const choose = this.task('ChooseSnapshot', functions.chooseSnapshot, { 'request.$': '$.request' }, '$.plan');
    const restore = this.task('RestoreCluster', functions.restoreCluster, PLAN, null);
    const checkCluster = this.task('CheckCluster', functions.checkCluster, PLAN, '$.cluster');
    const proveContent = this.task('ProveContent', functions.proveContent, PLAN, '$.proof');
    const keepCopy = this.task('KeepCopy', functions.keepCopy, PLAN, '$.copy');
    const checkCopy = this.task('CheckCopy', functions.checkSnapshot, { 'operationId.$': '$.plan.operationId', 'snapshotIdentifier.$': '$.copy.snapshotIdentifier' }, '$.copied');
    const tearDown = this.task('TearDown', functions.tearDown, PLAN, '$.tearDown');
    const recordProof = this.task('RecordProof', functions.recordProof, { ...PLAN, 'proof.$': '$.proof', 'cluster.$': '$.cluster' }, '$.recorded');
    const applyRetention = this.task('ApplyRetention', functions.applyRetention, PLAN, '$.cleanUp');
    const reading: Payload = { 'operationId.$': '$.plan.operationId', 'clusterIdentifier.$': '$.plan.proofClusterIdentifier' };
    const restored = manifestStates(this, { takeManifest: functions.takeManifest, phase: 'restored', payload: reading, next: proveContent });

    choose.next(restore);
    restore.next(this.until('Loaded', checkCluster, '$.cluster.done', restored.start));
    const isProven = Condition.stringEquals('$.proof.verdict', 'PROVEN');
    proveContent.next(new Choice(this, 'Proven?').when(isProven, keepCopy).otherwise(tearDown));
    keepCopy.addRetry(retryWithin([ClusterBusy.errorName], { interval: Duration.minutes(2), backoffRate: 1, budget: Duration.minutes(30) }));
    keepCopy.next(this.until('Copied', checkCopy, '$.copied.done', tearDown));

    const notifyFailed = this.notify('NotifyFailed', functions, { outcome: 'failed', 'operationId.$': '$$.Execution.Name', 'error.$': '$.error' });
    const failed = new Fail(this, 'ProofFailed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
    notifyFailed.next(failed);
    const ended = new Choice(this, 'Failed?').when(Condition.isPresent('$.error'), notifyFailed).otherwise(recordProof);
    const waitForEnd = new Wait(this, 'WaitUntilGone', { time: WaitTime.duration(POLL) });
    waitForEnd.next(tearDown);
    tearDown.next(new Choice(this, 'Gone?').when(Condition.booleanEquals('$.tearDown.done', true), ended).otherwise(waitForEnd));

    const notify = this.notify('NotifySucceeded', functions, { outcome: 'succeeded', 'operationId.$': '$.plan.operationId', 'summary.$': '$.recorded.summary', 'cleanUpError.$': '$.cleanUpError' });
    recordProof.next(applyRetention).next(notify).next(new Succeed(this, 'Proven'));
    // The copy is proven and kept; that an old one is still there must not make it a failure.
    applyRetention.addCatch(notify, { resultPath: '$.cleanUpError' });

    choose.addCatch(new Succeed(this, 'ProvenAlready'), { errors: [NothingToProve.errorName], resultPath: '$.nothing' });
    for (const task of [choose, tearDown, recordProof]) task.addCatch(notifyFailed, { resultPath: '$.error' });
    // Whatever fails once a cluster may exist: it is deleted before anybody is told.
    for (const task of [restore, checkCluster, ...restored.tasks, proveContent, keepCopy, checkCopy]) task.addCatch(tearDown, { resultPath: '$.error' });

    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: names.proofMachine,
      comment: `Restores, proves and keeps backups of ${config.source.clusterIdentifier}`,
      start: choose,
      functions: [...this.tasks, ...restored.tasks].map(({ target }) => target),
      timeout: Duration.hours(config.proof.lifetimeHours),
      key,
    }).stateMachine;
  }

  private task(id: string, target: BackupFunction, payload: Payload, resultPath: string | null): FunctionTask {
    const task = new FunctionTask(this, id, { target, payload, resultPath });
    this.tasks.push(task);
    return task;
  }

  /** Pauses and asks, again and again, until the answer says so. */
  private until(id: string, ask: FunctionTask, path: string, next: IChainable): Wait {
    const wait = new Wait(this, `WaitUntil${id}`, { time: WaitTime.duration(POLL) });
    wait.next(ask).next(new Choice(this, `${id}?`).when(Condition.booleanEquals(path, true), next).otherwise(wait));
    return wait;
  }

  private notify(id: string, { notifyOutcome }: ProofFunctions, payload: Payload): FunctionTask {
    return this.task(id, notifyOutcome, { what: 'proof', 'executionArn.$': '$$.Execution.Id', ...payload }, '$.notification');
  }
}
