import type { MapState, StatesScope } from '../definition';
import { ERROR, runtimeFailure, StateFailure } from '../failure';
import type { EvaluationSources } from '../intrinsic/evaluate-intrinsic';
import { isJsonArray, type Json } from '../json';
import { Branch, type Children, recordAbortion, recordIterationAbortion } from './branch';
import { applyTemplate, errorOutputOf, readOrFail } from './data-flow';
import { hasTolerance, isTolerated, numberAt, toleranceOf } from './failure-tolerance';
import { type ChildObserver, outputsOf, runChildren } from './run-children';
import { finishWithResult, selectedInput, sourcesOf } from './state-data';
import { contextOf, record, type StateOutcome, type StateRun } from './state-run';

/** What AWS does where MaxConcurrency is absent or 0: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const MOST_INLINE_ITERATIONS = 40;

/** Map, inline: runs the item processor for each item. After a redrive only for those that had not come to their end. */
export async function runMap(run: StateRun<MapState>): Promise<StateOutcome> {
  const { state, position, branch, session } = run;
  const context = contextOf(run);
  const sources = sourcesOf(run, selectedInput(run, context), context);
  const limit = concurrencyOf(state, sources);
  const children = (position.children ??= startIterations(run, sources));
  await runChildren(run, children, limit, observeIterations(run, children, sources));
  session.history.append('MapStateSucceeded', branch.lastEventId);
  return finishWithResult(run, outputsOf(children), context);
}

function startIterations(run: StateRun<MapState>, sources: EvaluationSources): Children {
  const { state } = run;
  const path = state.ItemsPath ?? '$';
  const items = readOrFail(path, sources);
  if (!isJsonArray(items)) throw runtimeFailure(`Reference path "${path}" must point to array.`);
  const inputs = items.map((value, index) => inputOf(run, { index, value }, sources));
  record(run, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const startedEventId = run.branch.lastEventId;
  const scope = (state.ItemProcessor ?? state.Iterator) as StatesScope;
  return { startedEventId, branches: items.map((value, index) => new Branch(scope, inputs[index] as Json, startedEventId, { index, value })) };
}

function inputOf({ state }: StateRun<MapState>, { index, value }: { readonly index: number; readonly value: Json }, sources: EvaluationSources): Json {
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return value;
  const context = { ...(sources.context as object), Map: { Item: { Index: index, Value: value } } };
  return applyTemplate(selector, { ...sources, context });
}

function concurrencyOf(state: MapState, sources: EvaluationSources): number {
  const wanted = state.MaxConcurrency ?? numberAt(state, 'MaxConcurrencyPath', sources, Number.isInteger, 'integer') ?? 0;
  if (wanted < 0) throw runtimeFailure('MaxConcurrency cannot be negative.');
  return wanted === 0 ? MOST_INLINE_ITERATIONS : wanted;
}

/**
 * Records the iterations. A tolerated failure leaves its error output where the iteration's output would be: the
 * specification wants one element for each item and does not say which.
 */
function observeIterations({ session, branch, state, position }: StateRun<MapState>, { branches }: Children, sources: EvaluationSources): ChildObserver {
  const { history } = session;
  const tolerance = toleranceOf(state, sources);
  const detailsOf = (iteration: Branch) => ({ name: position.name, index: iteration.item?.index });
  let failures = 0;
  return {
    starting: (iteration, freedBy) => {
      iteration.startedEventId = history.append('MapIterationStarted', freedBy, { mapIterationStartedEventDetails: detailsOf(iteration) });
      iteration.lastEventId = iteration.startedEventId;
    },
    succeeded: (iteration) => {
      branch.lastEventId = history.append('MapIterationSucceeded', iteration.lastEventId, { mapIterationSucceededEventDetails: detailsOf(iteration) });
    },
    judge: (iteration, failure) => {
      branch.lastEventId = history.append('MapIterationFailed', iteration.lastEventId, { mapIterationFailedEventDetails: detailsOf(iteration) });
      failures += 1;
      if (!hasTolerance(tolerance)) return failure;
      if (!isTolerated(tolerance, failures, branches.length)) return new StateFailure(ERROR.EXCEED_TOLERATED_FAILURE_THRESHOLD, 'The specified tolerated failure threshold was exceeded');
      iteration.tolerated = { value: errorOutputOf(failure) };
      return undefined;
    },
    failed: (failed) => {
      recordAbortion(failed, history, failed.lastEventId);
      for (const other of branches) {
        if (other === failed) continue;
        recordIterationAbortion(other, position.name, history, failed.lastEventId);
        recordAbortion(other, history, failed.lastEventId);
      }
    },
  };
}
