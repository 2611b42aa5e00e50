import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Fail, Map, Succeed, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';
import { FunctionTask } from '../shared/function-task';
import { JSON_NULL } from '../shared/json-null';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import type { PipelineNames } from './names';
import type { ReplicatorFunctions } from './replicator-functions';
import { TableBranch } from './table-branch';

export interface ReplicatorPipelineProps {
  readonly config: SnowflakeReplicatorConfig;
  readonly names: PipelineNames;
  readonly functions: ReplicatorFunctions;
  readonly key: IKey;
}

/** The state machine of a run: it finds out which tables there are, works on several at once, and tells how it ended. */
export class ReplicatorPipeline extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { config, names, functions, key }: ReplicatorPipelineProps) {
    super(scope, id);
    const listTables = new FunctionTask(this, 'ListTables', { target: functions.listTables, payload: { 'operationId.$': '$$.Execution.Name', 'request.$': '$' }, resultPath: '$.run' });
    const forEachTable = new Map(this, 'ForEachTable', {
      itemsPath: '$.run.tables',
      maxConcurrencyPath: '$.run.tablesAtOnce',
      itemSelector: { 'operationId.$': '$$.Map.Item.Value.operationId', 'table.$': '$$.Map.Item.Value.table', 'mode.$': '$$.Map.Item.Value.mode', 'continuation.$': JSON_NULL },
      resultPath: '$.outcomes',
    });
    const finishRun = new FunctionTask(this, 'FinishRun', {
      target: functions.finishRun,
      payload: { 'operationId.$': '$.run.operationId', 'executionArn.$': '$$.Execution.Id', 'startedAt.$': '$.run.startedAt', 'outcomes.$': '$.outcomes' },
      resultPath: '$',
    });
    listTables.addCatch(this.endRefused(functions), { resultPath: '$.error' });
    forEachTable.itemProcessor(new TableBranch(this, 'Table', { functions }).start);
    listTables.next(forEachTable).next(finishRun).next(new Succeed(this, 'RunSucceeded'));
    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: names.prefix,
      comment: `Brings tables of ${config.source.clusterIdentifier} to ${config.snowflake.database}.${config.snowflake.schema}`,
      start: listTables,
      functions: functions.all,
      timeout: Duration.hours(config.objectives.runHours),
      key,
    }).stateMachine;
  }

  /** A request that cannot be carried out fails as a whole. */
  private endRefused({ recordFailure }: ReplicatorFunctions): FunctionTask {
    const payload = { 'operationId.$': '$$.Execution.Name', 'table.$': JSON_NULL, mode: 'auto', 'executionArn.$': '$$.Execution.Id', 'error.$': '$.error' };
    const record = new FunctionTask(this, 'RecordRefusal', { target: recordFailure, payload, resultPath: null });
    record.next(new Fail(this, 'RunRefused', { errorPath: '$.error.Error', causePath: '$.error.Cause' }));
    return record;
  }
}

