import type { ClockReading, CloudClock } from '../gateway/clock';

/** Somebody with a clock of its own. */
interface ClockFollower {
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
  private readonly followers = new Set<ClockFollower>();
  /** Those that have not been told what is newest. */
  private readonly behind = new Set<ClockFollower>();
  private newest: ClockReading | undefined;
  private toldAtMs = -Infinity;
  private toldRate: number | undefined;
  private later: NodeJS.Timeout | undefined;

  constructor(clock: Pick<CloudClock, 'onChange'>) {
    clock.onChange((reading) => this.changed(reading));
  }

  /** Keeps the follower informed until the returned function is called. */
  follow(follower: ClockFollower): () => void {
    this.followers.add(follower);
    return () => {
      this.followers.delete(follower);
      this.behind.delete(follower);
    };
  }

  /** Tells the follower what it has not been told yet. */
  catchUp(follower: ClockFollower): void {
    if (this.newest && this.behind.delete(follower)) follower.setClock(this.newest);
  }

  private changed(reading: ClockReading): void {
    this.newest = reading;
    for (const follower of this.followers) this.behind.add(follower);
    const untilDueMs = this.toldAtMs + LATEST_MS - performance.now();
    if (untilDueMs <= 0 || reading.rate !== this.toldRate) this.tellAll(reading);
    else this.later ??= setTimeout(() => this.tellAll(this.newest ?? reading), untilDueMs).unref();
  }

  private tellAll({ rate }: ClockReading): void {
    clearTimeout(this.later);
    this.later = undefined;
    this.toldAtMs = performance.now();
    this.toldRate = rate;
    for (const follower of this.behind) this.catchUp(follower);
  }
}
