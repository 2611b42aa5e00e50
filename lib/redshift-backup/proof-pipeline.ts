import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, Succeed, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ClusterBusy, NothingToProve } from '../../lambda/redshift-backup/contract';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import { PipelineTasks, type Payload, type PipelineProps } from './pipeline-tasks';
import type { ProofFunctions } from './proof-functions';

const PLAN: Payload = { 'operationId.$': '$.plan.operationId', 'plan.$': '$.plan' };

/** The state machine of a proof: restore what is shared, compare it, keep an own copy of what is right, and leave no cluster behind. */
export class ProofPipeline extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { config, names, functions, key }: PipelineProps<ProofFunctions>) {
    super(scope, id);
    const lifetime = Duration.hours(config.proof.lifetimeHours);
    const tasks = new PipelineTasks(this, lifetime);
    const choose = tasks.call('ChooseSnapshot', functions.chooseSnapshot, { 'request.$': '$.request' }, '$.plan');
    const restore = tasks.call('RestoreCluster', functions.restoreCluster, PLAN, null);
    const checkCluster = tasks.call('CheckCluster', functions.checkCluster, PLAN, '$.cluster');
    const proveContent = tasks.call('ProveContent', functions.proveContent, PLAN, '$.proof');
    const keepCopy = tasks.call('KeepCopy', functions.keepCopy, PLAN, '$.copy');
    const checkCopy = tasks.call('CheckCopy', functions.checkSnapshot, { 'operationId.$': '$.plan.operationId', 'snapshotIdentifier.$': '$.copy.snapshotIdentifier' }, '$.copied');
    const tearDown = tasks.call('TearDown', functions.tearDown, PLAN, '$.tearDown');
    const recordProof = tasks.call('RecordProof', functions.recordProof, { ...PLAN, 'proof.$': '$.proof', 'cluster.$': '$.cluster' }, '$.recorded');
    const applyRetention = tasks.call('ApplyRetention', functions.applyRetention, PLAN, '$.cleanUp');
    const reading: Payload = { 'operationId.$': '$.plan.operationId', 'clusterIdentifier.$': '$.plan.proofClusterIdentifier' };
    const restored = tasks.manifest({ takeManifest: functions.takeManifest, phase: 'restored', payload: reading, longest: Duration.minutes(lifetime.toMinutes() / 2), next: proveContent });

    choose.next(restore);
    restore.addRetry(retryWithin([ClusterBusy.errorName], { interval: Duration.minutes(1), backoffRate: 1, budget: Duration.hours(1) }));
    restore.next(tasks.until('Loaded', checkCluster, '$.cluster.done', restored.start));
    const isProven = Condition.stringEquals('$.proof.verdict', 'PROVEN');
    proveContent.next(new Choice(this, 'Proven?').when(isProven, keepCopy).otherwise(tearDown));
    keepCopy.addRetry(retryWithin([ClusterBusy.errorName], { interval: Duration.minutes(2), backoffRate: 1, budget: Duration.minutes(30) }));
    keepCopy.next(tasks.until('Copied', checkCopy, '$.copied.done', tearDown));

    const notifyFailed = tasks.notify('NotifyFailed', functions.notifyOutcome, 'proof', { outcome: 'failed', 'operationId.$': '$$.Execution.Name', 'error.$': '$.error' });
    const failed = new Fail(this, 'ProofFailed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
    notifyFailed.next(failed);
    const ended = new Choice(this, 'Failed?').when(Condition.isPresent('$.error'), notifyFailed).otherwise(recordProof);
    tasks.until('Gone', tearDown, '$.tearDown.done', ended);

    const notify = tasks.notify('NotifySucceeded', functions.notifyOutcome, 'proof', { outcome: 'succeeded', 'operationId.$': '$.plan.operationId', 'summary.$': '$.recorded.summary', 'cleanUpError.$': '$.cleanUpError' });
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
      functions: tasks.functions,
      timeout: lifetime,
      key,
    }).stateMachine;
  }
}
