import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FunctionTask } from '../shared/function-task';
import { PipelineStateMachine } from '../shared/pipeline-state-machine';
import type { RegionNames, SystemNames } from './names';
import type { RegionFunctions } from './region-functions';

export interface RebuildPipelineProps {
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly functions: RegionFunctions;
  readonly key: IKey;
}

/** A large database takes hours to copy to another region. */
const LONGEST_REBUILD = Duration.hours(24);

/** The first half of a failback: makes this region a standby again. The other half is a planned failover. With `mode: undo` it takes its step back. */
export class RebuildPipeline extends Construct {
  constructor(scope: Construct, id: string, { names, own, functions, key }: RebuildPipelineProps) {
    super(scope, id);
    const rebuild = new FunctionTask(this, 'RebuildReplica', { target: functions.rebuildReplica, payload: { 'operationId.$': '$$.Execution.Name', 'mode.$': '$.mode' }, resultPath: '$.replica' });
    const wait = new Wait(this, 'AwaitReplica', { time: WaitTime.duration(Duration.seconds(30)) });
    wait.next(rebuild);
    rebuild.next(new Choice(this, 'Rebuilt?').when(Condition.booleanEquals('$.replica.done', true), new Succeed(this, 'StandsBy')).otherwise(wait));
    new PipelineStateMachine(this, 'Machine', {
      name: own.rebuildStateMachine,
      comment: `Makes this region the standby of ${names.system} again`,
      start: rebuild,
      functions: [functions.rebuildReplica],
      timeout: LONGEST_REBUILD,
      key,
    });
  }
}
