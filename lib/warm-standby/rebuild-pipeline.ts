import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Succeed, Wait, WaitTime, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { FunctionTask } from '../shared/function-task';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import type { RegionNames, SystemNames } from './names';
import type { RegionFunctions } from './region-functions';
import { scaleService, scalingPermissions } from './scale-service';

export interface RebuildPipelineProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly functions: RegionFunctions;
  readonly key: IKey;
}

/** A large database takes hours to copy to another region. */
const LONGEST_REBUILD = Duration.hours(24);

/**
 * The first half of a failback: makes this region a standby again, first its database, then as few tasks as a standby needs.
 * The other half is a planned failover. With `mode: undo` both steps are taken back, in the opposite order.
 */
export class RebuildPipeline extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { config, names, own, functions, key }: RebuildPipelineProps) {
    super(scope, id);
    const isUndo = Condition.stringEquals('$.mode', 'undo');
    const start = new Choice(this, 'WhichWay?');
    const rebuild = new FunctionTask(this, 'RebuildReplica', { target: functions.rebuildReplica, payload: { 'operationId.$': '$$.Execution.Name', 'mode.$': '$.mode' }, resultPath: '$.replica' });
    const wait = new Wait(this, 'AwaitReplica', { time: WaitTime.duration(Duration.minutes(1)) });
    const scaleOut = scaleService(this, { names, tasks: config.service.activeTasks, ids: ['RaiseMinimum', 'StartTasks'] });
    const scaleIn = scaleService(this, { names, tasks: config.service.standbyTasks, ids: ['LowerMinimum', 'StopTasks'] });
    start.when(isUndo, scaleOut.next(rebuild)).otherwise(rebuild);
    wait.next(rebuild);
    scaleIn.next(new Succeed(this, 'StandsBy'));
    const finished = new Choice(this, 'Undone?').when(isUndo, new Succeed(this, 'AsItWas')).otherwise(scaleIn);
    rebuild.next(new Choice(this, 'Rebuilt?').when(Condition.booleanEquals('$.replica.done', true), finished).otherwise(wait));
    this.stateMachine = new PipelineStateMachine(this, 'Machine', {
      name: own.rebuildStateMachine,
      comment: `Makes this region the standby of ${names.system} again`,
      start,
      functions: [functions.rebuildReplica],
      permissions: scalingPermissions(names, own),
      timeout: LONGEST_REBUILD,
      key,
    }).stateMachine;
  }
}
