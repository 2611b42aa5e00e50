import type { ParallelState } from '../definition';
import { Branch, type Children, recordAbortion } from './branch';
import { outputsOf, runChildren } from './run-children';
import { effectiveInput, finishWithResult } from './state-data';
import { contextOf, record, type StateOutcome, type StateRun } from './state-run';

/** Parallel: runs all branches at once. After a redrive only those that had not come to their end. */
export async function runParallel(run: StateRun<ParallelState>): Promise<StateOutcome> {
  const { session, branch, position } = run;
  const context = contextOf(run);
  const children = (position.children ??= startBranches(run));
  await runChildren(run, children, Infinity, {
    starting: () => undefined,
    succeeded: (child) => {
      branch.lastEventId = child.lastEventId;
    },
    judge: (_child, failure) => failure,
    failed: (child) => {
      for (const other of children.branches) recordAbortion(other, session.history, child.lastEventId);
    },
  });
  session.history.append('ParallelStateSucceeded', branch.lastEventId);
  return finishWithResult(run, outputsOf(children), context);
}

function startBranches(run: StateRun<ParallelState>): Children {
  const input = effectiveInput(run, contextOf(run));
  record(run, 'ParallelStateStarted');
  const startedEventId = run.branch.lastEventId;
  return { startedEventId, branches: run.state.Branches.map((scope) => new Branch(scope, input, startedEventId, run.branch.item)) };
}
