import type { Place } from '../../gateway/service';

/** An event on its way to a function. */
export interface QueuedEvent extends Place {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly requestId: string;
  readonly payload: string;
  readonly queuedAtMs: number;
}
