import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand, type DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { ERROR, TaskFailure } from '../../engines/states/failure';
import { isJsonObject, type Json } from '../../engines/states/json';
import type { TaskRequest } from '../../engines/states/task-runner';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { Service } from '../../gateway/service';
import { taskFailureOf } from './task-failures';

/** How a parent goes on: at once, or with the child's output as text (`sync`) or as JSON (`sync:2`). */
export type NestedMode = 'start' | 'sync' | 'sync:2';

const NAMING = { prefix: 'StepFunctions', unmodelled: 'AWSStepFunctionsException' } as const;

/** Resolves when an execution has ended. */
export type ExecutionEnd = (executionArn: string) => Promise<unknown>;

/** `states:startExecution`: starts another state machine as the parent's role, and stops it when nobody waits any more. */
export async function runNested(client: CloudClient, states: Service, request: TaskRequest, mode: NestedMode, ended: ExecutionEnd): Promise<unknown> {
  const { Input, Name, StateMachineArn } = isJsonObject(request.parameters) ? request.parameters : {};
  const input = Input === undefined ? undefined : typeof Input === 'string' ? Input : JSON.stringify(Input);
  const started = await translated(states, () => client.send(new StartExecutionCommand({ stateMachineArn: StateMachineArn as string, name: Name as string | undefined, input })));
  const executionArn = started.executionArn ?? '';
  const answer = { ExecutionArn: executionArn, StartDate: started.startDate?.getTime() ?? 0 };
  if (mode === 'start') return answer;
  request.submitted(answer);
  const stop = () => void client.send(new StopExecutionCommand({ executionArn })).catch(ignoreRefusal);
  request.signal.addEventListener('abort', stop, { once: true });
  try {
    await ended(executionArn);
  } finally {
    request.signal.removeEventListener('abort', stop);
  }
  return resultOf(await translated(states, () => client.send(new DescribeExecutionCommand({ executionArn }))), mode);
}


function resultOf(described: DescribeExecutionOutput, mode: NestedMode): unknown {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause } = described;
  const result = {
    ExecutionArn: executionArn,
    Input: parsed(input, mode),
    InputDetails: { Included: true },
    Name: name,
    ...(output !== undefined && { Output: parsed(output, mode), OutputDetails: { Included: true } }),
    ...(error !== undefined && { Error: error }),
    ...(cause !== undefined && { Cause: cause }),
    StartDate: startDate?.getTime(),
    StateMachineArn: stateMachineArn,
    Status: status,
    StopDate: stopDate?.getTime(),
  };
  if (status !== 'SUCCEEDED') throw new TaskFailure(ERROR.TASK_FAILED, JSON.stringify(result));
  return result;
}

function parsed(text: string | undefined, mode: NestedMode): Json | undefined {
  if (text === undefined || mode === 'sync') return text;
  return JSON.parse(text) as Json;
}

async function translated<T>(states: Service, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw taskFailureOf(error, states, NAMING);
  }
}

/** The parent has ended; nobody is left to hear that its child could not be stopped. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}
