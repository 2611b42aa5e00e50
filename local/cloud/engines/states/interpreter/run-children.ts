import { StateFailure } from '../failure';
import { ExecutionEnded } from '../history';
import type { Json } from '../json';
import type { Branch, Children } from './branch';
import type { StateRun } from './state-run';

/** What a Parallel or Map state does as its branches come and go. */
export interface ChildObserver {
  /** A branch that has never run is about to; `freedBy` is the event that made room for it. */
  readonly starting: (child: Branch, freedBy: number) => void;
  readonly succeeded: (child: Branch) => void;
  /** Called for each failure as it comes: the failure that the state ends with, or undefined to go on. */
  readonly judge: (child: Branch, failure: StateFailure) => StateFailure | undefined;
  /** Called once nothing runs any more, for the child whose failure ends the state. */
  readonly failed: (child: Branch) => void;
}

/**
 * Runs the branches that have not come to their end, at most `limit` at a time and in order.
 *
 * The first failure that ends the state stops the other branches and is thrown when all have stopped. The state's own
 * branch then follows the event of that failure.
 */
export async function runChildren(run: StateRun, { startedEventId, branches }: Children, limit: number, observer: ChildObserver): Promise<void> {
  const group = new AbortController();
  const signal = AbortSignal.any([run.signal, group.signal]);
  const waiting = branches.filter((child) => !child.output);
  let stoppedBy: { readonly child: Branch; readonly error: unknown } | undefined;

  const runOne = async (child: Branch): Promise<void> => {
    try {
      await run.runBranch(child, signal);
    } catch (error) {
      if (signal.aborted) return;
      const verdict = isOrdinary(error) ? observer.judge(child, error) : error;
      if (verdict === undefined) return;
      stoppedBy = { child, error: verdict };
      return group.abort(new ExecutionEnded('another branch has failed'));
    }
    if (!signal.aborted) observer.succeeded(child);
  };
  const runInTurn = async (first: Branch): Promise<void> => {
    let child = first;
    for (;;) {
      await runOne(child);
      const freedBy = child.lastEventId;
      const next = signal.aborted ? undefined : waiting.shift();
      if (!next) return;
      // A child that was started before a redrive knows itself which event it follows.
      if (!next.position) observer.starting(next, freedBy);
      child = next;
    }
  };

  const first = waiting.splice(0, limit);
  for (const child of first) if (!child.position) observer.starting(child, startedEventId);
  await Promise.all(first.map(runInTurn));
  run.signal.throwIfAborted();
  if (!stoppedBy) return;
  run.branch.lastEventId = stoppedBy.child.lastEventId;
  if (isOrdinary(stoppedBy.error)) observer.failed(stoppedBy.child);
  throw stoppedBy.error;
}

/** A failure that a Catch could still turn into something else. */
function isOrdinary(error: unknown): error is StateFailure {
  return error instanceof StateFailure && !error.isFatal;
}

/** The outputs of all branches, in the order of the definition or the items. */
export function outputsOf({ branches }: Children): readonly Json[] {
  return branches.map((child) => (child.output ?? child.tolerated)?.value ?? null);
}
