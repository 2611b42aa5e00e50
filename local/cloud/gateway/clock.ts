import { WorkTree } from './work-tree';

/** How fast the cloud's time runs, in cloud milliseconds per wall millisecond. `Infinity` leaps from one due time to the next. */
export interface Pace {
  /** While something real is working: a request, a function, a database. 1 keeps its duration honest; 0 has time stand still but for the leaps. */
  readonly busy: number;
  /** While everybody only waits for time to pass. */
  readonly idle: number;
}

/** Something that will happen at a cloud time. */
export interface Timer {
  readonly dueMs: number;
  cancel(): void;
}

/** What another process needs to show the same time: cloud = `cloudMs` + (wall - `wallMs`) * `rate`. */
export interface ClockReading {
  readonly cloudMs: number;
  readonly wallMs: number;
  readonly rate: number;
}

/** Work that is under way. */
export interface Work {
  /** It waits for what will never come and does nothing else, until it is called with `false`. */
  waitInVain(waits: boolean): void;
}

interface Pending {
  dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** While all work waits in vain, such as for a region that is gone: its time-outs cost little, and are still told apart. */
const VAIN_PACE = 50;

/** What Node's timers can hold; a longer wait is arranged again when it ends. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Raised when a promise has not settled although its cloud time is over. */
export class CloudTimeExceeded extends Error {
  override readonly name = 'CloudTimeExceeded';
}

/**
 * The time of the local cloud.
 *
 * It runs at wall speed while real work is in flight, so measured work keeps its true duration, and at the idle
 * pace while somebody has asked for time to pass and nothing is working. Nobody asking means wall speed: a
 * rehearsal that is busy with its own checks does not let a nightly schedule fire a thousand times behind its back.
 */
export class CloudClock {
  private anchor: ClockReading;
  private readonly listeners = new Set<(reading: ClockReading) => void>();
  private readonly pending: Pending[] = [];
  private order = 0;
  private readonly work = new WorkTree();
  private stirred = 0;
  private waiting = 0;
  private wake: NodeJS.Timeout | undefined;
  private settling = false;
  private stopped = false;

  constructor(
    private readonly pace: Pace,
    startAt: Date = new Date(),
  ) {
    this.anchor = { cloudMs: startAt.getTime(), wallMs: performance.now(), rate: 1 };
    this.anchor = { ...this.anchor, rate: this.rate() };
  }

  /** The current cloud time. */
  now(): Date {
    return new Date(this.nowMs());
  }

  nowMs(): number {
    return this.anchor.cloudMs + (performance.now() - this.anchor.wallMs) * this.anchor.rate;
  }

  /** For a process with its own clock: `wallMs` is Unix time, as its `Date.now()` would say. */
  reading(): ClockReading {
    return { cloudMs: this.nowMs(), wallMs: Date.now(), rate: this.anchor.rate };
  }

  /** Calls the listener whenever time leaps or changes its pace; the returned function ends that. */
  onChange(listener: (reading: ClockReading) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Runs the task once `delayMs` of cloud time have passed. */
  after(delayMs: number, task: () => void): Timer {
    const entry: Pending = { dueMs: this.nowMs() + Math.max(0, delayMs), order: this.order++, run: task };
    const at = this.pending.findIndex((other) => other.dueMs > entry.dueMs);
    this.pending.splice(at === -1 ? this.pending.length : at, 0, entry);
    this.arrange();
    return {
      get dueMs() {
        return entry.dueMs;
      },
      cancel: () => {
        const index = this.pending.indexOf(entry);
        if (index >= 0) this.pending.splice(index, 1);
        this.arrange();
      },
    };
  }

  /** Resolves when the cloud time has passed, or rejects with the signal's reason. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const abort = () => {
        timer.cancel();
        reject(signal?.reason as Error);
      };
      const timer = this.after(delayMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Marks real work: time keeps to the busy pace until it is done. */
  async whileWorking<T>(work: (handle: Work) => Promise<T>): Promise<T> {
    this.stirred += 1;
    const unit = this.work.begin();
    this.arrange();
    const handle: Work = {
      waitInVain: (waits) => {
        unit.setVain(waits);
        this.arrange();
      },
    };
    try {
      return await this.work.within(unit, () => work(handle));
    } finally {
      unit.end();
      this.arrange();
    }
  }

  /** As `whileWorking`, for work that begins and ends in different places. The returned function may be called twice. */
  beginWork(): () => void {
    this.stirred += 1;
    return this.beginLook();
  }

  /** Changes whenever work begins or somebody lets time pass; while it stays the same, what was seen by looking still holds. */
  get stirrings(): number {
    return this.stirred;
  }

  /** As `beginWork`, for work that changes nothing, such as a health check. */
  beginLook(): () => void {
    const unit = this.work.begin();
    this.arrange();
    return () => {
      unit.end();
      this.arrange();
    };
  }

  /** Lets idle time pass until the promise settles; rejects with `CloudTimeExceeded` once `atMostMs` of cloud time are over. */
  async passUntil<T>(promise: Promise<T>, atMostMs: number, what: string): Promise<T> {
    this.waiting += 1;
    this.stirred += 1;
    const startedMs = this.nowMs();
    let guard: Timer | undefined;
    const overdue = new Promise<never>((_, reject) => {
      guard = this.after(atMostMs, () => {
        const minutes = Math.round((this.nowMs() - startedMs) / 60_000);
        reject(new CloudTimeExceeded(`${what} did not finish within ${minutes} cloud minutes`));
      });
    });
    try {
      return await Promise.race([promise, overdue]);
    } finally {
      guard?.cancel();
      this.waiting -= 1;
      this.arrange();
    }
  }

  /** Lets this much cloud time pass. */
  async pass(durationMs: number): Promise<void> {
    await this.passUntil(this.sleep(durationMs), durationMs + 1, 'waiting');
  }

  /** Puts the clock forward as if nothing had happened in between: what is due comes that much later. */
  putForward(durationMs: number): void {
    for (const entry of this.pending) entry.dueMs += durationMs;
    this.goOn({ cloudMs: this.nowMs() + durationMs, wallMs: performance.now(), rate: this.anchor.rate });
    this.stirred += 1;
    this.arrange();
  }

  /** Keeps idle time passing until the returned function is called: for a cloud somebody only looks at. */
  keepPassing(): () => void {
    this.waiting += 1;
    this.arrange();
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.waiting -= 1;
      this.arrange();
    };
  }

  /** Forgets everything that is due. */
  stop(): void {
    this.stopped = true;
    this.pending.length = 0;
    clearTimeout(this.wake);
  }

  private isIdle(): boolean {
    return this.work.open === 0 && this.waiting > 0;
  }

  private rate(): number {
    if (this.work.open > 0 && this.work.active === 0 && this.waiting > 0) return Math.max(this.pace.busy, Math.min(VAIN_PACE, this.pace.idle));
    if (!this.isIdle()) return this.work.open === 0 ? Math.min(1, this.pace.busy) : this.pace.busy;
    return Number.isFinite(this.pace.idle) ? this.pace.idle : this.pace.busy;
  }

  /** Re-anchors when the pace changes and makes sure that the next due time will be noticed. */
  private arrange(): void {
    if (this.stopped) return;
    const rate = this.rate();
    if (rate !== this.anchor.rate) this.goOn({ cloudMs: this.nowMs(), wallMs: performance.now(), rate });
    clearTimeout(this.wake);
    const next = this.pending[0];
    if (!next) return;
    if (this.isIdle() && this.pace.idle === Infinity) this.leapWhenSettled();
    const aheadMs = next.dueMs - this.nowMs();
    this.wake = setTimeout(() => this.runDue(), aheadMs > 0 ? Math.min(LONGEST_TIMEOUT_MS, aheadMs / rate) : 0);
  }

  /** Leaps only after two turns of the event loop without work, so that a continuation gets to start its work first. */
  private leapWhenSettled(): void {
    if (this.settling) return;
    this.settling = true;
    setImmediate(() =>
      setImmediate(() => {
        this.settling = false;
        const next = this.pending[0];
        if (this.stopped || !next || !this.isIdle()) return this.arrange();
        if (next.dueMs > this.nowMs()) this.goOn({ cloudMs: next.dueMs, wallMs: performance.now(), rate: this.anchor.rate });
        this.runDue();
      }),
    );
  }

  private goOn(from: ClockReading): void {
    this.anchor = from;
    for (const listener of this.listeners) listener(this.reading());
  }

  private runDue(): void {
    if (this.stopped) return;
    const dueMs = this.nowMs();
    const due: Pending[] = [];
    while (this.pending[0] && this.pending[0].dueMs <= dueMs) due.push(this.pending.shift() as Pending);
    for (const { run } of due) run();
    this.arrange();
  }
}
