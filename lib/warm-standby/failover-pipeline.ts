import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, CustomState, Fail, Parallel, Pass, Result, Succeed, Wait, WaitTime, type INextable, type State, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AuthorityUnreachable, DatabaseUnreachable, EvidenceInsufficient, ReplicaBehind, ServiceNotReady, TrafficElsewhere } from '../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { FunctionTask, SERVICE_ERRORS } from '../shared/function-task';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import { retryWithin } from '../shared/retry-within';
import type { RegionNames, SystemNames } from './names';
import type { RegionFunctions } from './region-functions';
import { scaleService, scalingPermissions } from './scale-service';
import type { StandbyFunction } from './standby-function';

export interface FailoverPipelineProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly functions: RegionFunctions;
  readonly key: IKey;
}

/** A failover that takes longer than its objective is late, not to be stopped: this only ends one that nobody looks after. */
const LONGEST_FAILOVER = Duration.hours(6);
/** What is not there after a minute is looked for less often: each wait is so much longer than the one before. */
const SLOWER = 1.1;
const STEP = { 'operationId.$': '$.operationId', 'run.$': '$.run' } as const;
const OUTCOME = { ...STEP, 'marks.$': '$.marks', 'evidence.$': '$.evidence', 'approval.$': '$.approval', 'database.$': '$.database', 'error.$': '$.error' } as const;

/** Makes this region the active one: evidence, decision, fence, promotion beside scaling, opening, switch, proof. */
export class FailoverPipeline extends Construct {
  readonly stateMachine: StateMachine;
  private readonly tasks: FunctionTask[] = [];

  constructor(scope: Construct, id: string, private readonly props: FailoverPipelineProps) {
    super(scope, id);
    const { names, own, functions, key } = props;
    // The CDK's own Pass would leave out what is null, and the report needs it to be there.
    const begin = new CustomState(this, 'Begin', {
      stateJson: { Type: 'Pass', Parameters: { ...STEP, marks: { 'admitted.$': '$$.State.EnteredTime' }, evidence: null, approval: null, database: null, error: null } },
    });
    const readEvidence = this.task('ReadEvidence', functions.readEvidence, STEP, '$.evidence');
    const decided = this.mark('decided');
    const raise = this.task('RaiseAuthority', functions.raiseAuthority, STEP, '$.authority');
    const fenced = this.mark('fenced');
    const scaledWith = this.promoteAndScale();
    const promoted = this.mark('promoted');
    const open = this.task('OpenDatabase', functions.openDatabase, { 'operationId.$': '$.operationId', 'epoch.$': '$.run.epoch' }, '$.database');
    const checkService = this.task('CheckService', functions.checkService, STEP, '$.service');
    const switchTraffic = this.task('SwitchTraffic', functions.switchTraffic, STEP, '$.switch');
    const checkTraffic = this.task('CheckTraffic', functions.checkTraffic, STEP, '$.traffic');
    const verify = this.task('VerifyService', functions.checkService, STEP, '$.service');
    const conclude = this.task('ConcludeFailover', functions.concludeFailover, OUTCOME, '$.conclusion');
    const fail = this.concludeFailed();

    this.retry(readEvidence, DatabaseUnreachable.errorName, 5, Duration.minutes(5));
    this.retry(raise, AuthorityUnreachable.errorName, 5, Duration.minutes(2));
    this.retry(open, DatabaseUnreachable.errorName, 5, Duration.minutes(10));
    this.retry(checkService, ServiceNotReady.errorName, 5, Duration.minutes(15), SLOWER);
    this.retry(checkTraffic, TrafficElsewhere.errorName, 5, Duration.minutes(15), SLOWER);
    this.retry(verify, ServiceNotReady.errorName, 5, Duration.minutes(5));

    begin.next(readEvidence).next(this.decide(decided, fail));
    decided.next(raise).next(this.fence(fenced));
    fenced.next(scaledWith);
    scaledWith.next(promoted);
    promoted.next(open).next(checkService).next(this.mark('scaled')).next(switchTraffic).next(checkTraffic).next(this.mark('switched')).next(verify).next(this.mark('verified')).next(conclude).next(new Succeed(this, 'FailedOver'));
    for (const task of this.tasks) if (task.target !== functions.concludeFailover) task.addCatch(fail, { resultPath: '$.error' });
    scaledWith.addCatch(fail, { resultPath: '$.error' });

    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: own.stateMachine,
      comment: `Makes ${own.region} the active region of ${names.system}`,
      start: begin,
      functions: [...this.tasks.map(({ target }) => target), functions.askApproval, functions.promoteReplica],
      permissions: scalingPermissions(names, own),
      timeout: LONGEST_FAILOVER,
      key,
    }).stateMachine;
  }

  /** A planned failover needs a replica that follows; an unplanned one needs a person, unless the database was promoted before. */
  private decide(decided: State, fail: State): Choice {
    const { functions, config } = this.props;
    const ask = new CustomState(this, 'AskApproval', {
      stateJson: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: functions.askApproval.functionArn, Payload: { ...STEP, 'taskToken.$': '$$.Task.Token', 'evidence.$': '$.evidence' } },
        TimeoutSeconds: config.approval.timeoutMinutes * 60,
        ResultPath: '$.approval',
      },
    });
    // Whoever is asked twice answers the second time.
    ask.addRetry(retryWithin(SERVICE_ERRORS, { interval: Duration.seconds(2), backoffRate: 2, budget: Duration.minutes(1) }));
    ask.addCatch(fail, { resultPath: '$.error' });
    ask.next(decided);
    const refuse = new Pass(this, 'RefusePlanned', { result: Result.fromObject({ Error: EvidenceInsufficient.errorName, Cause: 'a planned failover needs a replica that streams from its primary and is behind by no more than the objective allows; see the reasons in the evidence' }), resultPath: '$.error' });
    refuse.next(fail);
    const planned = new Choice(this, 'ReplicaFollows?').when(Condition.and(Condition.booleanEquals('$.evidence.receiverAlive', true), Condition.booleanEquals('$.evidence.withinObjective', true)), decided).otherwise(refuse);
    return new Choice(this, 'HowDecided?')
      .when(Condition.booleanEquals('$.evidence.promotedAlready', true), decided)
      .when(Condition.stringEquals('$.run.kind', 'planned'), planned)
      .otherwise(ask);
  }

  /** A planned failover has the other region stop and waits until all is replayed; an unplanned one waits until the other's lease is over for certain. */
  private fence(fenced: State): Choice {
    const { functions } = this.props;
    const drain = this.task('DrainPeer', functions.drainPeer, STEP, '$.drained');
    const replay = this.task('AwaitReplay', functions.readEvidence, { ...STEP, 'drained.$': '$.drained' }, '$.evidence');
    replay.addRetry(retryWithin([ReplicaBehind.errorName, DatabaseUnreachable.errorName], { interval: Duration.seconds(2), backoffRate: 1.2, budget: Duration.minutes(10) }));
    const wait = new Wait(this, 'AwaitLeaseEnd', { time: WaitTime.secondsPath('$.authority.leaseEndsInSeconds') });
    drain.next(replay).next(fenced);
    wait.next(fenced);
    return new Choice(this, 'HowFenced?')
      .when(Condition.booleanEquals('$.evidence.promotedAlready', true), fenced)
      .when(Condition.stringEquals('$.run.kind', 'planned'), drain)
      .otherwise(wait);
  }

  private promoteAndScale(): Parallel {
    const { config, names, functions } = this.props;
    const both = new Parallel(this, 'PromoteAndScale', { resultPath: '$.prepared' });
    const promote = new FunctionTask(this, 'PromoteReplica', { target: functions.promoteReplica, payload: STEP, resultPath: '$.promotion' });
    const wait = new Wait(this, 'AwaitPromotion', { time: WaitTime.duration(Duration.seconds(15)) });
    wait.next(promote);
    promote.next(new Choice(this, 'Promoted?').when(Condition.booleanEquals('$.promotion.done', true), new Pass(this, 'PromotionDone')).otherwise(wait));
    return both.branch(promote).branch(scaleService(this, { names, tasks: config.service.activeTasks, ids: ['RaiseMinimum', 'StartTasks'] }));
  }

  private task(id: string, target: StandbyFunction, payload: Readonly<Record<string, unknown>>, resultPath: string): FunctionTask {
    const task = new FunctionTask(this, id, { target, payload, resultPath });
    this.tasks.push(task);
    return task;
  }

  private retry(task: FunctionTask, errorName: string, intervalSeconds: number, budget: Duration, backoffRate = 1): void {
    task.addRetry(retryWithin([errorName], { interval: Duration.seconds(intervalSeconds), backoffRate, budget }));
  }

  /** Notes the moment, for the report. */
  private mark(name: string): State & INextable {
    return new Pass(this, `Mark${name.charAt(0).toUpperCase()}${name.slice(1)}`, { inputPath: '$$.State.EnteredTime', resultPath: `$.marks.${name}` });
  }

  private concludeFailed(): State {
    const conclude = this.task('ConcludeFailed', this.props.functions.concludeFailover, OUTCOME, '$.conclusion');
    conclude.next(new Fail(this, 'FailoverStopped', { errorPath: '$.error.Error', causePath: '$.error.Cause' }));
    return conclude;
  }
}
