import type { State } from '../definition';
import type { EvaluationSources } from '../intrinsic/evaluate-intrinsic';
import type { Json, JsonObject } from '../json';
import { applyPath, applyResultPath, applyTemplate, withinPayloadLimit } from './data-flow';
import type { StateOutcome, StateRun } from './state-run';

type WithResult = Extract<State, { readonly ResultPath?: string | null }>;

/** The raw input after InputPath, which is what the state works on. */
export function selectedInput({ state, position }: StateRun<Exclude<State, { Type: 'Fail' }>>, context: JsonObject): Json {
  return applyPath(state.InputPath, position.input, context);
}

/** The selected input after Parameters. */
export function effectiveInput(run: StateRun<WithResult>, context: JsonObject): Json {
  return withinPayloadLimit(applyTemplate(run.state.Parameters, sourcesOf(run, selectedInput(run, context), context)), run.position.name);
}

/** What templates refer to while the state works. */
export function sourcesOf({ session }: StateRun, input: Json, context: JsonObject): EvaluationSources {
  return { input, context, random: session.random };
}

/** Ends a state that has a result: ResultSelector, ResultPath, OutputPath. */
export function finishWithResult(run: StateRun<WithResult>, result: Json, context: JsonObject): StateOutcome {
  const selected = applyTemplate(run.state.ResultSelector, sourcesOf(run, result, context));
  return finishWithOutput(run, applyResultPath(run.state.ResultPath, run.position.input, selected), context);
}

/** Ends a state whose output is ready but for OutputPath. */
export function finishWithOutput(run: StateRun<Exclude<State, { Type: 'Fail' }>>, output: Json, context: JsonObject): StateOutcome {
  const { state, position } = run;
  return {
    output: withinPayloadLimit(applyPath(state.OutputPath, output, context), position.name),
    next: 'Next' in state ? state.Next : undefined,
  };
}
