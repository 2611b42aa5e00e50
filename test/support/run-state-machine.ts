import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { CloudClock } from '../../local/cloud/gateway/clock';
import type { StateMachine } from '../../local/cloud/engines/states/compile';
import type { MachineDefinition } from '../../local/cloud/engines/states/definition';
import { type Execution, type ExecutionOptions, startExecution } from '../../local/cloud/engines/states/execution';
import type { ExecutionResult } from '../../local/cloud/engines/states/execution-attempt';
import { TaskFailure } from '../../local/cloud/engines/states/failure';
import type { Json } from '../../local/cloud/engines/states/json';
import { lintDefinition } from '../../local/cloud/engines/states/lint/lint-definition';
import type { TaskRequest, TaskRunner } from '../../local/cloud/engines/states/task-runner';
import { TaskTokens } from '../../local/cloud/engines/states/task-tokens';

export const STARTED_AT = new Date('2026-03-14T00:00:00.000Z');
export const EXECUTION_ARN = 'arn:aws:states:eu-central-1:111111111111:execution:Restore:run-1';
export const ROLE_ARN = 'arn:aws:iam::111111111111:role/restore';
export const INVOKE = 'arn:aws:states:::lambda:invoke';
export const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111111111111:function:find-snapshot';

const LONGEST_RUN_MS = 366 * 24 * 3_600_000;

const clocks: CloudClock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** A definition whose first state is the first one given. */
export function machineOf(states: Readonly<Record<string, object>>, fields: object = {}): object {
  return { StartAt: Object.keys(states)[0], States: states, ...fields };
}

export interface MachineRun {
  readonly execution: Execution;
  readonly clock: CloudClock;
  readonly tokens: TaskTokens;
  /** What the tasks were asked for, in order. */
  readonly requests: readonly TaskRequest[];
  /** Lets cloud time pass until the current attempt has ended. */
  finish(): Promise<ExecutionResult>;
}

export type RunOptions = Partial<Pick<ExecutionOptions, 'random' | 'onEvent' | 'onStateEntered'>> & {
  readonly input?: Json;
  readonly tasks?: TaskRunner['run'];
};

/** Starts the machine on a clock that leaps over all waiting and stands still else, however slow the machine is. */
export function startMachine(definition: object, { input = {}, tasks = () => Promise.reject(new Error('no task was expected')), random = () => 0.5, ...observers }: RunOptions = {}): MachineRun {
  const clock = new CloudClock({ busy: 0, idle: Infinity }, STARTED_AT);
  clocks.push(clock);
  const tokens = new TaskTokens();
  const requests: TaskRequest[] = [];
  const execution = startExecution({
    machine: machineFor(definition),
    arn: EXECUTION_ARN,
    roleArn: ROLE_ARN,
    input: JSON.stringify(input),
    clock,
    tokens,
    random,
    tasks: {
      run: (request) => {
        requests.push(request);
        return tasks(request);
      },
    },
    ...observers,
  });
  return { execution, clock, tokens, requests, finish: () => clock.passUntil(execution.result, LONGEST_RUN_MS, 'the execution') };
}

/** As `compile` without asl-validator, which takes a tenth of a second for each definition. */
function machineFor(definition: object): StateMachine {
  const findings = lintDefinition(definition as Json, { jobIntegrations: ['states:startExecution.sync:2'] });
  if (findings.length > 0) throw new Error(`the definition is refused: ${JSON.stringify(findings)}`);
  return { definition: definition as MachineDefinition };
}

/** Runs the machine to its end. */
export async function runMachine(definition: object, options?: RunOptions): Promise<ExecutionResult & { readonly run: MachineRun }> {
  const run = startMachine(definition, options);
  return { ...(await run.finish()), run };
}

/** Runs the machine and returns its parsed output; fails with the execution's error if there is none. */
export async function outputOf(definition: object, options?: RunOptions): Promise<Json> {
  const { output, error, cause } = await runMachine(definition, options);
  if (output === undefined) throw new Error(`the execution failed with ${error}: ${cause}`);
  return JSON.parse(output) as Json;
}

/** Answers requests one after the other; a `TaskFailure` among the answers is thrown. */
export function answering(...answers: readonly unknown[]): TaskRunner['run'] {
  const remaining = [...answers];
  return async () => {
    if (remaining.length === 0) throw new Error('more tasks were asked for than there are answers');
    const answer = remaining.shift();
    if (answer instanceof TaskFailure) throw answer;
    return answer;
  };
}

/** A history in short: id, type and the event each one follows. */
export function outline(events: readonly HistoryEvent[]): readonly string[] {
  return events.map(({ id, type, previousEventId }) => `${id} ${type} <- ${previousEventId}`);
}

/** How long after the start, in seconds of cloud time, each event of the type happened. */
export function secondsOf(events: readonly HistoryEvent[], type: HistoryEvent['type']): readonly number[] {
  return events.filter((event) => event.type === type).map(({ timestamp }) => (timestamp!.getTime() - STARTED_AT.getTime()) / 1000);
}
