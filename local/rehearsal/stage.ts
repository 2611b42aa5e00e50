import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LocalCloud, SdkClientClass } from '../cloud/local-cloud';
import type { Place } from '../cloud/gateway/service';
import type { Deployment } from '../../lib/config/deployment';
import type { StepRecord } from './events';

/** A check of a scenario did not hold. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** How an execution of a state machine ended. */
export interface ExecutionOutcome {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

const DAY_MS = 86_400_000;
const POLL_MS = 30_000;

/** Where a scenario plays: the cloud, what is deployed in it, and somebody who writes down what happens. */
export class Stage<World> {
  constructor(
    readonly cloud: LocalCloud,
    readonly deployment: Deployment,
    readonly world: World,
    private readonly record: (step: StepRecord) => void,
  ) {}

  /** Does one thing and tells about it. What it returns as evidence is shown beside it. */
  async step<T>(title: string, work: () => Promise<T>, evidence: (result: T) => readonly string[] = () => []): Promise<T> {
    const startedCloudMs = this.cloud.clock.nowMs();
    const startedWallMs = performance.now();
    const took = () => ({ cloudSeconds: (this.cloud.clock.nowMs() - startedCloudMs) / 1000, wallSeconds: (performance.now() - startedWallMs) / 1000 });
    try {
      const result = await work();
      this.record({ title, outcome: 'ok', evidence: evidence(result), ...took() });
      return result;
    } catch (error) {
      this.record({ title, outcome: 'failed', evidence: [(error as Error).message], ...took() });
      throw error;
    }
  }

  /** Fails the scenario unless the condition holds; says so either way. */
  check(condition: boolean, claim: string, ...evidence: readonly string[]): void {
    this.record({ title: claim, outcome: condition ? 'ok' : 'failed', evidence, cloudSeconds: 0, wallSeconds: 0 });
    if (!condition) throw new CheckFailed([claim, ...evidence].join(' | '));
  }

  note(title: string, ...evidence: readonly string[]): void {
    this.record({ title, outcome: 'noted', evidence, cloudSeconds: 0, wallSeconds: 0 });
  }

  /** An SDK client of the account's administrator: what a person with the AWS CLI has. */
  client<Client>(clientClass: SdkClientClass<Client>, place: Place): Client {
    return this.cloud.client(clientClass, place);
  }

  /** The account id behind a name of the deployment. */
  place(account: string, region: string): Place {
    const id = this.deployment.accounts[account];
    if (!id) throw new Error(`the deployment has no account ${account}`);
    return { account: id, region };
  }

  /** Invokes a function by hand and waits for its answer; rejects with the function's own error. */
  async invoke<Output>(place: Place, functionName: string, payload: unknown): Promise<Output> {
    const lambda = this.client(LambdaClient, place);
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }));
    const answer = JSON.parse(Payload?.transformToString() || 'null') as unknown;
    if (FunctionError) {
      const { errorType, errorMessage } = answer as { errorType?: string; errorMessage?: string };
      throw Object.assign(new Error(errorMessage ?? FunctionError), { name: errorType ?? FunctionError });
    }
    return answer as Output;
  }

  /** Lets time pass until the execution ends. */
  async executionEnd(place: Place, executionArn: string, atMostMs = 7 * DAY_MS): Promise<ExecutionOutcome> {
    const states = this.client(SFNClient, place);
    const ended = await this.until(`${executionArn} ends`, atMostMs, async () => {
      const description = await states.send(new DescribeExecutionCommand({ executionArn }));
      return description.status === 'RUNNING' ? undefined : description;
    });
    const { status = 'UNKNOWN', output, error, cause } = ended;
    return { status, output: output === undefined ? undefined : (JSON.parse(output) as unknown), error, cause };
  }

  /**
   * Lets time pass until the probe finds something, asking every half minute of cloud time.
   *
   * The SDK's own waiters count wall time, of which hardly any passes here.
   */
  async until<T>(what: string, atMostMs: number, probe: () => Promise<T | undefined>): Promise<T> {
    const giveUpAtMs = this.cloud.clock.nowMs() + atMostMs;
    for (;;) {
      const found = await probe();
      if (found !== undefined) return found;
      if (this.cloud.clock.nowMs() > giveUpAtMs) throw new CheckFailed(`waited in vain: ${what}`);
      await this.cloud.clock.pass(POLL_MS);
    }
  }
}
