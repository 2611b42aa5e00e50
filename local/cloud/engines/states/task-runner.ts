import type { Json } from './json';

/** One request of a Task state. */
export interface TaskRequest {
  /** As the definition writes it: a Lambda function's ARN, or `arn:aws:states:::<service>:<action>` with its pattern. */
  readonly resource: string;
  readonly parameters: Json;
  readonly stateName: string;
  readonly executionArn: string;
  /** The state machine's own role. */
  readonly roleArn: string;
  /** The role that the state's `Credentials` name, to be assumed from `roleArn`. */
  readonly credentialsRoleArn?: string;
  /** For `.waitForTaskToken`: the token somebody will return. It is in the parameters only where the definition puts it. */
  readonly taskToken?: string;
  /** Aborted once nobody waits for the result any more. In AWS a Lambda function that runs goes on. */
  readonly signal: AbortSignal;
  /** For `.sync`: to be called with the answer to the request that started the job, before the job ends. */
  readonly submitted: (answer: Json) => void;
}

/**
 * Does what Task states ask for.
 *
 * The promise settles with the result (for `.sync` the job's result, for `.waitForTaskToken` the answer to the request)
 * or rejects with `TaskFailure`; any other rejection is a fault of the cloud and ends the run of the interpreter. The
 * runner is also who tells the clock that work is under way.
 */
export interface TaskRunner {
  run(request: TaskRequest): Promise<unknown>;
}
