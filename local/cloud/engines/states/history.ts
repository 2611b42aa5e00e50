import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html; the last event is the failure itself. */
const MOST_EVENTS = 25_000;

/** The details of an event, under the one member that its type uses. */
export type EventDetails = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** There is room for one more event, which is kept for the one that ends the execution. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** Reported to whatever is still at work when its execution has ended. */
export class ExecutionEnded extends Error {
  override readonly name = 'ExecutionEnded';
}

/** What happened in an execution, as GetExecutionHistory returns it. */
export class ExecutionHistory {
  private readonly recorded: HistoryEvent[] = [];

  constructor(
    private readonly now: () => Date,
    private readonly onEvent: (event: HistoryEvent) => void,
  ) {}

  get events(): readonly HistoryEvent[] {
    return this.recorded;
  }

  /** A recorder for one attempt at the execution. A redrive gets another, so that nothing of before can write into it. */
  openRecorder(): AttemptRecorder {
    return new AttemptRecorder(this.recorded, this.now, this.onEvent);
  }
}

/** Appends the events of one attempt at an execution, until that attempt ends. */
export class AttemptRecorder {
  private isClosed = false;

  constructor(
    private readonly recorded: HistoryEvent[],
    private readonly now: () => Date,
    private readonly onEvent: (event: HistoryEvent) => void,
  ) {}

  get lastEventId(): number {
    return this.recorded.length;
  }

  /** Appends an event and returns its id; throws `HistoryFull` or, after the end, `ExecutionEnded`. */
  append(type: HistoryEventType, previousEventId: number, details: EventDetails = {}): number {
    if (this.isClosed) throw new ExecutionEnded('the execution has ended');
    if (this.lastEventId >= MOST_EVENTS - 1) throw new HistoryFull(`the execution reached ${MOST_EVENTS} history events`);
    return this.record(type, previousEventId, details);
  }

  /** Appends the event that ends the attempt, for which there is always room. */
  close(type: HistoryEventType, previousEventId: number, details: EventDetails): void {
    this.isClosed = true;
    this.record(type, previousEventId, details);
  }

  private record(type: HistoryEventType, previousEventId: number, details: EventDetails): number {
    const id = this.lastEventId + 1;
    const event: HistoryEvent = { timestamp: this.now(), type, id, previousEventId, ...details };
    this.recorded.push(event);
    this.onEvent(event);
    return id;
  }
}

/** AWS adds this beside every payload it prints in full. */
export const NOT_TRUNCATED = { truncated: false } as const;
