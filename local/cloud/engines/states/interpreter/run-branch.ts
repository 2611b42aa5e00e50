import type { State } from '../definition';
import { ERROR, InterpreterFailure, StateFailure, TaskFailure } from '../failure';
import { NOT_TRUNCATED } from '../history';
import type { Json } from '../json';
import { coversError, nextRetryDelayMs } from '../retry-policy';
import type { Branch } from './branch';
import { applyResultPath, errorOutputOf, withinPayloadLimit } from './data-flow';
import { runMap } from './run-map';
import { runParallel } from './run-parallel';
import { runChoice, runFail, runPass, runSucceed } from './run-simple-states';
import { runTask } from './run-task';
import { runWait } from './run-wait';
import { record, type Session, type StateOutcome, type StateRun } from './state-run';

/**
 * Runs a branch from its start, or from the state it failed in, to its end and resolves with its output.
 *
 * Rejects with the `StateFailure` that nothing caught, or with the signal's reason.
 */
export async function runBranch(session: Session, branch: Branch, signal: AbortSignal): Promise<Json> {
  const isRedriven = branch.position !== undefined;
  if (isRedriven) resume(session, branch);
  else enter(session, branch, branch.scope.StartAt, branch.input);
  for (let isResumed = isRedriven; ; isResumed = false) {
    const run = runOf(session, branch, signal);
    const { output, next } = await visit(run, isResumed);
    signal.throwIfAborted();
    exit(run, output);
    if (next === undefined) {
      branch.output = { value: output };
      return output;
    }
    enter(session, branch, next, output);
  }
}

function enter(session: Session, branch: Branch, name: string, input: Json): void {
  const state = branch.scope.States[name] as State;
  record({ session, branch }, `${state.Type}StateEntered`, { stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: NOT_TRUNCATED } });
  branch.position = {
    name,
    state,
    input,
    enteredEventId: branch.lastEventId,
    enteredTime: session.clock.now().toISOString(),
    attempts: new Map(),
    retryCount: 0,
    children: undefined,
    isOpen: true,
  };
}

/** Goes back into the state that did not end: it is not entered again, and its Retriers begin anew. */
function resume(session: Session, branch: Branch): void {
  const position = branch.position as NonNullable<Branch['position']>;
  position.attempts.clear();
  position.retryCount = 0;
  position.isOpen = true;
  branch.tolerated = undefined;
  const ended = position.children?.branches.filter((child) => child.output).map((child) => child.lastEventId) ?? [];
  // In AWS the failure of a redriven Fail state follows the redrive, what other states do follows their entry.
  const resumedFrom = position.state.Type === 'Fail' ? session.redrivenEventId : undefined;
  branch.lastEventId = resumedFrom ?? Math.max(position.enteredEventId, ...ended);
}

function runOf(session: Session, branch: Branch, signal: AbortSignal): StateRun {
  const position = branch.position as NonNullable<Branch['position']>;
  return { session, branch, position, state: position.state, signal, runBranch: (child, childSignal) => runBranch(session, child, childSignal) };
}

function exit(run: StateRun, output: Json): void {
  if (run.state.Type === 'Fail') return;
  record(run, `${run.state.Type}StateExited`, { stateExitedEventDetails: { name: run.position.name, output: JSON.stringify(output), outputDetails: NOT_TRUNCATED } });
  run.position.isOpen = false;
}

/** Attempts the state until it succeeds, no Retrier wants another attempt, or its failure is caught. */
async function visit(run: StateRun, isResumed: boolean): Promise<StateOutcome> {
  for (let isFirst = !isResumed; ; isFirst = false) {
    try {
      // Without a listener nothing is awaited, so that branches schedule their tasks one after the other as in AWS.
      if (isFirst && run.session.onStateEntered) await announce(run, run.session.onStateEntered);
      return await perform(run);
    } catch (error) {
      run.signal.throwIfAborted();
      const failure = failureOf(error, run);
      if (failure.isFatal) throw failure;
      if (!(await waitForRetry(run, failure))) return catchFailure(run, failure);
    }
  }
}

async function announce({ position, signal }: StateRun, onStateEntered: NonNullable<Session['onStateEntered']>): Promise<void> {
  await onStateEntered({ name: position.name, type: position.state.Type, input: position.input });
  signal.throwIfAborted();
}

function perform(run: StateRun): StateOutcome | Promise<StateOutcome> {
  const { state } = run;
  switch (state.Type) {
    case 'Task':
      return runTask({ ...run, state });
    case 'Pass':
      return runPass({ ...run, state });
    case 'Choice':
      return runChoice({ ...run, state });
    case 'Wait':
      return runWait({ ...run, state });
    case 'Succeed':
      return runSucceed({ ...run, state });
    case 'Fail':
      return runFail({ ...run, state });
    case 'Parallel':
      return runParallel({ ...run, state });
    case 'Map':
      return runMap({ ...run, state });
  }
}

/** Anything but a failure of the state is a fault of the interpreter or its surroundings, and is not handled. */
function failureOf(error: unknown, { position }: StateRun): StateFailure {
  if (error instanceof InterpreterFailure) return error.at(position.name, position.enteredEventId);
  if (error instanceof StateFailure) return error;
  if (error instanceof TaskFailure) return new StateFailure(error.error, error.failureCause);
  throw error;
}

async function waitForRetry({ session, state, position, signal }: StateRun, failure: StateFailure): Promise<boolean> {
  if (!('Retry' in state) || !state.Retry) return false;
  const delayMs = nextRetryDelayMs(state.Retry, failure, position.attempts, session.random);
  if (delayMs === undefined) return false;
  await session.clock.sleep(delayMs, signal);
  signal.throwIfAborted();
  position.retryCount += 1;
  position.children = undefined;
  return true;
}

/** Ends the state by its first Catcher that covers the failure; without one the failure goes on. */
function catchFailure(run: StateRun, failure: StateFailure): StateOutcome {
  const { state, position } = run;
  if (state.Type === 'Parallel' || state.Type === 'Map') {
    record(run, `${state.Type}StateFailed`);
    position.isOpen = false;
    // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html: such a state is redriven as a whole.
    if (failure.error === ERROR.DATA_LIMIT_EXCEEDED) position.children = undefined;
  }
  const catcher = 'Catch' in state ? state.Catch?.find(({ ErrorEquals }) => coversError(ErrorEquals, failure)) : undefined;
  if (!catcher) throw failure;
  try {
    const output = applyResultPath(catcher.ResultPath, position.input, errorOutputOf(failure));
    return { output: withinPayloadLimit(output, position.name), next: catcher.Next };
  } catch (error) {
    throw failureOf(error, run);
  }
}
