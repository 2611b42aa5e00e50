import type { Stage } from '../../rehearsal/stage';
import type { PipelineWorld } from './pipeline-world';
import { PEPPER, sourceOf } from './world';

/** How both sides write the value of a column as a text. Written by hand and apart from the replicator's own proof, so that a mistake in its mapping of types shows here. */
interface Judge {
  /** Expression of PostgreSQL, of type text. */
  readonly source: string;
  /** The same for Snowflake. */
  readonly target: string;
}

const NOTHING = '∅';
const MICROSECONDS = { source: 'YYYY-MM-DD HH24:MI:SS.US', target: 'YYYY-MM-DD HH24:MI:SS.FF6' };

const plain = (name: string): Judge => ({ source: `${name}::text`, target: `${name}::VARCHAR` });
const instant = (name: string): Judge => ({ source: `to_char(${name} AT TIME ZONE 'UTC', '${MICROSECONDS.source}')`, target: `TO_VARCHAR(CONVERT_TIMEZONE('UTC', ${name}), '${MICROSECONDS.target}')` });
const day = (name: string): Judge => ({ source: `to_char(${name}, 'YYYY-MM-DD')`, target: `TO_VARCHAR(${name}, 'YYYY-MM-DD')` });
const binary = (name: string): Judge => ({ source: `upper(encode(${name}, 'hex'))`, target: `HEX_ENCODE(${name})` });
const fraction = (name: string): Judge => ({ source: `round(${name}::numeric, 6)::text`, target: `${name}::NUMBER(20, 6)::VARCHAR` });
const hashed = (name: string): Judge => ({ source: `encode(sha256(convert_to('${PEPPER}' || ${name}, 'UTF8')), 'hex')`, target: name });

/** The columns of each table, those included that scenarios add. */
const COLUMNS: Readonly<Record<ShopTable, Readonly<Record<string, (name: string) => Judge>>>> = {
  customers: { id: plain, name: plain, email: hashed, birthday: day, note: plain, preferences: plain },
  products: { sku: plain, title: plain, price: plain, weight_kg: fraction, picture: binary },
  orders: { id: plain, customer_id: plain, state: plain, total: plain, placed_at: instant, updated_at: instant, gift: plain, channel: plain },
  order_lines: { order_id: plain, line: plain, sku: plain, quantity: plain, price: plain, remark: plain, discount: plain },
};

export const SHOP_TABLES = ['customers', 'products', 'orders', 'order_lines'] as const;
export type ShopTable = (typeof SHOP_TABLES)[number];

/** Fails the scenario unless both sides of the tables hold the same rows, every column of every row. */
export async function checkEqual(stage: Stage<PipelineWorld>, tables: readonly ShopTable[] = SHOP_TABLES): Promise<void> {
  for (const table of tables) {
    const { missing, extra, rows } = await differencesOf(stage, table);
    stage.check(missing.length + extra.length === 0, `${table}: both sides hold the same ${rows} rows`, ...missing.slice(0, 3).map((row) => `only in PostgreSQL: ${row}`), ...extra.slice(0, 3).map((row) => `only in Snowflake: ${row}`));
  }
  stage.world.areSidesEqual = tables.length === SHOP_TABLES.length;
}

/** Rows that only one side has, each as its text. */
export async function differencesOf(stage: Stage<PipelineWorld>, table: ShopTable): Promise<{ readonly missing: readonly string[]; readonly extra: readonly string[]; readonly rows: number }> {
  const judges = await judgesOf(stage, table);
  const [source, target] = await Promise.all([sourceRows(stage, table, judges), targetRows(stage, table, judges)]);
  return { missing: without(source, target), extra: without(target, source), rows: source.length };
}

/** Counts as well, because a row may be there twice. */
function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of others) counts.set(row, (counts.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const left = counts.get(row) ?? 0;
    counts.set(row, left - 1);
    return left <= 0;
  });
}

/** One for each column that the table has by now. */
async function judgesOf(stage: Stage<PipelineWorld>, table: ShopTable): Promise<readonly Judge[]> {
  const { bastion, administrator } = await sourceOf(stage);
  const sql = `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'sales' AND table_name = '${table}' ORDER BY ordinal_position`;
  const found = await bastion.query(administrator, async (client) => (await client.query<{ name: string }>(sql)).rows);
  return found.map(({ name }) => {
    const judge = COLUMNS[table][name];
    if (!judge) throw new Error(`nobody knows how to compare ${table}.${name}`);
    return judge(name);
  });
}

async function sourceRows(stage: Stage<PipelineWorld>, table: ShopTable, judges: readonly Judge[]): Promise<readonly string[]> {
  const { bastion, administrator } = await sourceOf(stage);
  const sql = `SELECT concat_ws('|', ${judges.map(({ source }) => `coalesce(${source}, '${NOTHING}')`).join(', ')}) AS row FROM sales.${table}`;
  return bastion.query(administrator, async (client) => (await client.query<{ row: string }>(sql)).rows.map(({ row }) => row));
}

async function targetRows({ world }: Stage<PipelineWorld>, table: ShopTable, judges: readonly Judge[]): Promise<readonly string[]> {
  const { database, schema } = world.config.snowflake;
  const deletedAt = '_HOLDFAST_DELETED_AT';
  const sql = `SELECT CONCAT_WS('|', ${judges.map(({ target }) => `COALESCE(${target}, '${NOTHING}')`).join(', ')}) AS ROW_TEXT FROM ${table} WHERE ${deletedAt} IS NULL`;
  const rows = await world.warehouse.execute(sql, { database, schema });
  return rows.map((row) => row['ROW_TEXT'] ?? '');
}
