import type { Stage } from '../../rehearsal/stage';
import type { PipelineWorld } from './pipeline-world';
import { sourceOf } from './world';

/**
 * How both sides write a row as one text, by table. Written by hand and apart from the replicator's own proof, so that a
 * mistake in its mapping of types shows here.
 */
interface Judge {
  /** Expressions of PostgreSQL, all of type text. */
  readonly source: readonly string[];
  /** The same for Snowflake, in the same order. */
  readonly target: readonly string[];
}

const NOTHING = '∅';
const MICROSECONDS = { source: 'YYYY-MM-DD HH24:MI:SS.US', target: 'YYYY-MM-DD HH24:MI:SS.FF6' };

const plain = (name: string) => ({ source: `${name}::text`, target: `${name}::VARCHAR` });
const instant = (name: string) => ({ source: `to_char(${name} AT TIME ZONE 'UTC', '${MICROSECONDS.source}')`, target: `TO_VARCHAR(CONVERT_TIMEZONE('UTC', ${name}), '${MICROSECONDS.target}')` });
const day = (name: string) => ({ source: `to_char(${name}, 'YYYY-MM-DD')`, target: `TO_VARCHAR(${name}, 'YYYY-MM-DD')` });

const COLUMNS = {
  customers: [plain('id'), plain('name'), day('birthday'), plain('note'), plain('preferences')],
  products: [plain('sku'), plain('title'), plain('price'), { source: 'round(weight_kg::numeric, 6)::text', target: 'weight_kg::NUMBER(20, 6)::VARCHAR' }, { source: "upper(encode(picture, 'hex'))", target: 'HEX_ENCODE(picture)' }],
  orders: [plain('id'), plain('customer_id'), plain('state'), plain('total'), instant('placed_at'), instant('updated_at'), plain('gift')],
  order_lines: [plain('order_id'), plain('line'), plain('sku'), plain('quantity'), plain('price'), plain('remark')],
} as const;

export type ShopTable = keyof typeof COLUMNS;
export const SHOP_TABLES = Object.keys(COLUMNS) as ShopTable[];

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
  const [source, target] = await Promise.all([sourceRows(stage, table), targetRows(stage, table)]);
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

function judgeOf(table: ShopTable): Judge {
  const shown = COLUMNS[table];
  return { source: shown.map(({ source }) => `coalesce(${source}, '${NOTHING}')`), target: shown.map(({ target }) => `COALESCE(${target}, '${NOTHING}')`) };
}

async function sourceRows(stage: Stage<PipelineWorld>, table: ShopTable): Promise<readonly string[]> {
  const { bastion, administrator } = await sourceOf(stage);
  const sql = `SELECT concat_ws('|', ${judgeOf(table).source.join(', ')}) AS row FROM sales.${table}`;
  return bastion.query(administrator, async (client) => (await client.query<{ row: string }>(sql)).rows.map(({ row }) => row));
}

async function targetRows({ world }: Stage<PipelineWorld>, table: ShopTable): Promise<readonly string[]> {
  const { database, schema } = world.config.snowflake;
  const deletedAt = '_HOLDFAST_DELETED_AT';
  const sql = `SELECT CONCAT_WS('|', ${judgeOf(table).target.join(', ')}) AS ROW_TEXT FROM ${table} WHERE ${deletedAt} IS NULL`;
  const rows = await world.warehouse.execute(sql, { database, schema });
  return rows.map((row) => row['ROW_TEXT'] ?? '');
}
