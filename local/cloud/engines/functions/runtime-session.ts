import type { Outcome } from './invocation';
import { OneTimeEvent } from './one-time-event';
import type { NextEvent, RuntimeListener } from './runtime-api';

/** How the initialisation ended; a failure is worded for the invocation that finds out. */
export type Initialisation = 'succeeded' | ((requestId: string) => Outcome);

interface Current {
  readonly requestId: string;
  readonly finish: (outcome: Outcome) => void;
}

/** The conversation of one instance with the Runtime API. */
export class RuntimeSession implements RuntimeListener {
  private readonly initialisation = new OneTimeEvent<Initialisation>();
  private free = new OneTimeEvent<void>();
  private current: Current | undefined;
  private give: (event: NextEvent) => void = () => undefined;
  private reports = 0;
  private onLost: (() => void) | undefined;

  /** Settles when the runtime asks for its first event, or never will. */
  get initialised(): Promise<Initialisation> {
    return this.initialisation.happened;
  }

  /** Settles when the runtime asks for an event, or never will again. */
  get isFree(): Promise<void> {
    return this.free.happened;
  }

  /** How many times the runtime has reported an end: that of its initialisation when it failed, those of invocations. */
  get reported(): number {
    return this.reports;
  }

  /** Gives an event to a free runtime and waits for what comes of it; `interrupt` ends the wait. */
  async handOver(requestId: string, event: NextEvent): Promise<Outcome> {
    this.free = new OneTimeEvent();
    try {
      return await new Promise<Outcome>((finish) => {
        this.current = { requestId, finish };
        this.give(event);
      });
    } finally {
      this.current = undefined;
    }
  }

  /** Calls back instead of taking the answer of the invocation at hand, or the next one. */
  loseAnswer(onLost: () => void): void {
    this.onLost = onLost;
  }

  /** Decides the initialisation or invocation at hand from outside. */
  interrupt(outcomeFor: (requestId: string) => Outcome): void {
    this.initialisation.trigger(outcomeFor);
    this.current?.finish(outcomeFor(this.current.requestId));
  }

  /** The process has ended. */
  end(outcomeFor: (requestId: string) => Outcome): void {
    this.interrupt(outcomeFor);
    this.free.trigger();
  }

  next(): Promise<NextEvent> {
    return new Promise((resolve) => {
      this.give = resolve;
      this.initialisation.trigger('succeeded');
      this.free.trigger();
    });
  }

  finish(requestId: string, kind: 'response' | 'error', body: string): boolean {
    if (this.current?.requestId !== requestId) return false;
    if (this.onLost) {
      this.onLost();
      return true;
    }
    this.reports += 1;
    this.current.finish({ kind, body });
    return true;
  }

  initialisationFailed(body: string): void {
    this.reports += 1;
    this.initialisation.trigger(() => ({ kind: 'error', body }));
  }
}
