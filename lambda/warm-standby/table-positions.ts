import { isServerAnswer } from '../common/postgres/connect';
import { identifier, qualified } from '../common/postgres/quote';
import type { TablePosition } from './contract';
import type { Session } from './database-session';
import type { ReconciledTable } from './reconciled-tables';

/** No writer is further behind the others than this many numbers. */
const GAP_WINDOW = 1_000;
/** With an index it takes milliseconds, and a failover does not wait for a table that has none. */
const TIMEOUT_MS = 5_000;

/** Where the tables end that losses are told by. One that cannot be read says why, and is no reason to keep a database closed. */
export async function readPositions(session: Session, tables: readonly ReconciledTable[]): Promise<readonly TablePosition[]> {
  const positions: TablePosition[] = [];
  await session.query(`SET statement_timeout = ${TIMEOUT_MS}`);
  for (const table of tables) positions.push(await readPosition(session, table));
  await session.query('RESET statement_timeout');
  return positions;
}

async function readPosition(session: Session, { schema, table, key }: ReconciledTable): Promise<TablePosition> {
  const [name, column] = [qualified(schema, table), identifier(key)];
  try {
    const { rows: [row] } = await session.query(`SELECT max(${column})::float8 AS last FROM ${name}`);
    const lastNumber = (row?.['last'] as number | null) ?? null;
    const { rows } = await session.query(`SELECT n::float8 AS gap FROM generate_series($1::bigint, $2::bigint) n WHERE NOT EXISTS (SELECT FROM ${name} WHERE ${column} = n) ORDER BY n`, [Math.max(1, (lastNumber ?? 0) - GAP_WINDOW), lastNumber ?? 0]);
    return { table: `${schema}.${table}`, lastNumber, gaps: rows.map(({ gap }) => Number(gap)) };
  } catch (error) {
    if (!isServerAnswer(error)) throw error;
    return { table: `${schema}.${table}`, lastNumber: null, gaps: [], unread: error.message };
  }
}
