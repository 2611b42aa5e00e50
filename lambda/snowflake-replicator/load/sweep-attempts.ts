import { attemptPrefix } from '../rows/batch-identity';
import { dropTable } from '../rows/table-ddl';
import { PART_TABLE } from '../state/control-store';
import type { Workplace } from './workplace';

/** Drops what attempts at the table left in Snowflake, this run's and those that died. Called only while nothing of theirs is needed any more. */
export async function sweepAttempts(work: Workplace): Promise<void> {
  const { control, tableId } = work;
  const warehouse = await work.warehouse();
  const prefix = attemptPrefix(tableId);
  for (const table of await control.tablesNamed(warehouse, prefix)) await warehouse.execute(dropTable(control.named(table)));
  await warehouse.execute(`REMOVE ${control.location(prefix.toLowerCase())}`);
  await warehouse.execute(`DELETE FROM ${control.table(PART_TABLE)} WHERE STARTSWITH(LOAD_ID, ?)`, [prefix]);
  await work.ports.checkpoint('attempts swept');
}
