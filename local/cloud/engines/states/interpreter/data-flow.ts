import { ERROR, InterpreterFailure, runtimeFailure, StateFailure } from '../failure';
import type { EvaluationSources } from '../intrinsic/evaluate-intrinsic';
import { byteLengthOf, type Json, type JsonObject } from '../json';
import { fillTemplate } from '../payload-template';
import { describeMiss, readPath } from '../path/json-path';
import { parsePath } from '../path/parse-path';
import { PlaceNotWritable, writeReference } from '../path/write-reference';

/** 256 KiB (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
const MOST_PAYLOAD_BYTES = 262_144;

/** InputPath or OutputPath: the part of the value that counts; `null` stands for an empty object. */
export function applyPath(path: string | null | undefined, value: Json, context: JsonObject): Json {
  if (path === null) return {};
  return path === undefined ? value : readOrFail(path, { input: value, context });
}

/** The value at a path that the state needs; a miss fails the execution. */
export function readOrFail(text: string, sources: Pick<EvaluationSources, 'input' | 'context'>): Json {
  const path = parsePath(text);
  const root = sources[path.source];
  const value = readPath(path, root);
  if (value === undefined) throw runtimeFailure(`Invalid path '${text}' : ${describeMiss(path, root)}`);
  return value;
}

/** Parameters, ResultSelector or ItemSelector; without one the value stays as it is. */
export function applyTemplate(template: JsonObject | undefined, sources: EvaluationSources): Json {
  return template === undefined ? sources.input : fillTemplate(template, sources);
}

/** ResultPath: the state's raw input with the result at that place; `null` drops the result. */
export function applyResultPath(path: string | null | undefined, rawInput: Json, result: Json): Json {
  if (path === null) return rawInput;
  if (path === undefined) return result;
  try {
    return writeReference(rawInput, parsePath(path), result);
  } catch (error) {
    if (!(error instanceof PlaceNotWritable)) throw error;
    throw new InterpreterFailure(ERROR.RESULT_PATH_MATCH_FAILURE, `Unable to apply ReferencePath ${path} to input ${JSON.stringify(rawInput)}`);
  }
}

/** What a Catch passes on; AWS leaves neither field out (a timeout has an empty cause). */
export function errorOutputOf({ error, failureCause }: StateFailure): JsonObject {
  return { Error: error ?? '', Cause: failureCause ?? '' };
}

/** The value, if it is not too large to be passed on. `producer` names the state or task in the words of AWS. */
export function withinPayloadLimit(value: Json, producer: string): Json {
  if (byteLengthOf(value) <= MOST_PAYLOAD_BYTES) return value;
  throw new StateFailure(
    ERROR.DATA_LIMIT_EXCEEDED,
    `The state/task '${producer}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
