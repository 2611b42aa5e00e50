import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientFor, type Target } from './client-factory';

/** A function that somebody else invoked failed; its own error is the cause. */
export class RemoteFunctionFailed extends Error {
  override readonly name = 'RemoteFunctionFailed';
}

/** A Lambda function, called for its answer. */
export class RemoteFunction {
  constructor(
    private readonly client: LambdaClient,
    private readonly functionName: string,
  ) {}

  static in(target: Target, functionName: string): RemoteFunction {
    return new RemoteFunction(clientFor(LambdaClient, target), functionName);
  }

  /** Invokes the function and waits for its answer, for as long as the caller itself may run. */
  async call<Output>(input: unknown): Promise<Output> {
    const { FunctionError, Payload } = await this.client.send(new InvokeCommand({ FunctionName: this.functionName, Payload: JSON.stringify(input) }));
    const answer = Payload ? (JSON.parse(Payload.transformToString()) as unknown) : undefined;
    if (FunctionError) throw new RemoteFunctionFailed(`${this.functionName} failed: ${(answer as { errorMessage?: string } | undefined)?.errorMessage ?? FunctionError}`);
    return answer as Output;
  }
}
