import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, Succeed, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ClusterBusy, ShareNotSeen } from '../../lambda/redshift-backup/contract';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import type { BackupFunctions } from './backup-functions';
import { PipelineTasks, type Payload, type PipelineProps } from './pipeline-tasks';

const RUN: Payload = { 'operationId.$': '$.run.operationId', 'run.$': '$.run' };

/** The state machine of a backup. The constructor reads as a run goes: manifest, snapshot, manifest, share, clean up, tell. */
export class BackupPipeline extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { config, names, functions, key }: PipelineProps<BackupFunctions>) {
    super(scope, id);
    const budget = Duration.hours(config.objectives.backupHours);
    const tasks = new PipelineTasks(this, budget);
    const preflight = tasks.call('PreflightBackup', functions.preflightBackup, RUN, '$.run');
    const createSnapshot = tasks.call('CreateSnapshot', functions.createSnapshot, RUN, null);
    const checkSnapshot = tasks.call('CheckSnapshot', functions.checkSnapshot, { ...RUN, 'snapshotIdentifier.$': '$.run.operationId' }, '$.snapshot');
    const shareSnapshot = tasks.call('ShareSnapshot', functions.shareSnapshot, RUN, null);
    const verifyShare = tasks.call('VerifyShare', functions.verifyShare, RUN, '$.verified');
    const applyRetention = tasks.call('ApplyRetention', functions.applyRetention, RUN, '$.cleanUp');
    const reading: Payload = { 'operationId.$': '$.run.operationId', 'clusterIdentifier.$': '$.run.clusterIdentifier' };
    // Whatever the manifests take, a third is left for the snapshot: a warehouse too large to be read in time is backed up all the same.
    const longest = Duration.minutes(budget.toMinutes() / 3);
    const before = tasks.manifest({ takeManifest: functions.takeManifest, phase: 'before', payload: reading, longest, next: createSnapshot });
    const after = tasks.manifest({ takeManifest: functions.takeManifest, phase: 'after', payload: reading, longest, next: shareSnapshot });

    for (const task of [preflight, createSnapshot]) task.addRetry(retryWithin([ClusterBusy.errorName], { interval: Duration.minutes(5), backoffRate: 1, budget }));
    verifyShare.addRetry(retryWithin([ShareNotSeen.errorName], { interval: Duration.seconds(10), backoffRate: 2, budget: Duration.minutes(5) }));
    // A backup that cannot be proven is better than none: the outcome says so, and an alarm.
    for (const task of before.tasks) task.addCatch(createSnapshot, { resultPath: '$.manifestError' });
    for (const task of after.tasks) task.addCatch(shareSnapshot, { resultPath: '$.manifestError' });

    preflight.next(before.start);
    const manifestAfter = new Choice(this, 'ManifestBefore?').when(Condition.isNull('$.manifestError'), after.start).otherwise(shareSnapshot);
    createSnapshot.next(tasks.until('Available', checkSnapshot, '$.snapshot.done', manifestAfter));
    shareSnapshot.next(verifyShare).next(applyRetention);
    const ofRun: Payload = { 'operationId.$': '$.run.operationId' };
    const notify = tasks.notify('NotifySucceeded', functions.notifyOutcome, 'backup', { ...ofRun, outcome: 'succeeded', 'verified.$': '$.verified', 'manifestError.$': '$.manifestError', 'cleanUpError.$': '$.cleanUpError' });
    // The backup is made and shared; that something old is still there must not make it a failure.
    applyRetention.addCatch(notify, { resultPath: '$.cleanUpError' });
    applyRetention.next(notify).next(new Succeed(this, 'BackedUp'));

    const notifyFailed = tasks.notify('NotifyFailed', functions.notifyOutcome, 'backup', { ...ofRun, outcome: 'failed', 'error.$': '$.error' });
    notifyFailed.next(new Fail(this, 'BackupFailed', { errorPath: '$.error.Error', causePath: '$.error.Cause' }));
    for (const task of [preflight, createSnapshot, checkSnapshot, shareSnapshot, verifyShare]) task.addCatch(notifyFailed, { resultPath: '$.error' });

    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: names.backupMachine,
      comment: `Backs ${config.source.clusterIdentifier} up for another account`,
      start: preflight,
      functions: tasks.functions,
      timeout: budget,
      key,
    }).stateMachine;
  }
}
