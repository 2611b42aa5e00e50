import type { WarehouseSession } from '../snowflake/warehouse-session';
import type { StoredState } from '../state/control-store';
import type { LedgerEntry, TableState } from '../state/table-state';
import type { Workplace } from './workplace';

/**
 * Changes rows and the state that speaks of them in one transaction: both are seen, or neither is.
 *
 * The state is written last and decides: a writer whose version or lock is no longer the latest rolls back. When the
 * answer to the COMMIT is lost, the next run reads from the state whether it was done. No DDL may come in between, for
 * that would commit. https://docs.snowflake.com/en/sql-reference/transactions#ddl
 */
export async function commitWithState(work: Workplace, before: Pick<StoredState, 'version'>, state: TableState, entry: LedgerEntry | null, change: (warehouse: WarehouseSession) => Promise<void>): Promise<StoredState> {
  const { control, writer, ports } = work;
  const warehouse = await work.warehouse();
  await warehouse.execute('BEGIN TRANSACTION');
  try {
    await change(warehouse);
    const now = ports.now();
    if (entry) await control.record(warehouse, work.tableId, entry, now);
    const stored = await control.write(warehouse, writer, before, state, now);
    await ports.checkpoint('transaction complete');
    await warehouse.execute('COMMIT');
    await ports.checkpoint('transaction committed');
    return stored;
  } catch (error) {
    // A session that is gone has taken its transaction with it.
    await warehouse.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
