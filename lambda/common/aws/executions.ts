import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

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

  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE; nothing when there is no such execution. */
  async statusOf(name: string): Promise<string | undefined> {
    try {
      const { status } = await this.client.send(new DescribeExecutionCommand({ executionArn: this.arnOf(name) }));
      return status;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  private arnOf(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}
