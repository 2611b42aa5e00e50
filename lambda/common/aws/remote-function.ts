import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient, ResourceNotReadyException, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { RemoteFunctionAsleep, RemoteFunctionFailed } from '../errors';
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

  /** Invokes the function and waits for its answer, for as long as the caller itself may run. Raises `RemoteFunctionAsleep` when nobody has called it for weeks. */
  async call<Output>(input: unknown): Promise<Output> {
    const { FunctionError, Payload } = await this.invoke(input);
    const answer = Payload ? (JSON.parse(Payload.transformToString()) as unknown) : undefined;
    if (!FunctionError) return answer as Output;
    const { errorType = FunctionError, errorMessage = 'no message' } = (answer ?? {}) as ErrorReport;
    throw new RemoteFunctionFailed(`${this.functionName} failed with ${errorType}: ${errorMessage}`, { functionName: this.functionName, errorType });
  }

  private async invoke(input: unknown): Promise<InvokeCommandOutput> {
    try {
      return await this.client.send(new InvokeCommand({ FunctionName: this.functionName, Payload: JSON.stringify(input) }), { requestTimeout: LONGEST_CALL_MS });
    } catch (error) {
      if (error instanceof ResourceNotReadyException) throw new RemoteFunctionAsleep(`${this.functionName} has not been called for long and is being woken: try again in a minute`, { functionName: this.functionName }, { cause: error });
      throw error;
    }
  }

  /** The environment that the function was deployed with: the names of what it works on. */
  async environment(): Promise<Readonly<Record<string, string>>> {
    const { Environment } = await this.client.send(new GetFunctionConfigurationCommand({ FunctionName: this.functionName }));
    return present(Environment?.Variables, 'Environment.Variables');
  }
}
