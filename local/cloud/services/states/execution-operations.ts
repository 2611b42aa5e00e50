import type * as sdk from '@aws-sdk/client-sfn';
import { TokenRefused } from '../../engines/states/task-tokens';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import type { Executions } from './executions';
import { describeMachine, machineAccess } from './state-machine-operations';
import type { MachineExecution, StateMachine, StatesState } from './states-state';

const DAY_MS = 86_400_000;
/** How long the name of a closed execution is taken. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const NAME_TAKEN_MS = 90 * DAY_MS;
/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html */
const LONGEST_SYNC_MS = 5 * 60_000;

/** The operations on executions and the tasks that wait for their tokens. */
export function executionOperations(state: StatesState, executions: Executions, clock: CloudClock): Operations<typeof sdk> {
  const byMachine = ({ stateMachineArn }: { stateMachineArn?: string | undefined }, call: Call): Access[] => [machineAccess(state, call, stateMachineArn)];
  const byExecution = ({ executionArn }: { executionArn: string | undefined }): Access[] => [{ resource: executionArn ?? '' }];
  return {
    StartExecution: {
      access: byMachine,
      run: ({ stateMachineArn, name, input = '{}', traceHeader }) => {
        const machine = state.machine(stateMachineArn);
        checkName(name);
        const earlier = name === undefined ? undefined : earlierExecution(state, machine, name, clock.nowMs());
        if (earlier) {
          // Starting a running execution again with the same input is no new start.
          if (earlier.run.status === 'RUNNING' && earlier.input === input) return { executionArn: earlier.arn, startDate: earlier.run.startDate };
          throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${earlier.arn}'`);
        }
        const { arn, run } = executions.start(machine, input, name, traceHeader);
        return { executionArn: arn, startDate: run.startDate };
      },
    },
    StartSyncExecution: {
      access: byMachine,
      run: async ({ stateMachineArn, name, input = '{}', traceHeader }) => {
        const machine = state.machine(stateMachineArn);
        if (machine.type !== 'EXPRESS') throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
        checkName(name);
        const execution = executions.start(machine, input, name, traceHeader);
        const deadline = clock.after(LONGEST_SYNC_MS, () => execution.run.stop('States.Timeout', undefined));
        const { status, output, error, cause } = await execution.run.result;
        deadline.cancel();
        const { startDate, stopDate } = execution.run;
        const billed = { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: Math.ceil(((stopDate?.getTime() ?? 0) - startDate.getTime()) / 100) * 100 };
        return { executionArn: execution.arn, stateMachineArn: machine.arn, name: execution.name, startDate, stopDate, status: status === 'ABORTED' ? 'TIMED_OUT' : status, input, inputDetails: { included: true }, output, error, cause, billingDetails: billed };
      },
    },
    DescribeExecution: { access: byExecution, run: ({ executionArn }) => describeExecution(state.execution(executionArn)) },
    DescribeStateMachineForExecution: {
      access: byExecution,
      run: ({ executionArn }) => {
        const { machine, revision } = state.execution(executionArn);
        const { creationDate: _created, status: _status, type: _type, ...described } = describeMachine({ ...machine, revision });
        return { ...described, updateDate: revision.at };
      },
    },
    ListExecutions: {
      access: byMachine,
      run: ({ stateMachineArn, statusFilter, redriveFilter, maxResults, nextToken }) => {
        const chosen = state
          .executionsOf(state.machine(stateMachineArn))
          .filter(({ run }) => statusFilter === undefined || run.status === statusFilter)
          .filter(({ run }) => redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === run.redriveCount > 0)
          .sort((a, b) => b.run.startDate.getTime() - a.run.startDate.getTime());
        const page = pageOf(chosen, maxResults || 100, nextToken);
        if (!page) throw new AwsError('InvalidToken', 'Invalid Token');
        const listed = page.items.map(({ arn, name, machine, run }) => ({
          executionArn: arn,
          stateMachineArn: machine.arn,
          name,
          status: run.status,
          startDate: run.startDate,
          stopDate: run.stopDate,
          redriveCount: run.redriveCount,
          redriveDate: run.redriveDate,
        }));
        return { executions: listed, nextToken: page.nextToken };
      },
    },
    GetExecutionHistory: {
      access: byExecution,
      run: ({ executionArn, maxResults, reverseOrder = false, nextToken }) => {
        const { history } = state.execution(executionArn).run;
        const page = pageOf(reverseOrder ? [...history].reverse() : history, maxResults || 100, nextToken);
        if (!page) throw new AwsError('InvalidToken', 'Invalid Token');
        return { events: [...page.items], nextToken: page.nextToken };
      },
    },
    StopExecution: {
      access: byExecution,
      run: ({ executionArn, error, cause }) => {
        const { run } = state.execution(executionArn);
        run.stop(error, cause);
        return { stopDate: run.stopDate ?? clock.now() };
      },
    },
    RedriveExecution: {
      access: byExecution,
      run: ({ executionArn }) => {
        const execution = state.execution(executionArn);
        executions.redrive(execution);
        return { redriveDate: execution.run.redriveDate ?? clock.now() };
      },
    },
    SendTaskSuccess: {
      access: () => [{ resource: '*' }],
      run: ({ taskToken = '', output = '' }) => answered(() => executions.tokens.sendTaskSuccess(taskToken, output)),
    },
    SendTaskFailure: {
      access: () => [{ resource: '*' }],
      run: ({ taskToken = '', error, cause }) => answered(() => executions.tokens.sendTaskFailure(taskToken, error, cause)),
    },
    SendTaskHeartbeat: {
      access: () => [{ resource: '*' }],
      run: ({ taskToken = '' }) => answered(() => executions.tokens.sendTaskHeartbeat(taskToken)),
    },
  };
}

function describeExecution({ arn, machine, name, run, input, outcome, traceHeader }: MachineExecution): sdk.DescribeExecutionOutput {
  const { startDate, stopDate, status, redriveCount, redriveDate } = run;
  const refusal = run.reasonAgainstRedrive();
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate,
    stopDate,
    input,
    inputDetails: { included: true },
    output: outcome?.output,
    ...(outcome?.output !== undefined && { outputDetails: { included: true } }),
    error: outcome?.error,
    cause: outcome?.cause,
    traceHeader,
    redriveCount,
    redriveDate,
    redriveStatus: refusal === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: refusal,
  };
}

/** The execution that has the name, unless it ended so long ago that the name is free again. Express executions have no unique names. */
function earlierExecution(state: StatesState, machine: StateMachine, name: string, nowMs: number): MachineExecution | undefined {
  if (machine.type === 'EXPRESS') return undefined;
  const earlier = state.executionsOf(machine).find((execution) => execution.name === name);
  const endedAtMs = earlier?.run.stopDate?.getTime() ?? Infinity;
  return endedAtMs + NAME_TAKEN_MS < nowMs ? undefined : earlier;
}

function checkName(name: string | undefined): void {
  if (name !== undefined && !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function answered(send: () => void): Record<string, never> {
  try {
    send();
    return {};
  } catch (error) {
    if (error instanceof TokenRefused) throw new AwsError(error.reason, error.message);
    throw error;
  }
}
