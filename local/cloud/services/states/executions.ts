import { randomUUID } from 'node:crypto';
import { startExecution, InvalidExecutionInput } from '../../engines/states/execution';
import type { ExecutionResult } from '../../engines/states/execution-attempt';
import type { EnteredState } from '../../engines/states/interpreter/state-run';
import { TaskTokens } from '../../engines/states/task-tokens';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { ServiceDirectory } from '../../gateway/service-directory';
import type { ServiceRoles } from '../../gateway/service-role';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { EventSink } from '../events/event-sink';
import { CloudTasks } from './cloud-tasks';
import type { ExecutionLog } from './execution-log';
import { sendTrace } from './execution-trace';
import type { MachineExecution, StateMachine, StatesState } from './states-state';

/** A state that an execution has just entered, before it does anything. */
export interface StateEntry {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly state: EnteredState;
}

/** May stop the execution through the API, or throw a `TaskFailure` that becomes the state's failure. */
export type StateEntryListener = (entry: StateEntry) => void | Promise<void>;

export interface ExecutionPorts {
  readonly context: CloudContext;
  readonly find: ServiceDirectory;
  readonly metrics: MetricSink;
  readonly events: EventSink;
  readonly log: ExecutionLog;
  readonly roles: ServiceRoles;
}

/** Starts executions and says, wherever AWS does, what becomes of them. */
export class Executions {
  readonly tokens = new TaskTokens();
  private readonly tasks: CloudTasks;
  private readonly entryListeners = new Set<StateEntryListener>();

  constructor(
    private readonly state: StatesState,
    private readonly ports: ExecutionPorts,
  ) {
    this.tasks = new CloudTasks({ roles: ports.roles, find: ports.find, ended: (arn) => state.execution(arn).run.result });
  }

  /** Calls the listener, and waits for it, whenever an execution enters a state: for scenarios that disturb it there. */
  onStateEntered(listener: StateEntryListener): () => void {
    this.entryListeners.add(listener);
    return () => this.entryListeners.delete(listener);
  }

  /** Starts an execution that runs by itself from then on. */
  start(machine: StateMachine, input: string, givenName: string | undefined, traceHeader: string | undefined): MachineExecution {
    const name = givenName ?? randomUUID();
    const isExpress = machine.type === 'EXPRESS';
    const { account, region, revision } = machine;
    const arn = regionalArn('states', machine, isExpress ? `express:${machine.name}:${name}:${randomUUID()}` : `execution:${machine.name}:${name}`);
    const logged = { account, region, arn, machine, revision };
    const execution: MachineExecution = {
      ...logged,
      name,
      input,
      traceHeader,
      run: this.engineRun(logged, input),
      outcome: undefined,
    };
    if (!isExpress) this.state.in(machine).executions.set(arn, execution);
    this.count(machine, 'ExecutionsStarted');
    this.follow(execution);
    this.announce(execution);
    return execution;
  }

  redrive(execution: MachineExecution): void {
    const refusal = execution.run.reasonAgainstRedrive();
    if (refusal !== undefined) throw new AwsError('ExecutionNotRedrivable', refusal);
    execution.run.redrive();
    this.count(execution.machine, 'ExecutionsRedriven');
    this.follow(execution);
    this.announce(execution);
  }

  private engineRun(logged: Pick<MachineExecution, 'account' | 'region' | 'arn' | 'machine' | 'revision'>, input: string) {
    const { arn, machine, revision } = logged;
    try {
      return startExecution({
        machine: revision.compiled,
        arn,
        roleArn: revision.roleArn,
        input,
        clock: this.ports.context.clock,
        tokens: this.tokens,
        tasks: this.tasks,
        random: Math.random,
        onEvent: (event) => this.ports.log.add(logged, event),
        onStateEntered: async (state) => {
          for (const listener of this.entryListeners) await listener({ executionArn: arn, stateMachineArn: machine.arn, state });
        },
      });
    } catch (error) {
      if (error instanceof InvalidExecutionInput) throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${error.message}'`);
      throw error;
    }
  }

  private follow(execution: MachineExecution): void {
    const { run, machine } = execution;
    execution.outcome = undefined;
    run.result
      .then(async (outcome) => {
        execution.outcome = outcome;
        this.count(machine, COUNTERS[outcome.status]);
        const durationMs = (run.stopDate?.getTime() ?? 0) - (run.redriveDate ?? run.startDate).getTime();
        this.ports.metrics.put({ place: machine, namespace: 'AWS/States', name: 'ExecutionTime', dimensions: { StateMachineArn: machine.arn }, value: durationMs, unit: 'Milliseconds' });
        this.announce(execution);
        await sendTrace(this.ports.context, this.ports.roles, execution);
      })
      .catch((error: Error) => this.ports.context.reportDefect(error, `execution ${execution.arn}`));
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
  private count(machine: StateMachine, name: string): void {
    this.ports.metrics.put({ place: machine, namespace: 'AWS/States', name, dimensions: { StateMachineArn: machine.arn }, value: 1, unit: 'Count' });
  }

  /** Standard executions only. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
  private announce({ machine, arn, name, input, run, outcome }: MachineExecution): void {
    if (machine.type === 'EXPRESS') return;
    this.ports.events.emit({
      place: machine,
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [arn],
      detail: {
        executionArn: arn,
        stateMachineArn: machine.arn,
        name,
        status: run.status,
        startDate: run.startDate.getTime(),
        stopDate: run.stopDate?.getTime() ?? null,
        input,
        inputDetails: { included: true },
        output: outcome?.output ?? null,
        outputDetails: outcome?.output === undefined ? null : { included: true },
        error: outcome?.error ?? null,
        cause: outcome?.cause ?? null,
      },
    });
  }
}

const COUNTERS: Readonly<Record<ExecutionResult['status'], string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  ABORTED: 'ExecutionsAborted',
  TIMED_OUT: 'ExecutionsTimedOut',
};
