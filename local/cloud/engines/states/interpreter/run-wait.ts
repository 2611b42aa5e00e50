import type { WaitState } from '../definition';
import { runtimeFailure } from '../failure';
import type { Json, JsonObject } from '../json';
import { readPath } from '../path/json-path';
import { parsePath } from '../path/parse-path';
import { parseTimestamp } from '../timestamp';
import { finishWithOutput, selectedInput } from './state-data';
import { contextOf, type StateOutcome, type StateRun } from './state-run';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
const MOST_SECONDS = 99_999_999;

/** Wait: lets the time pass on the cloud's clock. A timestamp that is over costs none, also when the state is redriven. */
export async function runWait(run: StateRun<WaitState>): Promise<StateOutcome> {
  const context = contextOf(run);
  const input = selectedInput(run, context);
  const { clock } = run.session;
  const delayMs = delayOf(run.state, input, context, clock.now().getTime());
  if (delayMs > MOST_SECONDS * 1000) throw runtimeFailure('Wait state delay is too long.');
  if (delayMs > 0) await clock.sleep(delayMs, run.signal);
  return finishWithOutput(run, input, context);
}

function delayOf(state: WaitState, input: Json, context: JsonObject, nowMs: number): number {
  if (state.Seconds !== undefined) return state.Seconds * 1000;
  if (state.SecondsPath !== undefined) return secondsAt(state.SecondsPath, input, context) * 1000;
  if (state.Timestamp !== undefined) return (parseTimestamp(state.Timestamp) as number) - nowMs;
  return timestampAt(state.TimestampPath as string, input, context) - nowMs;
}

function secondsAt(path: string, input: Json, context: JsonObject): number {
  const seconds = find(path, { input, context });
  if (seconds === undefined) throw runtimeFailure(`The SecondsPath parameter does not reference an input value: ${path}`);
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) {
    throw runtimeFailure(`The SecondsPath parameter cannot be parsed as a long value: ${path} == ${printed(seconds)}`);
  }
  if (seconds < 0) throw runtimeFailure(`The SecondsPath parameter references a negative value: ${path} == ${seconds}`);
  return seconds;
}

function timestampAt(path: string, input: Json, context: JsonObject): number {
  const text = find(path, { input, context });
  const epochMs = typeof text === 'string' ? parseTimestamp(text) : undefined;
  if (epochMs !== undefined) return epochMs;
  throw runtimeFailure(`The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${printed(text)}`);
}

function find(text: string, sources: { readonly input: Json; readonly context: JsonObject }): Json | undefined {
  const path = parsePath(text);
  return readPath(path, sources[path.source]);
}

function printed(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
