import type { CloudClock } from '../../gateway/clock';
import type { Json } from './dynalite-engine';
import { keyOf, type WriteListener } from './item-store';
import type { Table, TableState } from './table';

/** AWS says within a few days; in practice items are gone some minutes after they expire. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
const LAG_MS = 15 * 60_000;
/** Items that expired longer ago than this are left alone. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html */
const OLDEST_EXPIRY_MS = 5 * 365 * 24 * 3_600_000;

interface WireNumber {
  readonly N?: string;
}

/** Deletes items whose time is over, on the cloud's clock. */
export class Expiry implements WriteListener {
  constructor(
    private readonly state: TableState,
    private readonly clock: CloudClock,
    /** Told of the items that it deletes. */
    private readonly listener: WriteListener,
    private readonly reportDefect: (error: Error, where: string) => void,
  ) {}

  written(table: Table, _key: Json, item: Json | undefined): void {
    const { timeToLive } = table;
    const expiryMs = item && timeToLive?.status === 'ENABLED' ? expiryMsOf(item, timeToLive.attributeName) : undefined;
    if (expiryMs !== undefined && expiryMs > this.clock.nowMs() - OLDEST_EXPIRY_MS) this.scheduleSweep(table, expiryMs + LAG_MS);
  }

  /** Looks at all items of a table once, for tables whose items were there before. */
  begin(table: Table): void {
    this.scheduleSweep(table, this.clock.nowMs());
  }

  private scheduleSweep(table: Table, atMs: number): void {
    const { timeToLive } = table;
    if (!timeToLive || (timeToLive.sweep && timeToLive.sweep.atMs <= atMs)) return;
    timeToLive.sweep?.timer.cancel();
    const timer = this.clock.after(atMs - this.clock.nowMs(), () => {
      timeToLive.sweep = undefined;
      if (table.timeToLive !== timeToLive || table.status === 'DELETING') return;
      this.clock.whileWorking(() => this.sweep(table, timeToLive.attributeName)).catch((error: Error) => this.reportDefect(error, `expiry of items of ${table.arn}`));
    });
    timeToLive.sweep = { atMs, timer };
  }

  private async sweep(table: Table, attributeName: string): Promise<void> {
    const { engine } = this.state.in(table);
    const nowMs = this.clock.nowMs();
    await engine.exclusive(async () => {
      for (const item of await engine.scanAll(table.name)) {
        const expiryMs = expiryMsOf(item, attributeName);
        const Key = keyOf(table, item);
        if (expiryMs === undefined || expiryMs + LAG_MS > nowMs || expiryMs < nowMs - OLDEST_EXPIRY_MS) {
          this.written(table, Key, item);
          continue;
        }
        await engine.run('DeleteItem', { TableName: table.name, Key });
        this.listener.written(table, Key, undefined);
      }
    });
  }
}

/** Only a number of seconds counts. */
function expiryMsOf(item: Json, attributeName: string): number | undefined {
  const { N } = (item[attributeName] ?? {}) as WireNumber;
  return N === undefined ? undefined : Number(N) * 1000;
}
