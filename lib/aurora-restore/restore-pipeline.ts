import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Fail, Pass, Result, Succeed, Wait, WaitTime, type IChainable, type State, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ClusterBusy, CopyBeingDeleted, NoCopySlot, OneStepCopyRefused, TargetBusy } from '../../lambda/aurora-restore/contract';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import { FunctionTask } from '../shared/function-task';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import { AFTER_THE_OTHER, UNTIL_REACHABLE } from './database-retries';
import type { PipelineNames } from './names';
import type { PipelineFunction } from './pipeline-function';
import type { RestoreFunctions } from './restore-functions';

export interface RestorePipelineProps {
  readonly config: AuroraRestoreConfig;
  readonly names: PipelineNames;
  readonly functions: RestoreFunctions;
  readonly key: IKey;
}

type Payload = Readonly<Record<string, unknown>>;

const POLL = Duration.seconds(60);
const WAIT_FOR_TURN = Duration.minutes(2);

/** Every step gets the operation's id beside the run, so that its log lines can be found by it. */
const RUN: Payload = { 'operationId.$': '$.run.operationId', 'run.$': '$.run' };
const SNAPSHOT: Payload = { ...RUN, 'snapshot.$': '$.snapshot' };
const HOP: Payload = { ...SNAPSHOT, 'hop.$': '$.hop' };
const CLUSTER: Payload = { ...RUN, 'clusterIdentifier.$': '$.plan.clusterIdentifier' };

/** The state machine of a restore. The constructor reads as a run goes, from admission to notification. */
export class RestorePipeline extends Construct {
  readonly stateMachine: StateMachine;
  private readonly tasks: FunctionTask[] = [];

  constructor(scope: Construct, id: string, { config, names, functions, key }: RestorePipelineProps) {
    super(scope, id);
    const budget = Duration.minutes(config.objectives.rtoMinutes);
    const { databases } = config.source;

    const admitRequest = this.task('AdmitRequest', functions.admitRequest, { 'request.$': '$', 'executionName.$': '$$.Execution.Name' }, '$.run');
    const copyInOneStep = this.set('CopyInOneStep', '$.copySteps', 'one');
    const copyInTwoSteps = this.set('CopyInTwoSteps', '$.copySteps', 'two');
    const snapshotCheck = this.task('SnapshotCheck', functions.snapshotCheck, { ...RUN, 'copySteps.$': '$.copySteps' }, '$.snapshot');
    const preflightRestore = this.task('PreflightRestore', functions.preflightRestore, SNAPSHOT, '$.plan');
    const firstHop = this.set('FirstHop', '$.hop', 0);
    const copySnapshot = this.task('CopySnapshot', functions.copySnapshot, HOP, null);
    const checkCopyStatus = this.task('CheckCopyStatus', functions.checkCopyStatus, HOP, '$.copy');
    const nextHop = new Pass(this, 'NextHop', { inputPath: '$.copy.nextHop', resultPath: '$.hop' });
    const restoreSnapshot = this.task('RestoreSnapshot', functions.restoreSnapshot, { ...CLUSTER, 'snapshot.$': '$.snapshot' }, null);
    const createInstance = this.task('CreateInstance', functions.createInstance, CLUSTER, '$.instance');
    const resetAdminCredentials = this.task('ResetAdminCredentials', functions.resetAdminCredentials, CLUSTER, null);
    const collectManifest = this.task('CollectManifest', functions.collectManifest, SNAPSHOT, '$.reference');
    const proveRestore = this.task('ProveRestore', functions.proveRestore, { ...CLUSTER, databases, 'reference.$': '$.reference' }, '$.proof');
    const setupDbUsers = this.task('SetupDbUsers', functions.setupDbUsers, { ...CLUSTER, databases, users: config.users, masking: config.masking }, '$.users');
    const openNetwork = this.task('OpenNetwork', functions.openNetwork, { ...RUN, 'plan.$': '$.plan' }, '$.network');
    const deleteRds = this.task('DeleteRds', functions.deleteRds, { ...RUN, 'snapshotArn.$': '$.snapshot.arn', 'proof.$': '$.proof' }, '$.deletion');
    const checkDeleteStatus = this.task('CheckDeleteStatus', functions.checkDeleteStatus, RUN, '$.deleted');
    const archiveSnapshot = this.task('ArchiveSnapshot', functions.archiveSnapshot, SNAPSHOT, '$.archive');

    admitRequest.addRetry(retryWithin([TargetBusy.errorName], { interval: WAIT_FOR_TURN, backoffRate: 1, budget }));
    copySnapshot.addRetry(retryWithin([NoCopySlot.errorName, CopyBeingDeleted.errorName], { interval: WAIT_FOR_TURN, backoffRate: 1, budget }));
    copySnapshot.addCatch(copyInTwoSteps, { errors: [OneStepCopyRefused.errorName], resultPath: '$.refusal' });
    resetAdminCredentials.addRetry(retryWithin([ClusterBusy.errorName], { interval: POLL, backoffRate: 1, budget: Duration.minutes(30) }));
    for (const databaseTask of [collectManifest, proveRestore, setupDbUsers]) databaseTask.addRetry(UNTIL_REACHABLE);

    admitRequest.next(this.choose('OnlyAbandoned?', Condition.stringEquals('$.run.mode', 'abandon'), this.abandon(functions), copyInOneStep));
    copyInOneStep.next(snapshotCheck).next(preflightRestore);
    copyInTwoSteps.next(snapshotCheck);
    preflightRestore.next(this.choose('OnlyPlanned?', Condition.stringEquals('$.run.mode', 'plan'), this.notifyPlanned(functions), firstHop));
    firstHop.next(copySnapshot);
    const waitForCopy = this.wait('WaitForCopy', checkCopyStatus);
    copySnapshot.next(waitForCopy);
    nextHop.next(copySnapshot);
    checkCopyStatus.next(
      new Choice(this, 'Copied?').when(Condition.booleanEquals('$.copy.allDone', true), restoreSnapshot).when(Condition.booleanEquals('$.copy.done', true), nextHop).otherwise(waitForCopy),
    );
    restoreSnapshot.next(this.until('Restored', functions.checkRestoreStatus, CLUSTER, createInstance));
    createInstance.next(this.until('InstanceCreated', functions.checkInstanceStatus, { ...RUN, 'instanceIdentifier.$': '$.instance.instanceIdentifier' }, resetAdminCredentials));
    resetAdminCredentials.next(this.until('PasswordReset', functions.checkRestoreStatus, CLUSTER, collectManifest));
    collectManifest.next(proveRestore).next(setupDbUsers).next(openNetwork);
    const deletion = this.choose('DeleteSource?', Condition.booleanEquals('$.run.deleteSource', true), deleteRds, archiveSnapshot);
    openNetwork.next(this.choose('Opened?', Condition.booleanEquals('$.network.done', true), deletion, this.wait('WaitForName', openNetwork)));
    deleteRds.next(this.wait('WaitForDeletion', checkDeleteStatus));
    checkDeleteStatus.next(this.choose('Deleted?', Condition.booleanEquals('$.deleted.done', true), archiveSnapshot, deleteRds));
    archiveSnapshot.next(this.notifySucceeded(functions));
    this.catchFailures(admitRequest, functions);

    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: names.stateMachine,
      comment: `Restores ${config.source.clusterIdentifier} as ${config.target.clusterIdentifier}`,
      start: admitRequest,
      functions: this.tasks.map(({ target }) => target),
      timeout: budget,
      key,
    }).stateMachine;
  }

  private task(id: string, target: PipelineFunction, payload: Payload, resultPath: string | null): FunctionTask {
    const task = new FunctionTask(this, id, { target, payload, resultPath });
    task.addRetry(AFTER_THE_OTHER);
    this.tasks.push(task);
    return task;
  }

  private set(id: string, path: string, value: string | number): Pass {
    return new Pass(this, id, { result: typeof value === 'number' ? Result.fromNumber(value) : Result.fromString(value), resultPath: path });
  }

  private wait(id: string, next: IChainable): Wait {
    const wait = new Wait(this, id, { time: WaitTime.duration(POLL) });
    wait.next(next);
    return wait;
  }

  private choose(id: string, condition: Condition, yes: IChainable, no: IChainable): Choice {
    return new Choice(this, id).when(condition, yes).otherwise(no);
  }

  /** Pauses and asks, again and again, until the answer is `done`. */
  private until(id: string, check: PipelineFunction, payload: Payload, next: IChainable): Wait {
    const ask = this.task(`Check${id}`, check, payload, '$.check');
    const wait = this.wait(`WaitUntil${id}`, ask);
    ask.next(this.choose(`${id}?`, Condition.booleanEquals('$.check.done', true), next, wait));
    return wait;
  }

  private notifySucceeded({ snsNotification }: RestoreFunctions): State {
    const payload = { ...ending('succeeded'), 'run.$': '$.run', 'plan.$': '$.plan', 'proof.$': '$.proof', 'network.$': '$.network' };
    const notify = this.task('NotifySucceeded', snsNotification, payload, '$.notification');
    notify.next(new Succeed(this, 'RestoreSucceeded'));
    return notify;
  }

  private notifyPlanned({ snsNotification }: RestoreFunctions): State {
    const notify = this.task('NotifyPlanned', snsNotification, { ...ending('planned'), 'run.$': '$.run', 'plan.$': '$.plan' }, '$.notification');
    notify.next(new Succeed(this, 'PlanMade'));
    return notify;
  }

  /** Removes what an earlier execution of the run left, because nobody wants to resume it. */
  private abandon({ compensateRestore, snsNotification }: RestoreFunctions): State {
    const remove = this.task('AbandonRestore', compensateRestore, RUN, '$.compensation');
    const notify = this.task('NotifyAbandoned', snsNotification, { ...ending('abandoned'), 'run.$': '$.run', 'compensation.$': '$.compensation' }, '$.notification');
    remove.next(this.choose('Abandoned?', Condition.booleanEquals('$.compensation.done', true), notify, this.wait('WaitForAbandonment', remove)));
    notify.next(new Succeed(this, 'RestoreAbandoned'));
    return remove;
  }

  /**
   * Whatever fails: undo what the run made, tell people, and end as failed. A request that is not admitted has made
   * nothing, so there is nothing to undo.
   */
  private catchFailures(admitRequest: FunctionTask, { compensateRestore, snsNotification }: RestoreFunctions): void {
    const guarded = this.tasks.filter((task) => task !== admitRequest && task.target !== snsNotification && task.node.id !== 'AbandonRestore');
    const failed = new Fail(this, 'RestoreFailed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
    const notifyFailed = this.task('NotifyFailed', snsNotification, { ...ending('failed'), 'run.$': '$.run', 'error.$': '$.error', 'compensation.$': '$.compensation' }, '$.notification');
    const compensate = this.task('CompensateRestore', compensateRestore, RUN, '$.compensation');
    const notifyRefused = this.task('NotifyRefused', snsNotification, { ...ending('failed'), 'operationId.$': '$$.Execution.Name', 'error.$': '$.error' }, '$.notification');
    compensate.next(this.choose('Compensated?', Condition.booleanEquals('$.compensation.done', true), notifyFailed, this.wait('WaitForRemoval', compensate)));
    // What cannot be removed must not keep people from hearing of the failure.
    compensate.addCatch(notifyFailed, { resultPath: '$.compensation' });
    notifyFailed.next(failed);
    notifyRefused.next(failed);
    for (const task of guarded) task.addCatch(compensate, { resultPath: '$.error' });
    admitRequest.addCatch(notifyRefused, { resultPath: '$.error' });
  }
}

function ending(outcome: 'succeeded' | 'failed' | 'planned' | 'abandoned'): Payload {
  return { outcome, 'operationId.$': '$.run.operationId', 'executionArn.$': '$$.Execution.Id' };
}
