import type { StateFailure } from '../failure';
import { NOT_TRUNCATED } from '../history';
import type { Json } from '../json';
import { parseTaskResource, type TaskResource } from '../task-resource';
import { record, type StateRun } from './state-run';

/** What the history says about a scheduled task besides its parameters; absent where the definition does not say it. */
export interface TaskSchedule {
  readonly timeoutInSeconds: number | undefined;
  readonly heartbeatInSeconds: number | undefined;
  readonly taskCredentials: { readonly roleArn: string } | undefined;
}

/** Records the life of one attempt at a task. A Lambda function named by its ARN has events of its own. */
export interface TaskEvents {
  /** How AWS names the task when its result is too large. */
  readonly taskName: string;
  scheduled(parameters: Json, schedule: TaskSchedule): void;
  started(): void;
  submitted(answer: Json): void;
  succeeded(output: Json): void;
  failed(failure: StateFailure): void;
  timedOut(failure: StateFailure): void;
}

/** The recorder that fits the task's resource. */
export function taskEventsOf(run: StateRun, resource: string): TaskEvents {
  const parsed = parseTaskResource(resource) as TaskResource;
  return parsed.kind === 'lambda' ? lambdaEvents(run, parsed.functionArn) : integrationEvents(run, parsed);
}

function lambdaEvents(run: StateRun, functionArn: string): TaskEvents {
  return {
    taskName: functionArn,
    scheduled: (parameters, { timeoutInSeconds, taskCredentials }) =>
      record(run, 'LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: { resource: functionArn, input: JSON.stringify(parameters), inputDetails: NOT_TRUNCATED, timeoutInSeconds, taskCredentials },
      }),
    started: () => record(run, 'LambdaFunctionStarted'),
    // A function is only ever asked and answered; nothing is submitted.
    submitted: () => undefined,
    succeeded: (output) => record(run, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: { output: JSON.stringify(output), outputDetails: NOT_TRUNCATED } }),
    failed: (failure) => record(run, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failure.details }),
    timedOut: (failure) => record(run, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failure.details }),
  };
}

function integrationEvents(run: StateRun, { resourceType, resource }: Extract<TaskResource, { kind: 'integration' }>): TaskEvents {
  const task = { resourceType, resource };
  return {
    taskName: resourceType,
    scheduled: (parameters, schedule) =>
      record(run, 'TaskScheduled', { taskScheduledEventDetails: { ...task, region: run.session.region, parameters: JSON.stringify(parameters), ...schedule } }),
    started: () => record(run, 'TaskStarted', { taskStartedEventDetails: task }),
    submitted: (answer) => record(run, 'TaskSubmitted', { taskSubmittedEventDetails: { ...task, output: JSON.stringify(answer), outputDetails: NOT_TRUNCATED } }),
    succeeded: (output) => record(run, 'TaskSucceeded', { taskSucceededEventDetails: { ...task, output: JSON.stringify(output), outputDetails: NOT_TRUNCATED } }),
    failed: (failure) => record(run, 'TaskFailed', { taskFailedEventDetails: { ...task, ...failure.details } }),
    timedOut: (failure) => record(run, 'TaskTimedOut', { taskTimedOutEventDetails: { ...task, ...failure.details } }),
  };
}
