import { randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Place } from '../../gateway/service';
import type { DestinationDelivery, EndOfEvent } from './destination-delivery';
import type { Answer, FunctionInvoker } from './function-invoker';
import { eventInvokeConfigOf } from './lambda-function';
import type { LambdaState, Resolved } from './lambda-state';
import type { QueuedEvent } from './queued-event';

/** Retries of an event that a function failed on. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_DELAYS_MS = [60_000, 120_000];
const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 6 * 3600;
/** Of an event that could not be handed over, as the function was throttled: from one second, doubling, to five minutes. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Lambda's own queue: invokes, retries, and reports the end of events whose senders do not wait. */
export class AsynchronousInvocations {
  constructor(
    private readonly context: CloudContext,
    private readonly state: LambdaState,
    private readonly invoker: FunctionInvoker,
    private readonly destinations: DestinationDelivery,
  ) {}

  /** Takes an event; returns at once. */
  enqueue({ account, region, name }: Place & { readonly name: string }, qualifier: string | undefined, payload: string, requestId: string = randomUUID()): void {
    const event = { account, region, functionName: name, qualifier, requestId, payload, queuedAtMs: this.context.clock.nowMs() };
    this.attempt(event, 0, 0, FIRST_BACKOFF_MS);
  }

  private attempt(event: QueuedEvent, delayMs: number, failures: number, backoffMs: number): void {
    this.context.clock.after(delayMs, () => {
      void this.context.clock
        .whileWorking(() => this.handOver(event, failures, backoffMs))
        .catch((error: Error) => this.context.reportDefect(error, `asynchronous invocation of ${event.functionName}`));
    });
  }

  private async handOver(event: QueuedEvent, failures: number, backoffMs: number): Promise<void> {
    const resolved = this.find(event);
    if (!resolved) return;
    const config = eventInvokeConfigOf(resolved.lambda, event.qualifier);
    const retries = config?.MaximumRetryAttempts ?? DEFAULT_RETRIES;
    const ageLimitMs = (config?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
    const isTooOldIn = (delayMs: number): boolean => this.context.clock.nowMs() + delayMs - event.queuedAtMs > ageLimitMs;
    const end = (condition: EndOfEvent['condition'], answer: Answer | undefined, attempts: number) =>
      this.destinations.deliver(resolved, config?.DestinationConfig, { event, condition, answer, attempts });

    const answer = await this.run(event, resolved);
    if (!answer) {
      if (isTooOldIn(backoffMs)) await end('EventAgeExceeded', undefined, failures);
      else this.attempt(event, backoffMs, failures, Math.min(backoffMs * 2, LONGEST_BACKOFF_MS));
      return;
    }
    if (!answer.functionError) return end('Success', answer, failures + 1);
    const delayMs = RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)] ?? 0;
    if (failures >= retries) await end('RetriesExhausted', answer, failures + 1);
    else if (isTooOldIn(delayMs)) await end('EventAgeExceeded', answer, failures + 1);
    else this.attempt(event, delayMs, failures + 1, FIRST_BACKOFF_MS);
  }

  /** Nothing when the function could not be invoked at all, which has another pace of retries. */
  private async run({ requestId, payload }: QueuedEvent, resolved: Resolved): Promise<Answer | undefined> {
    try {
      return await this.invoker.invoke(resolved, { requestId, payload });
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  /** An event for a function that has been deleted meanwhile is lost. */
  private find({ functionName, qualifier, account, region }: QueuedEvent): Resolved | undefined {
    try {
      return this.state.resolve(functionName, { account, region }, qualifier);
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }
}
