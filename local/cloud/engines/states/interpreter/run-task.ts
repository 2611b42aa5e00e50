import type { TaskState } from '../definition';
import { ERROR, runtimeFailure, StateFailure } from '../failure';
import type { Json, JsonObject } from '../json';
import { parseTaskResource } from '../task-resource';
import { awaitTask } from './await-task';
import { applyTemplate, readOrFail, withinPayloadLimit } from './data-flow';
import { effectiveInput, finishWithResult, selectedInput, sourcesOf } from './state-data';
import { contextOf, type StateOutcome, type StateRun } from './state-run';
import { taskEventsOf } from './task-events';

/** Task: one attempt at the work that `Resource` names. */
export async function runTask(run: StateRun<TaskState>): Promise<StateOutcome> {
  const { session, state, position } = run;
  const taskToken = waitsForToken(state.Resource) ? session.tokens.issue() : undefined;
  const context = contextOf(run, taskToken);
  const parameters = effectiveInput(run, context);
  const timeoutInSeconds = state.TimeoutSeconds ?? secondsAt(run, 'TimeoutSecondsPath', context);
  const heartbeatInSeconds = state.HeartbeatSeconds ?? secondsAt(run, 'HeartbeatSecondsPath', context);
  const credentialsRoleArn = credentialsRoleOf(run, context);
  const events = taskEventsOf(run, state.Resource);
  events.scheduled(parameters, {
    timeoutInSeconds,
    heartbeatInSeconds,
    taskCredentials: credentialsRoleArn === undefined ? undefined : { roleArn: credentialsRoleArn },
  });
  events.started();
  const request = { resource: state.Resource, parameters, stateName: position.name, executionArn: session.arn, roleArn: session.roleArn, credentialsRoleArn, taskToken };
  const order = { request, timeoutMs: inMs(timeoutInSeconds), heartbeatMs: inMs(heartbeatInSeconds) };
  const result = await recorded(events, async () => withinPayloadLimit(await awaitTask(run, events, order), events.taskName));
  return finishWithResult(run, result, context);
}

/** Does the work and records how it ended. */
async function recorded(events: ReturnType<typeof taskEventsOf>, work: () => Promise<Json>): Promise<Json> {
  try {
    const result = await work();
    events.succeeded(result);
    return result;
  } catch (error) {
    if (error instanceof StateFailure) {
      if (error.error === ERROR.TIMEOUT) events.timedOut(error);
      else events.failed(error);
    }
    throw error;
  }
}

function waitsForToken(resource: string): boolean {
  const parsed = parseTaskResource(resource);
  return parsed?.kind === 'integration' && parsed.pattern === 'wait-for-task-token';
}

function secondsAt(run: StateRun<TaskState>, field: 'TimeoutSecondsPath' | 'HeartbeatSecondsPath', context: JsonObject): number | undefined {
  const path = run.state[field];
  if (path === undefined) return undefined;
  const seconds = readOrFail(path, { input: selectedInput(run, context), context });
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds;
  throw runtimeFailure(`The ${field} parameter does not reference a positive integer: ${path} == ${JSON.stringify(seconds)}`);
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html */
function credentialsRoleOf(run: StateRun<TaskState>, context: JsonObject): string | undefined {
  const { Credentials: credentials } = run.state;
  if (credentials === undefined) return undefined;
  const filled = applyTemplate(credentials, sourcesOf(run, selectedInput(run, context), context)) as JsonObject;
  if (typeof filled.RoleArn === 'string') return filled.RoleArn;
  throw runtimeFailure(`The Credentials field must yield a RoleArn but yields ${JSON.stringify(filled)}`);
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
