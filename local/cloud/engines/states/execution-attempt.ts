import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Timer } from '../../gateway/clock';
import { ERROR, StateFailure } from './failure';
import { type EventDetails, ExecutionEnded, HistoryFull, NOT_TRUNCATED } from './history';
import type { Branch } from './interpreter/branch';
import { runBranch } from './interpreter/run-branch';
import type { Session } from './interpreter/state-run';

/** How an execution ended. `output` is JSON text; a timed-out execution has neither error nor cause, as in AWS. */
export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** An execution from its start, or from a redrive, to the next time it ends. */
export class ExecutionAttempt {
  private readonly ending = Promise.withResolvers<ExecutionResult>();
  private readonly stopping = new AbortController();
  private readonly deadline: Timer | undefined;
  private endedAs: { readonly result: ExecutionResult; readonly date: Date } | undefined;

  constructor(
    private readonly session: Session,
    private readonly root: Branch,
    timeoutSeconds: number | undefined,
  ) {
    this.deadline = timeoutSeconds === undefined ? undefined : session.clock.after(timeoutSeconds * 1000, () => this.timeOut());
    void this.run();
  }

  /** Rejects only for a fault of the interpreter or its surroundings. */
  get result(): Promise<ExecutionResult> {
    return this.ending.promise;
  }

  get ended(): { readonly result: ExecutionResult; readonly date: Date } | undefined {
    return this.endedAs;
  }

  stop(error?: string, cause?: string): void {
    const { details } = new StateFailure(error, cause);
    // AWS chains an abort, like a timeout, to nothing.
    this.end({ status: 'ABORTED', ...details }, 'ExecutionAborted', 0, { executionAbortedEventDetails: details });
  }

  private timeOut(): void {
    this.end({ status: 'TIMED_OUT' }, 'ExecutionTimedOut', 0, { executionTimedOutEventDetails: { error: ERROR.TIMEOUT } });
  }

  private async run(): Promise<void> {
    // Whoever starts or redrives the execution gets to hold it before the first state runs.
    await Promise.resolve();
    try {
      const output = JSON.stringify(await runBranch(this.session, this.root, this.stopping.signal));
      this.end({ status: 'SUCCEEDED', output }, 'ExecutionSucceeded', this.root.lastEventId, {
        executionSucceededEventDetails: { output, outputDetails: NOT_TRUNCATED },
      });
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (error instanceof StateFailure) return this.failWith(error, this.root.lastEventId);
    const { lastEventId } = this.session.history;
    if (error instanceof HistoryFull) {
      return this.failWith(new StateFailure(ERROR.RUNTIME, 'The execution reached the maximum number of history events (25000).'), lastEventId);
    }
    if (this.endedAs) return;
    this.ending.reject(error);
    this.failWith(new StateFailure(ERROR.RUNTIME, `the interpreter broke down: ${String(error)}`), lastEventId);
  }

  private failWith({ details }: StateFailure, previousEventId: number): void {
    this.end({ status: 'FAILED', ...details }, 'ExecutionFailed', previousEventId, { executionFailedEventDetails: details });
  }

  /** The first ending counts: what still runs afterwards is stopped and heard no more. */
  private end(result: ExecutionResult, type: HistoryEventType, previousEventId: number, details: EventDetails): void {
    if (this.endedAs) return;
    this.endedAs = { result, date: this.session.clock.now() };
    this.deadline?.cancel();
    this.session.history.close(type, previousEventId, details);
    this.stopping.abort(new ExecutionEnded(`the execution is ${result.status}`));
    this.ending.resolve(result);
  }
}
