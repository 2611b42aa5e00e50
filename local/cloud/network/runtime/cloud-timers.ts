import { promisify } from 'node:util';

/** However fast the cloud's time runs: between two calls of an interval the machine gets to do other things. */
const LEAST_BETWEEN_CALLS_MS = 100;
/** And what a task waits for has this time of the machine: leaps do not wait for it. */
const LEAST_PATIENCE_MS = 1_000;

const machine = { setTimeout, clearTimeout, clearInterval };
const pending = new Set<CloudTimer>();
let rateNow = 1;

/** Whose timers these are: of a task, which works by itself, or of a function, which is called. */
export type TimerOwner = 'task' | 'function';

/**
 * Lets the timers of a program follow the cloud's time.
 *
 * Intervals of a task do; what comes due several times in one leap is called once. Its time-outs do as well, but not before the
 * machine has had a second. No leap happens while a function works, so its time-outs differ from the machine's only where it
 * waits for nothing else.
 */
export function followCloudTimeInTimers(whose: TimerOwner, rate: number): void {
  rateNow = rate;
  const clear = (otherwise: (timer: NodeJS.Timeout | undefined) => void) => (timer: NodeJS.Timeout | CloudTimer | undefined) => (timer instanceof CloudTimer ? timer.close() : otherwise(timer));
  globalThis.clearTimeout = clear(machine.clearTimeout) as typeof clearTimeout;
  globalThis.clearInterval = clear(machine.clearInterval) as typeof clearInterval;
  if (whose === 'task') globalThis.setInterval = starter(true, LEAST_BETWEEN_CALLS_MS) as typeof setInterval;
  followInTimeouts(whose === 'task' ? LEAST_PATIENCE_MS : 0);
}

/** The cloud's clock has changed its pace or leapt. */
export function setTimerPace(rate: number): void {
  rateNow = rate;
  for (const timer of pending) timer.arrange();
}

function followInTimeouts(leastMs: number): void {
  const later = (delayMs: number, value: unknown) => new Promise((resolve) => new CloudTimer(() => resolve(value), delayMs, false, leastMs));
  globalThis.setTimeout = Object.assign(starter(false, leastMs), { [promisify.custom]: later }) as unknown as typeof setTimeout;
  AbortSignal.timeout = (delayMs) => {
    const controller = new AbortController();
    new CloudTimer(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delayMs, false, leastMs).unref();
    return controller.signal;
  };
}

function starter(repeats: boolean, leastMs: number): object {
  return (callback: (...values: unknown[]) => void, delayMs = 1, ...values: unknown[]) => new CloudTimer(() => callback(...values), delayMs, repeats, leastMs);
}

class CloudTimer {
  private dueMs = 0;
  /** Not before this, by the machine's clock. */
  private freeMs = -Infinity;
  private isRef = true;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: () => void,
    private readonly delayMs: number,
    private readonly repeats: boolean,
    private readonly leastMs: number,
  ) {
    this.refresh();
  }

  refresh(): this {
    this.dueMs = Date.now() + Math.max(1, this.delayMs);
    if (!this.repeats) this.freeMs = performance.now() + Math.min(this.leastMs, this.delayMs);
    pending.add(this);
    this.arrange();
    return this;
  }

  arrange(): void {
    machine.clearTimeout(this.timer);
    const untilDueMs = (this.dueMs - Date.now()) / rateNow;
    const untilFreeMs = this.freeMs - performance.now();
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
    if (this.repeats) {
      this.freeMs = performance.now() + this.leastMs;
      this.refresh();
    } else this.close();
    this.call();
  }
}
