import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** One execution: how it stands and, once it has ended, with what. */
export interface Execution {
  readonly name: string;
  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE. */
  readonly status: string;
  readonly startedAt: Date;
  readonly stoppedAt: Date | undefined;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Whether an execution of this status still goes on, or is about to: nobody else may take its work over. */
export function isUnderWay(status: string | undefined): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** Executions of one Step Functions state machine. */
export class Executions {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  static in(target: Target, stateMachineArn: string): Executions {
    return new Executions(clientFor(SFNClient, target), stateMachineArn);
  }

  /** Starts an execution; answers with the one of that name when there has been one. */
  async start(name: string, input: unknown): Promise<{ readonly executionArn: string; readonly alreadyStarted: boolean }> {
    try {
      const { executionArn } = await this.client.send(new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, name, input: JSON.stringify(input) }));
      return { executionArn: present(executionArn, 'executionArn'), alreadyStarted: false };
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return { executionArn: this.arnOf(name), alreadyStarted: true };
      throw error;
    }
  }

  /** The status of the execution; nothing when there is no such execution. */
  async statusOf(name: string): Promise<string | undefined> {
    return (await this.find(name))?.status;
  }

  /** The execution with its outcome; nothing when there is none of that name. */
  async find(name: string): Promise<Execution | undefined> {
    try {
      const { status, startDate, stopDate, output, error, cause } = await this.client.send(new DescribeExecutionCommand({ executionArn: this.arnOf(name) }));
      const outcome = { output: output === undefined ? undefined : (JSON.parse(output) as unknown), error, cause };
      return { name, status: present(status, 'status'), startedAt: present(startDate, 'startDate'), stoppedAt: stopDate, ...outcome };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  /** The latest executions, the newest first, without their outcomes. */
  async latest(count: number): Promise<readonly Execution[]> {
    const { executions = [] } = await this.client.send(new ListExecutionsCommand({ stateMachineArn: this.stateMachineArn, maxResults: count }));
    return executions.map(({ name, status, startDate, stopDate }) => ({
      name: present(name, 'executions[].name'),
      status: present(status, 'executions[].status'),
      startedAt: present(startDate, 'executions[].startDate'),
      stoppedAt: stopDate,
    }));
  }

  private arnOf(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}
