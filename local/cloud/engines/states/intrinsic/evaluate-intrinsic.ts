import { ERROR, InterpreterFailure, runtimeFailure } from '../failure';
import type { Json } from '../json';
import { readPath } from '../path/json-path';
import { ARRAY_FUNCTIONS } from './array-functions';
import type { IntrinsicArgument, IntrinsicCall } from './intrinsic-call';
import { IntrinsicError, type IntrinsicFunction } from './intrinsic-function';
import { NUMBER_FUNCTIONS } from './number-functions';
import { TEXT_FUNCTIONS } from './text-functions';

/** What paths and chance refer to while a value is worked out. */
export interface EvaluationSources {
  readonly input: Json;
  /** The context object, `$$`. */
  readonly context: Json;
  readonly random: () => number;
}

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = { ...ARRAY_FUNCTIONS, ...TEXT_FUNCTIONS, ...NUMBER_FUNCTIONS };

/** The function of that name; undefined if Step Functions has none. */
export function findIntrinsicFunction(name: string): IntrinsicFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

/** Calls the function, innermost first. A path that matches nothing is States.Runtime, anything else States.IntrinsicFailure. */
export function evaluateIntrinsic(call: IntrinsicCall, sources: EvaluationSources): Json {
  const parameters = call.parameters.map((argument) => evaluateArgument(argument, call, sources));
  try {
    return (FUNCTIONS[call.name] as IntrinsicFunction).apply(parameters, sources.random);
  } catch (error) {
    if (error instanceof IntrinsicError) throw new InterpreterFailure(ERROR.INTRINSIC_FAILURE, faultOf(call, error.message));
    throw error;
  }
}

function evaluateArgument(argument: IntrinsicArgument, call: IntrinsicCall, sources: EvaluationSources): Json {
  if (argument.kind === 'literal') return argument.value;
  if (argument.kind === 'call') return evaluateIntrinsic(argument.call, sources);
  const root = sources[argument.path.source];
  const value = readPath(argument.path, root);
  if (value !== undefined) return value;
  throw runtimeFailure(faultOf(call, `The JsonPath argument for the field '${argument.path.text}' could not be found in the input '${JSON.stringify(root)}'`));
}

function faultOf(call: IntrinsicCall, reason: string): string {
  return `The function '${call.text}' had the following error: ${reason}`;
}
