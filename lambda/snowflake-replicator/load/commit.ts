import { addMetric } from '../../common/metric';
import { METRIC } from '../contract';
import { attemptPrefix } from '../rows/batch-identity';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import type { StoredState } from '../state/control-store';
import type { LedgerEntry, TableState } from '../state/table-state';
import type { Workplace } from './workplace';

/** What is done in a transaction; `transactionId` lets statements make sure that they still are in it. */
export type TransactionWork = (warehouse: WarehouseSession, transactionId: string) => Promise<void>;

/**
 * Changes rows and the state that speaks of them in one transaction: both are seen, or neither is.
 *
 * The state is written last and decides: a writer whose version or lock is no longer the latest rolls back. When the
 * answer to the COMMIT is lost, the next run reads from the state whether it was done. No DDL may come in between, for
 * that would commit. https://docs.snowflake.com/en/sql-reference/transactions#ddl
 *
 * What the ledger gets of a batch, the metrics get as well, here and nowhere else: so that no kind of load is left out or counted twice.
 */
export async function commitWithState(work: Workplace, before: Pick<StoredState, 'version'>, state: TableState, entry: LedgerEntry | null, change: TransactionWork): Promise<StoredState> {
  const { control, writer, ports } = work;
  const warehouse = await work.warehouse();
  await warehouse.execute(`BEGIN TRANSACTION NAME ${transactionName(work)}`);
  try {
    const [begun] = await warehouse.rows('SELECT CURRENT_TRANSACTION() AS ID');
    const transactionId = begun?.['ID'] ?? '';
    await change(warehouse, transactionId);
    const now = ports.now();
    if (entry) await control.record(warehouse, work.tableId, entry, now);
    const stored = await control.write(warehouse, writer, before, state, now, transactionId);
    await ports.checkpoint('transaction complete');
    await warehouse.execute('COMMIT');
    if (entry) measure(work, entry);
    await ports.checkpoint('transaction committed');
    return stored;
  } catch (error) {
    // A session that is gone has taken its transaction with it.
    await warehouse.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function measure({ tableId }: Workplace, { bytes, quarantined }: LedgerEntry): void {
  addMetric(tableId, METRIC.bytesExtracted, bytes);
  if (quarantined > 0) addMetric(tableId, METRIC.quarantined, quarantined);
}

/**
 * Ends the transaction of a run that died within it, whose locks Snowflake would keep for five minutes more. Whoever
 * should still be alive finds itself outside of its transaction and can neither merge nor write the state.
 * https://docs.snowflake.com/en/sql-reference/transactions#aborting-transactions
 */
export async function abortLeftBehind(work: Workplace): Promise<void> {
  const warehouse = await work.warehouse();
  const open = await warehouse.rows('SHOW TRANSACTIONS');
  const ours = open.filter(({ name }) => name === transactionName(work));
  for (const { id } of ours) await warehouse.execute(`SELECT SYSTEM$ABORT_TRANSACTION(${id ?? ''})`);
}

/** By which a later run knows what an earlier one left open. */
function transactionName({ tableId }: Workplace): string {
  return `${attemptPrefix(tableId)}T`;
}
