import { Bucket } from '../common/aws/bucket';
import { Instances } from '../common/aws/instances';
import { ObjectVersions, type UnreplicatedVersion } from '../common/aws/object-versions';
import { defineHandler, type Invocation } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { identifier, qualified } from '../common/postgres/quote';
import { ENV, METRIC, type TablePosition } from './contract';
import { OwnDatabase, type Session } from './database-session';
import { reconciledTablesOf, type ReconciledTable } from './reconciled-tables';

/** What the report of the failover says that came through. */
export interface ReconcileLossesInput {
  readonly operationId: string;
  readonly epoch: number;
  readonly positions: readonly TablePosition[];
  /** Only objects written since this moment are looked at, ISO 8601. @default all, for nobody knows how long ago their replication failed */
  readonly since?: string;
}

export interface LostTable {
  readonly table: string;
  readonly numbers: readonly number[];
  /** False when there are more than a report takes, or nobody knows where the new database began; they are all in the old one. */
  readonly isComplete: boolean;
}

export interface ReconcileLossesOutput {
  readonly reportKey: string;
  readonly lost: readonly LostTable[];
  /** The first of them: the report has all. */
  readonly objects: readonly UnreplicatedVersion[];
  readonly objectCount: number;
  /** From when on objects were looked at, ISO 8601; nothing when all in the bucket were. */
  readonly objectsSince: string | null;
  /** False when there was no time to look at all of them. */
  readonly objectsComplete: boolean;
}

export interface ReconcileLossesPorts {
  readonly system: string;
  readonly tables: readonly ReconciledTable[];
  /** Of one table. */
  readonly mostRows: number;
  /** The database that was active before the epoch, under whatever name it is kept. */
  readonly oldDatabase: (epoch: number) => Promise<Pick<OwnDatabase, 'use'>>;
  readonly versions: Pick<ObjectVersions, 'notReplicated'>;
  readonly reports: Pick<Bucket, 'writeJson'>;
}

const MOST_ROWS = 10_000;
/** An answer holds 6 MB, and a key may have a kilobyte: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_OBJECTS_ANSWERED = 1_000;
/** What is found must still be written down. */
const REPORT_MS = 60_000;

/** In the region that was lost, once it is back: lists the rows that only its database holds, whole, so that they can be entered again, and the objects that never left. */
export async function reconcileLosses(
  { operationId, epoch, positions, since }: ReconcileLossesInput,
  { system, tables, mostRows, oldDatabase, versions, reports }: ReconcileLossesPorts,
  { getRemainingTimeInMillis }: Invocation,
): Promise<ReconcileLossesOutput> {
  const database = await oldDatabase(epoch);
  const found = await database.use((session) => readLost(session, tables, positions, mostRows));
  const unreplicated = await versions.notReplicated({ since: since === undefined ? null : new Date(since), isTimeUp: () => getRemainingTimeInMillis() < REPORT_MS });
  const looked = { objectsSince: since ?? null, objectsComplete: unreplicated.isComplete };
  const reportKey = `losses/epoch-${epoch}.json`;
  await reports.writeJson(reportKey, { system, operationId, epoch, tables: found, objects: unreplicated.versions, ...looked });
  const lost = found.map(({ table, rows, isComplete }) => ({ table, numbers: rows.map(({ number }) => number), isComplete }));
  addMetric(system, METRIC.lostRows, lost.reduce((sum, { numbers }) => sum + numbers.length, 0));
  return { reportKey, lost, objects: unreplicated.versions.slice(0, MOST_OBJECTS_ANSWERED), objectCount: unreplicated.versions.length, ...looked };
}

async function readLost(session: Session, tables: readonly ReconciledTable[], positions: readonly TablePosition[], mostRows: number) {
  const lost: { readonly table: string; readonly rows: readonly { readonly number: number; readonly row: unknown }[]; readonly isComplete: boolean }[] = [];
  for (const { schema, table, key } of tables) {
    const position = positions.find((each) => each.table === `${schema}.${table}`);
    if (position?.unread !== undefined) {
      lost.push({ table: `${schema}.${table}`, rows: [], isComplete: false });
      continue;
    }
    const column = `t.${identifier(key)}`;
    const { rows } = await session.query(
      `SELECT ${column}::float8 AS number, to_jsonb(t) AS row FROM ${qualified(schema, table)} t WHERE ${column} > $1 OR ${column} = ANY ($2::bigint[]) ORDER BY ${column} LIMIT ${mostRows + 1}`,
      [position?.lastNumber ?? 0, position?.gaps ?? []],
    );
    lost.push({ table: `${schema}.${table}`, rows: rows.slice(0, mostRows).map(({ number, row }) => ({ number: Number(number), row })), isComplete: rows.length <= mostRows });
  }
  return lost;
}

export const handler = defineHandler('warm-standby/reconcile-losses', reconcileLosses, (env) => {
  const target = { region: env.region };
  const instances = Instances.in(target);
  const instance = env.required(ENV.INSTANCE);
  return {
    system: env.required(ENV.SYSTEM),
    tables: reconciledTablesOf(env),
    mostRows: MOST_ROWS,
    oldDatabase: async (epoch) => {
      const kept = `${instance}-before-epoch-${epoch}`;
      return OwnDatabase.named(env, (await instances.find(kept)) ? kept : instance);
    },
    versions: ObjectVersions.in(target, env.required(ENV.OWN_BUCKET)),
    reports: Bucket.in(target, env.required(ENV.REPORT_BUCKET)),
  };
});
