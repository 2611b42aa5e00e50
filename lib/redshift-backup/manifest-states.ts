import type { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ManifestPhase } from '../../lambda/redshift-backup/contract';
import { FunctionTask } from '../shared/function-task';
import type { BackupFunction } from './backup-function';

export interface ManifestStatesProps {
  readonly takeManifest: BackupFunction;
  readonly phase: ManifestPhase;
  /** Beside the phase and the progress: which snapshot and which cluster. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly next: IChainable;
  /** Between two looks at the statements. */
  readonly poll: Duration;
  /** The part of the run that the reading may take. */
  readonly longest: Duration;
}

/** The states that take one manifest: start the statements, then look until they are done. */
export interface ManifestStates {
  readonly start: FunctionTask;
  readonly tasks: readonly FunctionTask[];
}

/** Takes a manifest while the warehouse does the work. */
export function manifestStates(scope: Construct, { takeManifest, phase, payload, next, poll, longest }: ManifestStatesProps): ManifestStates {
  const name = `Manifest${phase[0]?.toUpperCase()}${phase.slice(1)}`;
  const path = `$.${phase}`;
  const input = { ...payload, phase, longestMinutes: longest.toMinutes() };
  const start = new FunctionTask(scope, `Start${name}`, { target: takeManifest, payload: { ...input, progress: null }, resultPath: path });
  const proceed = new FunctionTask(scope, `Continue${name}`, { target: takeManifest, payload: { ...input, 'progress.$': path }, resultPath: path });
  const wait = new Wait(scope, `WaitFor${name}`, { time: WaitTime.duration(poll) });
  start.next(wait).next(proceed).next(new Choice(scope, `${name}Written?`).when(Condition.booleanEquals(`${path}.done`, true), next).otherwise(wait));
  return { start, tasks: [start, proceed] };
}
