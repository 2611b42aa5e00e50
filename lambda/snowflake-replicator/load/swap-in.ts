import { GrantsWouldBeLost } from '../contract';
import { copyQuarantined, swapTables } from '../rows/merge-sql';
import { name, qualified, type TableName } from '../rows/snowflake-text';
import { dropTable, recreateQuarantine } from '../rows/table-ddl';
import type { WarehouseRow, WarehouseSession } from '../snowflake/warehouse-session';
import type { StoredState } from '../state/control-store';
import type { PendingSwap } from '../state/table-state';
import { commitWithState } from './commit';
import type { Workplace } from './workplace';

/**
 * Makes a complete table the one that readers see, and completes the state.
 *
 * DDL is no part of a transaction, so the state tells first what is going to be swapped in; whoever finds that there
 * looks at the target's comment, which went with the table, and goes on where the one before stopped.
 */
export async function finishSwap(work: Workplace, stored: StoredState, pending: PendingSwap): Promise<StoredState> {
  const warehouse = await work.warehouse();
  const next = work.control.named(pending.next);
  if ((await commentOf(warehouse, work.target)) !== pending.comment) {
    if ((await commentOf(warehouse, next)) !== pending.comment) return giveUp(work, stored);
    await takeOver(work, warehouse, next);
  }
  await work.ports.checkpoint('swapped');
  await retire(work, warehouse, next, pending.comment);
  const misfits = work.control.named(pending.misfits);
  await warehouse.execute(recreateQuarantine(pending.quarantineKey, work.quarantine));
  const done = await commitWithState(work, stored, { ...pending.state, pendingSwap: null }, pending.entry, async () => {
    if (pending.entry.quarantined > 0) await warehouse.execute(copyQuarantined(pending.quarantineKey, misfits, work.quarantine));
  });
  await warehouse.execute(dropTable(misfits));
  return done;
}

/** Somebody dropped the table before it could be swapped in: the load is as if it had never been. */
async function giveUp(work: Workplace, stored: StoredState): Promise<StoredState> {
  const { state } = stored;
  if (!state) return stored;
  return commitWithState(work, stored, { ...state, pendingSwap: null }, null, () => Promise.resolve());
}

/** Where there is no target yet, taking its name is enough, with the privileges that a table made there would have got. */
async function takeOver(work: Workplace, warehouse: WarehouseSession, next: TableName): Promise<void> {
  const isFirst = (await commentOf(warehouse, work.target)) === undefined;
  const model = isFirst ? { ...work.target, table: `${next.table}_G` } : work.target;
  if (isFirst) await warehouse.execute(`CREATE OR REPLACE TRANSIENT TABLE ${qualified(model)} (ID NUMBER(1,0))`);
  await copyGrants(warehouse, model, next);
  if (isFirst) await warehouse.execute(dropTable(model));
  await work.ports.checkpoint('grants copied');
  await warehouse.execute(isFirst ? `ALTER TABLE ${qualified(next)} RENAME TO ${qualified(work.target)}` : swapTables(work.target, next));
}

/**
 * Drops what was swapped out. It is renamed first, so that a swap of an attempt that was given up, should it still come,
 * finds nothing to swap with; should it have come already, it is taken back.
 */
async function retire(work: Workplace, warehouse: WarehouseSession, next: TableName, comment: string): Promise<void> {
  const retired = { ...next, table: `${next.table}_OLD` };
  if ((await commentOf(warehouse, next)) !== undefined) {
    await warehouse.execute(dropTable(retired));
    await warehouse.execute(`ALTER TABLE ${qualified(next)} RENAME TO ${qualified(retired)}`);
    if ((await commentOf(warehouse, work.target)) !== comment) await warehouse.execute(swapTables(work.target, retired));
  }
  await warehouse.execute(dropTable(retired));
}

/** The table's comment; nothing when there is no such table. */
export async function commentOf(warehouse: WarehouseSession, { database, schema, table }: TableName): Promise<string | undefined> {
  const [row] = await warehouse.rows(`SELECT COALESCE(COMMENT, '') AS COMMENT FROM ${name(database)}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`, [schema, table]);
  return row?.['COMMENT'] ?? undefined;
}

/**
 * Gives the readers of one table the same privileges on the other. Raises `GrantsWouldBeLost` when some did not take,
 * because grants stay with the table and not with its name.
 */
async function copyGrants(warehouse: WarehouseSession, from: TableName, to: TableName): Promise<void> {
  const wanted = await grantsOn(warehouse, from);
  const present = new Set((await grantsOn(warehouse, to)).map(identityOf));
  for (const grant of wanted.filter((one) => one['granted_to'] === 'ROLE' && !present.has(identityOf(one)))) {
    const option = grant['grant_option'] === 'true' ? ' WITH GRANT OPTION' : '';
    await warehouse.execute(`GRANT ${grant['privilege'] ?? ''} ON TABLE ${qualified(to)} TO ROLE ${name(grant['grantee_name'] ?? '')}${option}`);
  }
  const given = new Set((await grantsOn(warehouse, to)).map(identityOf));
  const lost = wanted.map(identityOf).filter((one) => !given.has(one));
  if (lost.length > 0) throw new GrantsWouldBeLost(`${qualified(from)} would lose the privileges ${lost.join(', ')}: let the replicator's role grant them, or give them as future grants of the schema`, { lost });
}

async function grantsOn(warehouse: WarehouseSession, table: TableName): Promise<readonly WarehouseRow[]> {
  const rows = await warehouse.rows(`SHOW GRANTS ON TABLE ${qualified(table)}`);
  return rows.filter((row) => row['privilege'] !== 'OWNERSHIP');
}

function identityOf({ privilege, grantee_name: role, grant_option: option }: WarehouseRow): string {
  return `${privilege ?? ''} of ${role ?? ''}${option === 'true' ? ' with grant option' : ''}`;
}
