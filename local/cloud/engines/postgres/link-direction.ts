import type { Socket } from 'node:net';

/** What a link does to the bytes on it. */
export interface LinkConditions {
  /** One way, in wall milliseconds: replication runs between real processes, which know nothing of the cloud's time. */
  readonly delayMs: number;
  /** In each direction; `Infinity` for no limit. */
  readonly bytesPerSecond: number;
}

interface Parcel {
  readonly dueMs: number;
  readonly bytes: number;
  readonly deliver: () => void;
}

/** How much a link holds before it stops reading, like the buffers of a real path. */
const MAX_IN_FLIGHT_BYTES = 1024 * 1024;

/**
 * Carries what one socket receives to another, late, slowly or for the time being not at all. The end of the stream and a
 * lost connection travel the same way: nobody beyond a cut link learns of them.
 */
export class LinkDirection {
  private readonly parcels: Parcel[] = [];
  private inFlightBytes = 0;
  private lineBusyUntilMs = 0;
  private open = true;
  private wake: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    to: Socket,
    private readonly conditions: () => LinkConditions,
    private readonly onDelivered: (bytes: number) => void,
  ) {
    from.on('data', (chunk: Buffer) => this.accept(chunk.length, () => to.write(chunk)));
    from.once('end', () => this.accept(0, () => to.end()));
    // A reset arrives as an error, which the close that follows reports.
    from.on('error', () => undefined);
    from.once('close', () => this.accept(0, () => to.destroy()));
  }

  /** Bytes that have left one end and not arrived at the other. */
  get bytesUnderWay(): number {
    return this.inFlightBytes;
  }

  /** Holds everything back until the link is healed, what is under way included. */
  cut(): void {
    this.open = false;
    clearTimeout(this.wake);
    this.from.pause();
  }

  heal(): void {
    this.open = true;
    this.deliverDue();
  }

  /** Drops what is under way. */
  stop(): void {
    clearTimeout(this.wake);
    this.parcels.length = 0;
  }

  private accept(bytes: number, deliver: () => void): void {
    const { delayMs, bytesPerSecond } = this.conditions();
    this.lineBusyUntilMs = Math.max(this.lineBusyUntilMs, performance.now()) + (bytes / bytesPerSecond) * 1000;
    this.parcels.push({ dueMs: this.lineBusyUntilMs + delayMs, bytes, deliver });
    this.inFlightBytes += bytes;
    if (this.inFlightBytes > MAX_IN_FLIGHT_BYTES) this.from.pause();
    this.deliverDue();
  }

  private deliverDue(): void {
    clearTimeout(this.wake);
    if (!this.open) return;
    for (let parcel = this.parcels[0]; parcel && parcel.dueMs <= performance.now(); parcel = this.parcels[0]) {
      this.parcels.shift();
      this.inFlightBytes -= parcel.bytes;
      parcel.deliver();
      this.onDelivered(parcel.bytes);
    }
    if (this.inFlightBytes <= MAX_IN_FLIGHT_BYTES) this.from.resume();
    const next = this.parcels[0];
    if (next) this.wake = setTimeout(() => this.deliverDue(), Math.ceil(next.dueMs - performance.now())).unref();
  }
}
