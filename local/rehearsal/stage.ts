import { DescribeExecutionCommand, GetExecutionHistoryCommand, paginateGetExecutionHistory, SFNClient, type HistoryEvent } from '@aws-sdk/client-sfn';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LocalCloud, SdkClientClass } from '../cloud/local-cloud';
import type { Place } from '../cloud/gateway/service';
import type { Deployment } from '../../lib/config/deployment';
import type { Plot, StageRecord, StepRecord } from './events';
import { spansOf } from './execution-timeline';
import { Interference } from './interference';

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

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const POLL_MS = 30_000;
/** Of an execution: more than happen between two polls. */
const LATEST_EVENTS = 20;

/** Where a scenario plays: the cloud, what is deployed in it, and somebody who writes down what happens. */
export class Stage<World> {
  private readonly openedCloudMs: number;
  private readonly openedWallMs = performance.now();
  private readonly interference: Interference;

  constructor(
    readonly cloud: LocalCloud,
    readonly deployment: Deployment,
    readonly world: World,
    private readonly record: (record: StageRecord) => void,
  ) {
    this.openedCloudMs = cloud.clock.nowMs();
    this.interference = new Interference(cloud);
  }

  /** Does one thing and tells about it. What it returns as evidence is shown beside it. */
  async step<T>(title: string, work: () => Promise<T>, evidence: (result: T) => readonly string[] = () => []): Promise<T> {
    const from = this.elapsed();
    const tell = (outcome: StepRecord['outcome'], shown: readonly string[]) => {
      const to = this.elapsed();
      const times = { fromCloudSeconds: from.cloudSeconds, fromWallSeconds: from.wallSeconds, cloudSeconds: to.cloudSeconds - from.cloudSeconds, wallSeconds: to.wallSeconds - from.wallSeconds };
      this.record({ type: 'step', title, outcome, evidence: shown, ...times });
    };
    try {
      const result = await work();
      tell('ok', evidence(result));
      return result;
    } catch (error) {
      tell('failed', [(error as Error).message]);
      throw error;
    }
  }

  /** Fails the scenario unless the condition holds; says so either way. */
  check(condition: boolean, claim: string, ...evidence: readonly string[]): void {
    this.say(claim, condition ? 'ok' : 'failed', evidence);
    if (!condition) throw new CheckFailed([claim, ...evidence].join(' | '));
  }

  note(title: string, ...evidence: readonly string[]): void {
    this.say(title, 'noted', evidence);
  }

  /** Puts measurements into the report. */
  plot(plot: Plot): void {
    this.record({ type: 'plot', ...plot });
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
    const history: HistoryEvent[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: states }, { executionArn, includeExecutionData: false })) history.push(...events);
    this.record({ type: 'timeline', title: executionArn.split(':').slice(-2).join(' '), spans: spansOf(history, this.openedCloudMs) });
    const { status = 'UNKNOWN', output, error, cause } = ended;
    return { status, output: output === undefined ? undefined : (JSON.parse(output) as unknown), error, cause };
  }

  /** Lets time pass until the execution has entered the state, as its latest events tell. */
  async untilEntered(place: Place, executionArn: string, state: string): Promise<void> {
    const states = this.client(SFNClient, place);
    await this.until(`${executionArn} reaches ${state}`, HOUR_MS, async () => {
      const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: LATEST_EVENTS }));
      return events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state) ? true : undefined;
    });
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

  /** Takes a permission away while the work is done, such as `aurora-restore-orders-copy-snapshot=rds:CopyDBClusterSnapshot`. */
  without<T>(permission: string, work: () => Promise<T>): Promise<T> {
    return this.interference.without(permission, work);
  }

  /** Lets something go wrong while the work is done, such as `rds:CopyDBClusterSnapshot#1=throttle`; a fault that met no call fails the scenario. */
  async withFaults<T>(rules: readonly string[], work: () => Promise<T>): Promise<T> {
    const { result, untouched } = await this.interference.withFaults(rules, work);
    this.check(untouched.length === 0, `each of ${rules.length} faults was met`, ...untouched);
    return result;
  }

  /** Says that the story has a role refused what the message tells: any other refusal of a role of ours fails the scenario. */
  expectRefusals(message: RegExp): void {
    this.interference.expectRefusals(message);
  }

  /** Refusals of roles of ours that nothing in the story explains, and expectations that did not come true. */
  surprises(): readonly string[] {
    return this.interference.surprises();
  }

  private say(title: string, outcome: StepRecord['outcome'], evidence: readonly string[]): void {
    const { cloudSeconds, wallSeconds } = this.elapsed();
    this.record({ type: 'step', title, outcome, evidence, fromCloudSeconds: cloudSeconds, fromWallSeconds: wallSeconds, cloudSeconds: 0, wallSeconds: 0 });
  }

  private elapsed(): { readonly cloudSeconds: number; readonly wallSeconds: number } {
    return { cloudSeconds: (this.cloud.clock.nowMs() - this.openedCloudMs) / 1000, wallSeconds: (performance.now() - this.openedWallMs) / 1000 };
  }
}
