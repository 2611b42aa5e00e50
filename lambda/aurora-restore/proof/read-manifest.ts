import { createHash } from 'node:crypto';
import { qualified } from '../../common/postgres/quote';
import { BUCKETS, type Bucket, type DatabaseManifest, type Manifest, type SequencePosition, type TableContent } from './manifest';
import { CANONICAL_SETTINGS, INVALID_INDEXES_QUERY, ROLES_QUERY, SEQUENCES_QUERY, STRUCTURE_QUERIES, TABLES_QUERY } from './structure-queries';

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
  readonly now: () => Date;
}

/** Reads what a cluster holds: each database in one transaction that sees a single moment. */
export async function readManifest(source: ManifestSource): Promise<Manifest> {
  const databases: DatabaseManifest[] = [];
  let roles: Readonly<Record<string, string>> = {};
  for (const name of source.databases) {
    await source.withSession(name, async (session) => {
      await session.query(CANONICAL_SETTINGS);
      await session.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      databases.push(await readDatabase(session, name));
      roles = await readDefinitions(session, [ROLES_QUERY]);
      await session.query('COMMIT');
    });
  }
  const { clusterIdentifier, clusterResourceId } = source;
  return { version: 1, clusterIdentifier, clusterResourceId, takenAt: source.now().toISOString(), roles, databases };
}

async function readDatabase(session: Session, name: string): Promise<DatabaseManifest> {
  const objects = await readDefinitions(session, STRUCTURE_QUERIES);
  const tables: TableContent[] = [];
  for (const row of (await session.query(TABLES_QUERY)).rows) {
    const { schema, name: table, label } = row as { schema: string; name: string; label: string };
    tables.push(await readTable(session, qualified(schema, table), label));
  }
  const sequences = (await session.query(SEQUENCES_QUERY)).rows as unknown as SequencePosition[];
  const invalidIndexes = (await session.query(INVALID_INDEXES_QUERY)).rows.map((row) => row['name'] as string);
  return { name, objects, tables, sequences, invalidIndexes };
}

async function readDefinitions(session: Session, queries: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const query of queries) {
    for (const { object, definition } of (await session.query(query)).rows as { object: string; definition: string | null }[]) {
      found[object] = createHash('sha256').update(definition ?? '').digest('hex').slice(0, 32);
    }
  }
  return found;
}

/**
 * Counts and hashes the rows of a table, bucket by bucket.
 *
 * `hashtextextended` is PostgreSQL's own 64-bit hash; two seeds give 128 bits. Sums do not depend on the order of
 * rows and, unlike an exclusive or, do not lose pairs of equal rows.
 */
async function readTable(session: Session, table: string, label: string): Promise<TableContent> {
  const { rows } = await session.query(
    `SELECT (first & ${BUCKETS - 1})::int AS bucket, count(*)::text AS rows, sum(first::numeric)::text AS first, sum(second::numeric)::text AS second
       FROM (SELECT hashtextextended(t::text, 0) AS first, hashtextextended(t::text, 1) AS second FROM ONLY ${table} AS t) AS hashes
      GROUP BY 1 ORDER BY 1`,
  );
  const buckets = rows.map((row): Bucket => [row['bucket'] as number, Number(row['rows']), row['first'] as string, row['second'] as string]);
  return { name: label, rows: buckets.reduce((sum, [, count]) => sum + count, 0), buckets };
}
