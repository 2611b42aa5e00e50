import type { DynamoTable } from '../../common/aws/dynamo-table';
import { TableBusy } from '../contract';

/** One item of the lock table. */
interface LockItem {
  readonly table_id: string;
  readonly owner: string | null;
  /** Grows with every holder: what an earlier holder still tries to write is recognised by it. */
  readonly fence: number;
  /** Milliseconds since 1970. */
  readonly expires_at: number;
  /** What the table looked like last, for people and dashboards; the truth is in Snowflake. */
  readonly status?: unknown;
}

export interface TableLockPorts {
  readonly table: Pick<DynamoTable, 'get' | 'putIf' | 'set'>;
  readonly now: () => Date;
}

const LEASE_MS = 20 * 60_000;

/**
 * Keeps two runs from working on one table. A lease of a run that died ends by itself.
 *
 * Each holding has a token greater than all before it, also when the same run takes the lock again: an attempt that was
 * given up but goes on somewhere is told from the one that took over.
 */
export class TableLock {
  constructor(private readonly ports: TableLockPorts) {}

  /** Takes the lock, or takes it again for the same owner. Raises `TableBusy`. */
  async acquire(tableId: string, owner: string): Promise<number> {
    const held = (await this.ports.table.get({ table_id: tableId })) as LockItem | undefined;
    const nowMs = this.ports.now().getTime();
    if (held?.owner && held.owner !== owner && held.expires_at > nowMs) throw busy(tableId, held);
    const fence = (held?.fence ?? 0) + 1;
    const item: LockItem = { table_id: tableId, owner, fence, expires_at: nowMs + LEASE_MS, status: held?.status };
    const taken = await this.ports.table.putIf(
      { ...item },
      held
        ? { expression: '#fence = :fence', names: { '#fence': 'fence' }, values: { ':fence': held.fence } }
        : { expression: 'attribute_not_exists(#id)', names: { '#id': 'table_id' } },
    );
    if (!taken) throw new TableBusy(`${tableId} was taken by another run at this moment`, { tableId });
    return fence;
  }

  /** Lets the lock go, unless somebody else has it by now, and leaves word of how the table is. */
  async release(tableId: string, fence: number, status: unknown): Promise<void> {
    await this.ports.table.set({ table_id: tableId }, { owner: null, expires_at: 0, status }, { expression: '#f = :held', names: { '#f': 'fence' }, values: { ':held': fence } });
  }

  /** Keeps the lock beyond its lease. Raises `TableBusy` when it is lost. */
  async renew(tableId: string, fence: number): Promise<void> {
    const kept = await this.ports.table.set(
      { table_id: tableId },
      { expires_at: this.ports.now().getTime() + LEASE_MS },
      { expression: '#f = :held', names: { '#f': 'fence' }, values: { ':held': fence } },
    );
    if (!kept) throw new TableBusy(`the lock of ${tableId} was lost to another run`, { tableId, fence });
  }
}

function busy(tableId: string, { owner, expires_at: expiresAt }: LockItem): TableBusy {
  return new TableBusy(`${tableId} is being worked on by ${owner ?? 'another run'} until ${new Date(expiresAt).toISOString()} at the latest`, { tableId, owner });
}
