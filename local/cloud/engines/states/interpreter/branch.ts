import type { Retrier, State, StatesScope } from '../definition';
import type { AttemptRecorder } from '../history';
import type { Json } from '../json';

/** The item that a Map iteration works on. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
}

/** A state a branch has entered. It outlives a failure, so that a redrive goes on from it. */
export interface Position {
  readonly name: string;
  readonly state: State;
  readonly input: Json;
  readonly enteredEventId: number;
  readonly enteredTime: string;
  /** How often each Retrier has been used since the state was entered or redriven. */
  readonly attempts: Map<Retrier, number>;
  retryCount: number;
  /** The branches or iterations of the current attempt at a Parallel or Map state. */
  children: Children | undefined;
  /** Whether the history still owes the end of the state. */
  isOpen: boolean;
}

/** The branches of a Parallel state or the iterations of a Map state, with the event that started them. */
export interface Children {
  readonly startedEventId: number;
  readonly branches: readonly Branch[];
}

/** One line of states: the machine itself, a branch of a Parallel state or an iteration of a Map state. */
export class Branch {
  position: Position | undefined;
  /** Set once the branch has come to its end. */
  output: { readonly value: Json } | undefined;
  /** What stands in for the output of an iteration whose failure is tolerated. A redrive runs it again all the same. */
  tolerated: { readonly value: Json } | undefined;
  /** The event of a Map iteration's start. */
  startedEventId: number | undefined;

  constructor(
    readonly scope: StatesScope,
    readonly input: Json,
    /** The event that the branch's next event follows. */
    public lastEventId: number,
    readonly item?: MapItem,
  ) {}
}

/** Records that the branch stops in the middle of its state because another one has failed. */
export function recordAbortion(branch: Branch, history: AttemptRecorder, previousEventId: number): void {
  const { position } = branch;
  if (branch.output || branch.tolerated || !position?.isOpen) return;
  for (const child of position.children?.branches ?? []) {
    if (position.state.Type === 'Map') recordIterationAbortion(child, position.name, history, previousEventId);
    recordAbortion(child, history, previousEventId);
  }
  const { Type: type } = position.state;
  if (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map') history.append(`${type}StateAborted`, previousEventId);
  position.isOpen = false;
}

/** Records that a Map iteration stops before its end; not if it never started. */
export function recordIterationAbortion(iteration: Branch, mapName: string, history: AttemptRecorder, previousEventId: number): void {
  if (iteration.output || iteration.tolerated || iteration.startedEventId === undefined) return;
  history.append('MapIterationAborted', previousEventId, { mapIterationAbortedEventDetails: { name: mapName, index: iteration.item?.index } });
}
