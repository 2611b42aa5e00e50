import type { ClockReading, CloudClock } from '../gateway/clock';

/** Somebody with a clock of its own. */
interface Follower {
  setClock(clock: ClockReading): void;
}

/** How long followers may go without being told of leaps, in the machine's time: as long as their intervals rest at least. */
const LATEST_MS = 100;

/**
 * Tells programs that work by themselves how the cloud's clock goes on.
 *
 * Time leaps hundreds of times a second, and a program that nobody speaks to needs to know only when its intervals are due:
 * it is told ten times a second, at once when the pace changes, and before anybody reaches it.
 */
export class ClockFeed {
  private readonly followers = new Set<Follower>();
  private untold: ClockReading | undefined;
  private toldAtMs = -Infinity;
  private toldRate: number | undefined;
  private later: NodeJS.Timeout | undefined;

  constructor(clock: Pick<CloudClock, 'onChange'>) {
    clock.onChange((reading) => this.changed(reading));
  }

  /** Keeps the follower informed until the returned function is called. */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  /** Tells what has not been told yet. */
  catchUp(): void {
    clearTimeout(this.later);
    this.later = undefined;
    const reading = this.untold;
    if (!reading) return;
    this.untold = undefined;
    this.toldAtMs = performance.now();
    this.toldRate = reading.rate;
    for (const follower of this.followers) follower.setClock(reading);
  }

  private changed(reading: ClockReading): void {
    if (this.followers.size === 0) return;
    this.untold = reading;
    const untilDueMs = this.toldAtMs + LATEST_MS - performance.now();
    if (untilDueMs <= 0 || reading.rate !== this.toldRate) this.catchUp();
    else this.later ??= setTimeout(() => this.catchUp(), untilDueMs).unref();
  }
}
