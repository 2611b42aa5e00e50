import { escapeIdentifier, type Client } from 'pg';

/** What a scenario does to the data of a snapshot, which shows when it has been restored. */
export interface Damage {
  /** Where the statement runs; the database of the cluster where it is absent. */
  readonly database?: string;
  /** Such as `update orders set total = 0 where id = 7`. Without one, the largest table loses a row. */
  readonly statement?: string;
}

/** Does the damage, past all triggers and rules. */
export async function inflict(admin: Client, { statement }: Damage): Promise<void> {
  await admin.query('set session_replication_role = replica');
  await admin.query(statement ?? (await rowLoss(admin)));
}

async function rowLoss(admin: Client): Promise<string> {
  const { rows } = await admin.query<{ schema: string; name: string }>(
    "select schemaname as schema, relname as name from pg_stat_user_tables order by pg_relation_size(relid) desc, schemaname, relname limit 1",
  );
  const [table] = rows;
  if (!table) throw new Error('the snapshot has no table to damage');
  const name = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
  return `delete from ${name} where ctid = (select max(ctid) from ${name})`;
}
