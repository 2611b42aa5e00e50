import { createHash } from 'node:crypto';
import { qualified } from '../../common/postgres/quote';
import { ContentUnreadable } from '../contract';
import { CANONICAL_SETTINGS, INVALID_INDEXES_QUERY, SEQUENCES_QUERY, TABLES_QUERY, UNREADABLE_QUERY } from './content-queries';
import { BUCKETS, type Bucket, type DatabaseManifest, type Manifest, type SequencePosition, type TableContent } from './manifest';
import { ROLES_QUERY, STRUCTURE_QUERIES, type StructureQuery } from './structure-queries';

/** As much of a connection as reading takes. */
export interface Session {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
}

export interface ManifestSource {
  readonly clusterIdentifier: string;
  readonly clusterResourceId: string;
  readonly databases: readonly string[];
  /** Lends a session in the database to the work. */
  readonly withSession: <T>(database: string, work: (session: Session) => Promise<T>) => Promise<T>;
  /** Does the work in a transaction that sees a single moment. @default a read-only one, with the rights of whoever is logged in */
  readonly transaction?: <T>(session: Session, work: () => Promise<T>) => Promise<T>;
  readonly now: () => Date;
}

/**
 * Reads what a cluster holds: each database in one transaction that sees a single moment.
 *
 * Raises `ContentUnreadable` naming everything that the reader may not see, rather than leave it out.
 */
export async function readManifest({ clusterIdentifier, clusterResourceId, databases: names, withSession, transaction = readOnly, now }: ManifestSource): Promise<Manifest> {
  const databases: DatabaseManifest[] = [];
  let roles: Readonly<Record<string, string>> = {};
  for (const name of names) {
    await withSession(name, async (session) => {
      await session.query(CANONICAL_SETTINGS);
      // Outside the transaction, in which the reader may lend itself memberships.
      roles = await readDefinitions(session, [ROLES_QUERY]);
      databases.push(await transaction(session, () => readDatabase(session, name)));
    });
  }
  return { version: 1, clusterIdentifier, clusterResourceId, takenAt: now().toISOString(), roles, databases };
}

async function readOnly<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const result = await work();
  await session.query('COMMIT');
  return result;
}

async function readDatabase(session: Session, name: string): Promise<DatabaseManifest> {
  const unreadable = await namesIn(session, UNREADABLE_QUERY);
  if (unreadable.length > 0) throw new ContentUnreadable(`the reader may not see all of ${unreadable.join(', ')} in database ${name}`, { database: name, unreadable });
  const version = Number((await session.query(`SELECT current_setting('server_version_num') AS version`)).rows[0]?.['version']);
  const objects = await readDefinitions(session, STRUCTURE_QUERIES.filter(({ since = 0 }) => since <= version));
  const tables: TableContent[] = [];
  for (const row of (await session.query(TABLES_QUERY)).rows) {
    const { schema, name: table, label } = row as { schema: string; name: string; label: string };
    tables.push(await readTable(session, qualified(schema, table), label));
  }
  const sequences = (await session.query(SEQUENCES_QUERY)).rows as unknown as SequencePosition[];
  return { name, objects, tables, sequences, invalidIndexes: await namesIn(session, INVALID_INDEXES_QUERY) };
}

async function namesIn(session: Session, query: string): Promise<readonly string[]> {
  return (await session.query(query)).rows.map((row) => row['name'] as string);
}

async function readDefinitions(session: Session, queries: readonly StructureQuery[]): Promise<Readonly<Record<string, string>>> {
  const found = new Map<string, string[]>();
  for (const { sql } of queries) {
    for (const { object, definition } of (await session.query(sql)).rows as { object: string; definition: string | null }[]) {
      found.set(object, [...(found.get(object) ?? []), definition ?? '']);
    }
  }
  const hash = (definitions: readonly string[]) => createHash('sha256').update(JSON.stringify([...definitions].sort())).digest('hex').slice(0, 32);
  return Object.fromEntries([...found].map(([object, definitions]) => [object, hash(definitions)]));
}

/**
 * Counts and hashes the rows of a table, bucket by bucket.
 *
 * `hashtextextended` is PostgreSQL's own 64-bit hash; two seeds give 128 bits. Sums do not depend on the order of
 * rows and, unlike an exclusive or, do not lose pairs of equal rows.
 *
 * Each `OFFSET 0` keeps the planner from writing a row as text, and from hashing it, for each place that asks for it: that
 * would take the source more than twice the time.
 */
async function readTable(session: Session, table: string, label: string): Promise<TableContent> {
  const { rows } = await session.query(
    `SELECT (first & ${BUCKETS - 1})::int AS bucket, count(*)::text AS rows, sum(first)::text AS first, sum(second)::text AS second
       FROM (SELECT hashtextextended(record, 0) AS first, hashtextextended(record, 1) AS second
               FROM (SELECT t::text AS record FROM ONLY ${table} AS t OFFSET 0) AS records OFFSET 0) AS hashes
      GROUP BY 1 ORDER BY 1`,
  );
  const buckets = rows.map((row): Bucket => [row['bucket'] as number, Number(row['rows']), row['first'] as string, row['second'] as string]);
  return { name: label, rows: buckets.reduce((sum, [, count]) => sum + count, 0), buckets };
}
