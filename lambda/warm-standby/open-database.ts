import { SecurityGroup } from '../common/aws/security-group';
import { defineHandler } from '../common/define-handler';
import { BEGIN_EPOCH, FIRST_HEARTBEAT, NOTE_OPENED, READ_OPENED } from './authority-sql';
import { DatabaseUnreachable, ENV, EpochOvertaken, type Heartbeat, type TablePosition } from './contract';
import { OwnDatabase } from './database-session';
import { leaseFrom } from './lease-from';
import { readHeartbeat } from './read-evidence';
import { type ReconciledTable, reconciledTablesOf } from './reconciled-tables';
import { readPositions } from './table-positions';

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

/**
 * Opens this region's database for the epoch: from now on its application may write. Notes before where the old epoch ended, and finds
 * that again when it runs twice: what was written since is no part of it.
 */
export async function openDatabase({ epoch }: OpenDatabaseInput, { region, tables, database, ingress, applicationGroupId, now }: OpenDatabasePorts): Promise<OpenDatabaseOutput> {
  const found = await database.use(async (session) => {
    const { rows: [recovery] } = await session.query('SELECT pg_is_in_recovery() AS in_recovery');
    if (recovery?.['in_recovery'] !== false) throw new DatabaseUnreachable('the database is still a replica: its promotion has not come through');
    const { rows: [noted] } = await session.query(READ_OPENED, [epoch]);
    const old = (noted?.['found'] as OpenDatabaseOutput | undefined) ?? { lastHeartbeat: await readHeartbeat(session), positions: await readPositions(session, tables) };
    await session.query('BEGIN');
    const { rowCount } = await session.query(BEGIN_EPOCH, [epoch, region, leaseFrom(now())]);
    if (rowCount === 0) throw new EpochOvertaken(`epoch ${epoch} is overtaken: the database has a later one`, { epoch });
    await session.query(FIRST_HEARTBEAT, [epoch, now()]);
    await session.query(NOTE_OPENED, [epoch, JSON.stringify(old)]);
    await session.query('COMMIT');
    return old;
  });
  await ingress.allowFrom(applicationGroupId, POSTGRES_PORT, 'application tasks');
  return found;
}

export const handler = defineHandler('warm-standby/open-database', openDatabase, (env) => ({
  region: env.region,
  tables: reconciledTablesOf(env),
  database: OwnDatabase.from(env),
  ingress: SecurityGroup.in({ region: env.region }, env.required(ENV.DATABASE_GROUP)),
  applicationGroupId: env.required(ENV.APP_GROUP),
  now: () => new Date(),
}));
