import { matchesRule } from '../choice-rule';
import type { ChoiceState, FailState, PassState, SucceedState } from '../definition';
import { runtimeFailure, StateFailure } from '../failure';
import { evaluateExpression } from '../payload-template';
import { effectiveInput, finishWithOutput, finishWithResult, selectedInput, sourcesOf } from './state-data';
import { contextOf, type StateOutcome, type StateRun } from './state-run';

/** Pass: its `Result` or its effective input becomes the result. */
export function runPass(run: StateRun<PassState>): StateOutcome {
  const context = contextOf(run);
  const result = run.state.Result === undefined ? effectiveInput(run, context) : run.state.Result;
  return finishWithResult(run, result, context);
}

/** Succeed: passes its input on, and the branch ends. */
export function runSucceed(run: StateRun<SucceedState>): StateOutcome {
  const context = contextOf(run);
  return finishWithOutput(run, selectedInput(run, context), context);
}

/** Choice: the first rule that matches names the next state; without one and without Default the execution fails. */
export function runChoice(run: StateRun<ChoiceState>): StateOutcome {
  const context = contextOf(run);
  const input = selectedInput(run, context);
  const next = run.state.Choices.find((rule) => matchesRule(rule, { input, context }))?.Next ?? run.state.Default;
  // AWS reports States.Runtime here, not the States.NoChoiceMatched of the specification.
  if (next === undefined) throw runtimeFailure('Failed to transition out of the state. The state does not point to a next state.');
  return { ...finishWithOutput(run, input, context), next };
}

/** Fail: throws the failure that the state describes. */
export function runFail(run: StateRun<FailState>): never {
  const { Error: error, ErrorPath: errorPath, Cause: cause, CausePath: causePath } = run.state;
  throw new StateFailure(
    errorPath === undefined ? error : evaluateText(run, errorPath, 'ErrorPath'),
    causePath === undefined ? cause : evaluateText(run, causePath, 'CausePath'),
  );
}

function evaluateText(run: StateRun<FailState>, expression: string, field: string): string {
  const value = evaluateExpression(expression, field, sourcesOf(run, run.position.input, contextOf(run)));
  if (typeof value !== 'string') throw runtimeFailure(`The ${field} field must yield a string but yields ${JSON.stringify(value)}: ${expression}`);
  return value;
}
