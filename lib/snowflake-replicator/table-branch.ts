import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Map, Pass, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RETRIED_ERRORS, SchemaChangedMeanwhile, WAITED_FOR_ERRORS } from '../../lambda/snowflake-replicator/contract';
import { ConcurrentChange } from '../../lambda/common/errors';
import { FunctionTask } from '../shared/function-task';
import { JSON_NULL } from '../shared/json-null';
import { retryWithin } from '../shared/retry-within';
import type { ReplicatorFunction } from './replicator-function';
import type { ReplicatorFunctions } from './replicator-functions';

export interface TableBranchProps {
  readonly functions: ReplicatorFunctions;
}

type Payload = Readonly<Record<string, unknown>>;

/** Three tries in all: the first, one after ten seconds, one after twenty more. */
const TRIES = { interval: Duration.seconds(10), backoffRate: 2, budget: Duration.seconds(30) };
/** A lock that a dead run left behind ends after twenty minutes. */
const WAIT_FOR_LOCK = { interval: Duration.minutes(1), backoffRate: 1, budget: Duration.minutes(25) };

/** A table that changed while it was loaded in shares has to be planned again, not read again. */
const RETRIED_IN_SPREAD = RETRIED_ERRORS.filter((name) => name !== SchemaChangedMeanwhile.errorName);

const TABLE: Payload = { 'operationId.$': '$.operationId', 'table.$': '$.table' };
const SHARE: Payload = { 'operationId.$': '$.operationId', 'load.$': '$.load', 'partition.$': '$.partition' };
const RUN: Payload = { ...TABLE, 'mode.$': '$.mode' };

/** What a run does with one table. Whatever fails ends in an outcome, so that the other tables go on. */
export class TableBranch extends Construct {
  readonly start: IChainable;
  private readonly failed: FunctionTask;
  private readonly taken: Choice;

  constructor(scope: Construct, id: string, { functions }: TableBranchProps) {
    super(scope, id);
    this.failed = this.recordFailure(functions);
    this.taken = this.leaveToTheOther(this.failed);
    const verify = this.untilDone('VerifyTable', functions.verifyTable);
    const plan = this.guarded(this.task('PlanReplication', functions.planReplication, RUN, '$.plan'));
    const replicate = this.untilDone('ReplicateTable', functions.replicateTable, plan);
    const spread = this.spread(functions, plan, replicate);
    plan.next(new Choice(this, 'Spread?').when(Condition.stringEquals('$.plan.strategy', 'spread'), spread).otherwise(replicate));
    this.start = new Choice(this, 'Compare?').when(Condition.stringEquals('$.mode', 'verify'), verify).otherwise(replicate);
  }

  private task(id: string, target: ReplicatorFunction, payload: Payload, resultPath: string, retried: readonly string[] = RETRIED_ERRORS): FunctionTask {
    const task = new FunctionTask(this, id, { target, payload, resultPath });
    task.addRetry(retryWithin([...retried, ConcurrentChange.errorName], TRIES));
    task.addRetry(retryWithin([...WAITED_FOR_ERRORS], WAIT_FOR_LOCK));
    return task;
  }

  private guarded(task: FunctionTask): FunctionTask {
    task.addCatch(this.taken, { errors: [...WAITED_FOR_ERRORS], resultPath: '$.error' });
    task.addCatch(this.failed, { resultPath: '$.error' });
    return task;
  }

  /** Calls a function until it says that it is done, each time to go on where the call before stopped; or until it finds that the load is to be divided, where there is a plan for that. */
  private untilDone(id: string, target: ReplicatorFunction, plan?: FunctionTask): FunctionTask {
    const task = this.guarded(this.task(id, target, { ...RUN, 'continuation.$': '$.continuation', ...(plan && { divisible: true }) }, '$.answer'));
    const goOn = new Pass(this, `${id}GoesOn`, { parameters: { ...RUN, 'continuation.$': '$.answer.continuation' } });
    const rest = new Wait(this, `${id}Rests`, { time: WaitTime.secondsPath('$.answer.continuation.waitSeconds') });
    const outcome = new Pass(this, `${id}Succeeded`, { parameters: { 'table.$': '$.table', status: 'succeeded', 'summary.$': '$.answer.summary' } });
    const isDone = new Choice(this, `${id}Done?`).when(Condition.booleanEquals('$.answer.done', true), outcome);
    if (plan) isDone.when(Condition.booleanEquals('$.answer.spread', true), plan);
    task.next(
      isDone
        .when(Condition.numberGreaterThan('$.answer.continuation.waitSeconds', 0), rest)
        .otherwise(goOn),
    );
    rest.next(goOn);
    goOn.next(task);
    return task;
  }

  /** Several functions read a share each; then one proves and commits; then what changed meanwhile is brought over. */
  private spread(functions: ReplicatorFunctions, plan: FunctionTask, replicate: FunctionTask): Map {
    const extract = this.task('ExtractPartition', functions.extractPartition, { ...SHARE, 'rests.$': '$.rests' }, '$.answer', RETRIED_IN_SPREAD);
    const goOn = new Pass(this, 'ExtractPartitionGoesOn', { parameters: { ...SHARE, 'rests.$': '$.answer.rests' } });
    const rest = new Wait(this, 'ExtractPartitionRests', { time: WaitTime.secondsPath('$.answer.waitSeconds') });
    const extracted = new Pass(this, 'PartitionExtracted', { parameters: { 'index.$': '$.answer.index', 'rows.$': '$.answer.rows' } });
    extract.next(
      new Choice(this, 'ExtractPartitionDone?')
        .when(Condition.booleanEquals('$.answer.done', true), extracted)
        .when(Condition.numberGreaterThan('$.answer.waitSeconds', 0), rest)
        .otherwise(goOn),
    );
    rest.next(goOn);
    goOn.next(extract);
    const partitions = new Map(this, 'ForEachPartition', {
      itemsPath: '$.plan.partitions',
      maxConcurrencyPath: '$.plan.partitionsAtOnce',
      itemSelector: { 'operationId.$': '$.operationId', 'load.$': '$.plan.load', 'partition.$': '$$.Map.Item.Value', rests: 0 },
      resultPath: '$.extracted',
    });
    partitions.itemProcessor(extract);
    const commit = this.task('CommitLoad', functions.commitLoad, { 'operationId.$': '$.operationId', 'load.$': '$.plan.load' }, '$.committed', RETRIED_IN_SPREAD);
    const thenChanges = new Pass(this, 'ThenChanges', { parameters: { ...TABLE, mode: 'incremental', 'continuation.$': JSON_NULL } });
    for (const state of [partitions, commit]) {
      state.addCatch(plan, { errors: [SchemaChangedMeanwhile.errorName], resultPath: '$.error' });
      state.addCatch(this.failed, { resultPath: '$.error' });
    }
    partitions.next(commit);
    commit.next(thenChanges);
    thenChanges.next(replicate);
    return partitions;
  }

  /** A first load may take hours, in which hourly runs find its table taken: it brings what they would. Who asked for something else is told. */
  private leaveToTheOther(failed: FunctionTask): Choice {
    const left = new Pass(this, 'LeftToTheOther', { parameters: { 'table.$': '$.table', status: 'busy' } });
    return new Choice(this, 'OnlyChanges?').when(Condition.stringEquals('$.mode', 'auto'), left).otherwise(failed);
  }

  private recordFailure(functions: ReplicatorFunctions): FunctionTask {
    const payload = { ...RUN, 'executionArn.$': '$$.Execution.Id', 'error.$': '$.error' };
    const record = new FunctionTask(this, 'RecordFailure', { target: functions.recordFailure, payload, resultPath: '$' });
    // What cannot be recorded must not keep the other tables from going on.
    const unrecorded = new Pass(this, 'FailureUnrecorded', {
      parameters: { 'table.$': '$.table', status: 'failed', 'errorName.$': '$.error.Error', failureClass: 'unforeseen', message: 'the failure could not be recorded either' },
    });
    record.addCatch(unrecorded, { resultPath: '$.recording' });
    return record;
  }
}
