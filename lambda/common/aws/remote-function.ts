import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RemoteFunctionFailed } from '../errors';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** The longest that any function may run: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LONGEST_CALL_MS = 15 * 60_000;

/** What Lambda answers for a function that threw. */
interface ErrorReport {
  readonly errorType?: string;
  readonly errorMessage?: string;
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
    const command = new InvokeCommand({ FunctionName: this.functionName, Payload: JSON.stringify(input) });
    const { FunctionError, Payload } = await this.client.send(command, { requestTimeout: LONGEST_CALL_MS });
    const answer = Payload ? (JSON.parse(Payload.transformToString()) as unknown) : undefined;
    if (!FunctionError) return answer as Output;
    const { errorType = FunctionError, errorMessage = 'no message' } = (answer ?? {}) as ErrorReport;
    throw new RemoteFunctionFailed(`${this.functionName} failed with ${errorType}: ${errorMessage}`, { functionName: this.functionName, errorType });
  }

  /** The environment that the function was deployed with: the names of what it works on. */
  async environment(): Promise<Readonly<Record<string, string>>> {
    const { Environment } = await this.client.send(new GetFunctionConfigurationCommand({ FunctionName: this.functionName }));
    return present(Environment?.Variables, 'Environment.Variables');
  }
}
