import { promisify } from 'node:util';

/** However fast the cloud's time runs: between two calls of an interval the machine gets to do other things. */
const LEAST_WALL_MS = 100;

const machine = { setTimeout, clearTimeout, clearInterval };
const pending = new Set<CloudTimer>();
let rateNow = 1;

/** What of a program follows the cloud's time: what it does again and again by itself, or how long it waits while it is called. */
export type FollowingTimers = 'intervals' | 'timeouts';

/**
 * Lets the timers of a program follow the cloud's time.
 *
 * A task that works by itself has intervals that do; what comes due several times in one leap is called once. Its time-outs
 * keep to the machine's time, since leaps do not wait for what it does. No leap happens while a function works, so its
 * time-outs differ from the machine's only where it waits for nothing else.
 */
export function followCloudTimeInTimers(which: FollowingTimers, rate: number): void {
  rateNow = rate;
  const clear = (otherwise: (timer: NodeJS.Timeout | undefined) => void) => (timer: NodeJS.Timeout | CloudTimer | undefined) => (timer instanceof CloudTimer ? timer.close() : otherwise(timer));
  globalThis.clearTimeout = clear(machine.clearTimeout) as typeof clearTimeout;
  globalThis.clearInterval = clear(machine.clearInterval) as typeof clearInterval;
  if (which === 'intervals') globalThis.setInterval = starter(true) as typeof setInterval;
  else followInTimeouts();
}

/** The cloud's clock has changed its pace or leapt. */
export function setTimerPace(rate: number): void {
  rateNow = rate;
  for (const timer of pending) timer.arrange();
}

function followInTimeouts(): void {
  const later = (delayMs: number, value: unknown) => new Promise((resolve) => new CloudTimer(() => resolve(value), delayMs, false));
  globalThis.setTimeout = Object.assign(starter(false), { [promisify.custom]: later }) as unknown as typeof setTimeout;
  AbortSignal.timeout = (delayMs) => {
    const controller = new AbortController();
    new CloudTimer(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delayMs, false).unref();
    return controller.signal;
  };
}

function starter(repeats: boolean): object {
  return (callback: (...values: unknown[]) => void, delayMs = 1, ...values: unknown[]) => new CloudTimer(() => callback(...values), delayMs, repeats);
}

class CloudTimer {
  private dueMs = 0;
  private calledAtMs = -Infinity;
  private isRef = true;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: () => void,
    private readonly delayMs: number,
    private readonly repeats: boolean,
  ) {
    this.refresh();
  }

  refresh(): this {
    this.dueMs = Date.now() + Math.max(1, this.delayMs);
    pending.add(this);
    this.arrange();
    return this;
  }

  arrange(): void {
    machine.clearTimeout(this.timer);
    const untilDueMs = (this.dueMs - Date.now()) / rateNow;
    const untilFreeMs = this.calledAtMs + LEAST_WALL_MS - performance.now();
    this.timer = machine.setTimeout(() => this.run(), Math.max(0, untilDueMs, untilFreeMs));
    if (!this.isRef) this.timer.unref();
  }

  ref(): this {
    this.isRef = true;
    this.timer?.ref();
    return this;
  }

  unref(): this {
    this.isRef = false;
    this.timer?.unref();
    return this;
  }

  hasRef(): boolean {
    return this.isRef;
  }

  close(): this {
    machine.clearTimeout(this.timer);
    pending.delete(this);
    return this;
  }

  private run(): void {
    this.calledAtMs = performance.now();
    if (this.repeats) this.refresh();
    else this.close();
    this.call();
  }
}
