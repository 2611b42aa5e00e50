import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { CloudClock } from '../../../gateway/clock';
import type { State } from '../definition';
import type { AttemptRecorder, EventDetails } from '../history';
import type { Json, JsonObject } from '../json';
import type { TaskRunner } from '../task-runner';
import type { TaskTokens } from '../task-tokens';
import type { Branch, Position } from './branch';

/** What a state hands to its successor. */
export interface StateOutcome {
  readonly output: Json;
  /** The next state; undefined at the end of the branch. */
  readonly next: string | undefined;
}

/** The interpreter's surroundings. */
export interface ExecutionPorts {
  readonly clock: Pick<CloudClock, 'now' | 'after' | 'sleep'>;
  readonly tasks: TaskRunner;
  readonly tokens: TaskTokens;
  /** Numbers from 0 up to 1, for jitter, States.MathRandom and States.UUID. */
  readonly random: () => number;
}

/** A state that has just been entered, for whoever watches or disturbs an execution. */
export interface EnteredState {
  readonly name: string;
  readonly type: State['Type'];
  readonly input: Json;
}

/** What all states of one attempt at an execution share. */
export interface Session extends ExecutionPorts {
  readonly arn: string;
  readonly roleArn: string;
  readonly region: string;
  readonly history: AttemptRecorder;
  /** `$$.Execution` and `$$.StateMachine`. */
  readonly context: JsonObject;
  /** The event that redrove the execution; undefined in its first attempt. */
  readonly redrivenEventId: number | undefined;
  readonly onStateEntered: ((state: EnteredState) => void | Promise<void>) | undefined;
}

/** One state at work. */
export interface StateRun<S extends State = State> {
  readonly session: Session;
  readonly branch: Branch;
  readonly position: Position;
  readonly state: S;
  /** Aborted when the execution ends or a sibling's failure stops the branch. */
  readonly signal: AbortSignal;
  readonly runBranch: (branch: Branch, signal: AbortSignal) => Promise<Json>;
}

/** Appends an event that follows the branch's last one and becomes its last one. */
export function record({ session, branch }: Pick<StateRun, 'session' | 'branch'>, type: HistoryEventType, details?: EventDetails): void {
  branch.lastEventId = session.history.append(type, branch.lastEventId, details);
}

/** The context object `$$` as the state sees it (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html). */
export function contextOf({ session, branch, position }: StateRun, taskToken?: string): JsonObject {
  return {
    ...session.context,
    State: { Name: position.name, EnteredTime: position.enteredTime, RetryCount: position.retryCount },
    ...(taskToken !== undefined && { Task: { Token: taskToken } }),
    ...(branch.item && { Map: { Item: { Index: branch.item.index, Value: branch.item.value } } }),
  };
}
