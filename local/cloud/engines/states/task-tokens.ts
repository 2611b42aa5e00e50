import { randomUUID } from 'node:crypto';
import type { Json } from './json';

/** What became of a task that waits for its token. */
export interface TaskAnswerListener {
  readonly succeeded: (output: Json) => void;
  readonly failed: (error: string | undefined, cause: string | undefined) => void;
  readonly heartbeat: () => void;
}

/** Why a token is not taken; the names are those of the Step Functions API. */
export type TokenRefusalReason = 'InvalidOutput' | 'InvalidToken' | 'TaskTimedOut';

/** A token that nobody waits for, or an output that is not JSON. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    readonly reason: TokenRefusalReason,
    message: string,
  ) {
    super(message);
  }
}

/** The tokens of all executions of a cloud: SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat name nothing else. */
export class TaskTokens {
  /** A token whose task is over stays known, because AWS answers TaskTimedOut for it and InvalidToken for one it never gave. */
  private readonly tasks = new Map<string, TaskAnswerListener | undefined>();

  issue(): string {
    const token = Buffer.from(`${randomUUID()}${randomUUID()}`).toString('base64');
    this.tasks.set(token, undefined);
    return token;
  }

  listen(token: string, listener: TaskAnswerListener): void {
    this.tasks.set(token, listener);
  }

  close(token: string): void {
    this.tasks.set(token, undefined);
  }

  /** Ends the task with an output, given as JSON text. */
  sendTaskSuccess(token: string, outputJson: string): void {
    const listener = this.find(token);
    let output: Json;
    try {
      output = JSON.parse(outputJson) as Json;
    } catch {
      throw new TokenRefused('InvalidOutput', 'the output is not JSON');
    }
    this.close(token);
    listener.succeeded(output);
  }

  sendTaskFailure(token: string, error?: string, cause?: string): void {
    const listener = this.find(token);
    this.close(token);
    listener.failed(error, cause);
  }

  sendTaskHeartbeat(token: string): void {
    this.find(token).heartbeat();
  }

  private find(token: string): TaskAnswerListener {
    if (!this.tasks.has(token)) throw new TokenRefused('InvalidToken', 'the task token was never issued');
    return this.tasks.get(token) ?? refuseClosed();
  }
}

function refuseClosed(): never {
  throw new TokenRefused('TaskTimedOut', 'the task has ended or does not wait for its token any more');
}
