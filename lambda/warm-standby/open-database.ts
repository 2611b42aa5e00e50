import { SecurityGroup } from '../common/aws/security-group';
import { defineHandler } from '../common/define-handler';
import { identifier, qualified } from '../common/postgres/quote';
import { BEGIN_EPOCH, FIRST_HEARTBEAT } from './authority-sql';
import { DatabaseUnreachable, ENV, EpochOvertaken, type Heartbeat, type TablePosition } from './contract';
import { OwnDatabase, type Session } from './database-session';
import { leaseFrom } from './lease-from';
import { readHeartbeat } from './read-evidence';
import { type ReconciledTable, reconciledTablesOf } from './reconciled-tables';

export interface OpenDatabaseInput {
  readonly operationId: string;
  readonly epoch: number;
}

export interface OpenDatabaseOutput {
  /** The last sign of life that came through from the epoch before. */
  readonly lastHeartbeat: Heartbeat | null;
  /** Where the tables end that losses are told by. */
  readonly positions: readonly TablePosition[];
}

export interface OpenDatabasePorts {
  readonly region: string;
  readonly tables: readonly ReconciledTable[];
  readonly database: Pick<OwnDatabase, 'use'>;
  readonly ingress: Pick<SecurityGroup, 'allowFrom'>;
  readonly applicationGroupId: string;
  readonly now: () => Date;
}

const POSTGRES_PORT = 5432;
/** No writer is further behind the others than this many numbers. */
const GAP_WINDOW = 1_000;

/** Opens this region's database for the epoch: from now on its application may write. Notes before where the old epoch ended. */
export async function openDatabase({ epoch }: OpenDatabaseInput, { region, tables, database, ingress, applicationGroupId, now }: OpenDatabasePorts): Promise<OpenDatabaseOutput> {
  const found = await database.use(async (session) => {
    const { rows: [recovery] } = await session.query('SELECT pg_is_in_recovery() AS in_recovery');
    if (recovery?.['in_recovery'] !== false) throw new DatabaseUnreachable('the database is still a replica: its promotion has not come through');
    const lastHeartbeat = await readHeartbeat(session);
    const positions = await readPositions(session, tables);
    const { rowCount } = await session.query(BEGIN_EPOCH, [epoch, region, leaseFrom(now())]);
    if (rowCount === 0) throw new EpochOvertaken(`epoch ${epoch} is overtaken: the database has a later one`, { epoch });
    await session.query(FIRST_HEARTBEAT, [epoch, now()]);
    return { lastHeartbeat, positions };
  });
  await ingress.allowFrom(applicationGroupId, POSTGRES_PORT, 'application tasks');
  return found;
}

async function readPositions(session: Session, tables: readonly ReconciledTable[]): Promise<readonly TablePosition[]> {
  const positions: TablePosition[] = [];
  for (const { schema, table, key } of tables) {
    const [name, column] = [qualified(schema, table), identifier(key)];
    const { rows: [row] } = await session.query(`SELECT max(${column})::float8 AS last FROM ${name}`);
    const lastNumber = (row?.['last'] as number | null) ?? null;
    const { rows } = await session.query(`SELECT n::float8 AS gap FROM generate_series($1::bigint, $2::bigint) n WHERE NOT EXISTS (SELECT FROM ${name} WHERE ${column} = n) ORDER BY n`, [Math.max(1, (lastNumber ?? 0) - GAP_WINDOW), lastNumber ?? 0]);
    positions.push({ table: `${schema}.${table}`, lastNumber, gaps: rows.map(({ gap }) => Number(gap)) });
  }
  return positions;
}

export const handler = defineHandler('warm-standby/open-database', openDatabase, (env) => ({
  region: env.region,
  tables: reconciledTablesOf(env),
  database: OwnDatabase.from(env),
  ingress: SecurityGroup.in({ region: env.region }, env.required(ENV.DATABASE_GROUP)),
  applicationGroupId: env.required(ENV.APP_GROUP),
  now: () => new Date(),
}));
