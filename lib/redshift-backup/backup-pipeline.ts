import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Fail, Succeed, Wait, WaitTime, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ClusterBusy, ShareNotSeen } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { FunctionTask } from '../shared/function-task';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import type { BackupFunction } from './backup-function';
import type { BackupFunctions } from './backup-functions';
import { manifestStates } from './manifest-states';
import type { BackupNames } from './names';

export interface BackupPipelineProps {
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly functions: BackupFunctions;
  readonly key: IKey;
}

type Payload = Readonly<Record<string, unknown>>;

const POLL = Duration.seconds(60);
const RUN: Payload = { 'operationId.$': '$.run.operationId', 'run.$': '$.run' };

/** The state machine of a backup. The constructor reads as a run goes: manifest, snapshot, manifest, share, clean up, tell. */
export class BackupPipeline extends Construct {
  readonly stateMachine: StateMachine;
  private readonly tasks: FunctionTask[] = [];

  constructor(scope: Construct, id: string, { config, names, functions, key }: BackupPipelineProps) {
    super(scope, id);
    const budget = Duration.hours(config.objectives.backupHours);
    const preflight = this.task('PreflightBackup', functions.preflightBackup, RUN, null);
    const createSnapshot = this.task('CreateSnapshot', functions.createSnapshot, RUN, null);
    const wait = new Wait(this, 'WaitForSnapshot', { time: WaitTime.duration(POLL) });
    const checkSnapshot = this.task('CheckSnapshot', functions.checkSnapshot, { ...RUN, 'snapshotIdentifier.$': '$.run.operationId' }, '$.snapshot');
    const shareSnapshot = this.task('ShareSnapshot', functions.shareSnapshot, RUN, null);
    const verifyShare = this.task('VerifyShare', functions.verifyShare, RUN, '$.verified');
    const applyRetention = this.task('ApplyRetention', functions.applyRetention, RUN, '$.cleanUp');
    const reading: Payload = { 'operationId.$': '$.run.operationId', 'clusterIdentifier.$': '$.run.clusterIdentifier' };
    const before = manifestStates(this, { takeManifest: functions.takeManifest, phase: 'before', payload: reading, next: createSnapshot });
    const after = manifestStates(this, { takeManifest: functions.takeManifest, phase: 'after', payload: reading, next: shareSnapshot });

    for (const task of [preflight, createSnapshot]) task.addRetry(retryWithin([ClusterBusy.errorName], { interval: Duration.minutes(5), backoffRate: 1, budget }));
    verifyShare.addRetry(retryWithin([ShareNotSeen.errorName], { interval: Duration.seconds(10), backoffRate: 2, budget: Duration.minutes(5) }));
    // A backup that cannot be proven is better than none: the outcome says so, and an alarm.
    for (const task of before.tasks) task.addCatch(createSnapshot, { resultPath: '$.manifestError' });
    for (const task of after.tasks) task.addCatch(shareSnapshot, { resultPath: '$.manifestError' });

    preflight.next(before.start);
    createSnapshot.next(wait).next(checkSnapshot);
    const manifestAfter = new Choice(this, 'ManifestBefore?').when(Condition.isNull('$.manifestError'), after.start).otherwise(shareSnapshot);
    checkSnapshot.next(new Choice(this, 'Available?').when(Condition.booleanEquals('$.snapshot.done', true), manifestAfter).otherwise(wait));
    shareSnapshot.next(verifyShare).next(applyRetention);
    const notify = this.notify('NotifySucceeded', functions, { outcome: 'succeeded', 'verified.$': '$.verified', 'manifestError.$': '$.manifestError', 'cleanUpError.$': '$.cleanUpError' });
    // The backup is made and shared; that something old is still there must not make it a failure.
    applyRetention.addCatch(notify, { resultPath: '$.cleanUpError' });
    applyRetention.next(notify).next(new Succeed(this, 'BackedUp'));

    const notifyFailed = this.notify('NotifyFailed', functions, { outcome: 'failed', 'error.$': '$.error' });
    notifyFailed.next(new Fail(this, 'BackupFailed', { errorPath: '$.error.Error', causePath: '$.error.Cause' }));
    for (const task of [preflight, createSnapshot, checkSnapshot, shareSnapshot, verifyShare]) task.addCatch(notifyFailed, { resultPath: '$.error' });

    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: names.backupMachine,
      comment: `Backs ${config.source.clusterIdentifier} up for another account`,
      start: preflight,
      functions: [...this.tasks, ...before.tasks].map(({ target }) => target),
      timeout: budget,
      key,
    }).stateMachine;
  }

  private task(id: string, target: BackupFunction, payload: Payload, resultPath: string | null): FunctionTask {
    const task = new FunctionTask(this, id, { target, payload, resultPath });
    this.tasks.push(task);
    return task;
  }

  private notify(id: string, { notifyOutcome }: BackupFunctions, payload: Payload): FunctionTask {
    return this.task(id, notifyOutcome, { 'operationId.$': '$.run.operationId', what: 'backup', 'executionArn.$': '$$.Execution.Id', ...payload }, '$.notification');
  }
}
