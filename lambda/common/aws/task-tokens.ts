import { InvalidToken, SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { clientFor, type Target } from './client-factory';

/** Answers to executions that wait for somebody. */
export class TaskTokens {
  constructor(private readonly client: SFNClient) {}

  static in(target: Target): TaskTokens {
    return new TaskTokens(clientFor(SFNClient, target));
  }

  /** Lets the execution go on with the output; answers false when it no longer waits. */
  async succeed(taskToken: string, output: unknown): Promise<boolean> {
    return whileWaiting(this.client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })));
  }

  /** Ends the waiting with an error; answers false when nobody waits any longer. */
  async fail(taskToken: string, error: string, cause: string): Promise<boolean> {
    return whileWaiting(this.client.send(new SendTaskFailureCommand({ taskToken, error, cause })));
  }
}

async function whileWaiting(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    // Its time is over, or somebody else has answered.
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) return false;
    throw error;
  }
}
