import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { FunctionTask } from '../shared/function-task';
import type { BackupFunction } from './backup-function';
import { manifestStates, type ManifestStates, type ManifestStatesProps } from './manifest-states';
import type { BackupNames } from './names';
import { pollEvery } from './poll-every';

/** What a state machine of a pipeline is made of. */
export interface PipelineProps<Functions> {
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly functions: Functions;
  readonly key: IKey;
}

/** Input of a task; keys ending in `.$` are paths into the state's input. */
export type Payload = Readonly<Record<string, unknown>>;

const POLL = Duration.seconds(60);

const MANIFEST_POLL = Duration.seconds(15);

/** Makes the states of one machine that call functions, and remembers the functions: the machine may invoke them and no other. */
export class PipelineTasks {
  readonly functions: BackupFunction[] = [];

  constructor(
    private readonly scope: Construct,
    /** Longest that an execution may take. */
    private readonly lifetime: Duration,
  ) {}

  /** Calls a function; its answer goes to `resultPath`, nowhere with `null`. */
  call(id: string, target: BackupFunction, payload: Payload, resultPath: string | null): FunctionTask {
    this.functions.push(target);
    return new FunctionTask(this.scope, id, { target, payload, resultPath });
  }

  /** Pauses and asks, again and again, until the answer says so. */
  until(id: string, ask: FunctionTask, path: string, next: IChainable): Wait {
    const wait = new Wait(this.scope, `WaitUntil${id}`, { time: WaitTime.duration(pollEvery(POLL, this.lifetime)) });
    wait.next(ask).next(new Choice(this.scope, `${id}?`).when(Condition.booleanEquals(path, true), next).otherwise(wait));
    return wait;
  }

  /** Takes a manifest while the warehouse does the work. */
  manifest(props: Omit<ManifestStatesProps, 'poll'>): ManifestStates {
    this.functions.push(props.takeManifest);
    return manifestStates(this.scope, { ...props, poll: pollEvery(MANIFEST_POLL, this.lifetime) });
  }

  /** Tells people how the run ended. */
  notify(id: string, target: BackupFunction, what: 'backup' | 'proof', payload: Payload): FunctionTask {
    return this.call(id, target, { what, 'executionArn.$': '$$.Execution.Id', ...payload }, '$.notification');
  }
}
