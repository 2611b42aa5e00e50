import { randomUUID } from 'node:crypto';
import type { CloudEvent } from './events-state';

const PREFIX = 'forwarded:';

/**
 * Events on their way from one bus to another.
 *
 * They go through `PutEvents`, so that policies decide, but that call cannot carry an event's own id, account and time.
 */
export class ForwardedEvents {
  private readonly events = new Map<string, CloudEvent>();

  /** The trace header under which the receiving bus finds the event. */
  remember(event: CloudEvent): string {
    const key = `${PREFIX}${randomUUID()}`;
    this.events.set(key, event);
    return key;
  }

  /** The event behind a trace header, once. */
  take(traceHeader: string | undefined): CloudEvent | undefined {
    const event = traceHeader === undefined ? undefined : this.events.get(traceHeader);
    this.events.delete(traceHeader ?? '');
    return event;
  }
}
