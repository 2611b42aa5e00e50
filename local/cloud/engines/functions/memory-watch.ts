import { readFileSync } from 'node:fs';

/** How often memory is looked at; a peak in between shows all the same, as the system remembers the highest. */
const INTERVAL_MS = 50;

/**
 * Watches how much memory a process has taken at most, and tells once when that exceeds the limit.
 *
 * It reads Linux's own record of the peak; on other systems it knows nothing, and V8's heap limit is all that holds.
 */
export class MemoryWatch {
  private timer: NodeJS.Timeout | undefined;
  private peak = 0;

  constructor(
    private readonly pid: number,
    private readonly limitMb: number,
    private readonly onExceeded: () => void,
  ) {}

  get peakMb(): number {
    return this.peak;
  }

  start(): void {
    if (process.platform !== 'linux' || this.timer) return;
    this.timer = setInterval(() => this.look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Reads the peak now. */
  look(): void {
    const peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(statusOf(this.pid))?.[1] ?? 0);
    this.peak = Math.max(this.peak, Math.ceil(peakKb / 1024));
    if (this.peak > this.limitMb && this.timer) {
      this.stop();
      this.onExceeded();
    }
  }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
