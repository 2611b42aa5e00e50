import { Client } from 'pg';
import { openSession } from '../../../../lambda/aurora-restore/database-session';
import type { Manifest } from '../../../../lambda/aurora-restore/proof/manifest';
import { readManifest, type Session } from '../../../../lambda/aurora-restore/proof/read-manifest';
import { readWithOwnersRights } from '../../../../lambda/aurora-restore/users/borrow-ownership';
import type { ConnectionDetails } from '../../../../lambda/common/postgres/connect';
import { scramVerifier } from '../../../../lambda/common/postgres/scram';
import type { PostgresEngine } from '../../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../../local/cloud/engines/postgres/postgres-server';
import { MASTER_PASSWORD, openEngine, ordersServer } from '../../local/cloud/engines/postgres/fixtures';
import { NOW } from './fixtures';

/** Real servers on a machine that others use too. */

export const OWNER = 'orders_owner';
export const READER = 'manifest_reader';
export const READER_PASSWORD = 'reader-password';

/** A PostgreSQL server as RDS runs it, with a master user that is no superuser and a database `orders`. */
export class TestServer {
  private copies = 0;

  private constructor(
    private readonly engine: PostgresEngine,
    readonly server: PostgresServer,
  ) {}

  static async start(): Promise<TestServer> {
    const { engine } = await openEngine();
    return new TestServer(engine, await engine.create(ordersServer()));
  }

  /** Another server beside it, as new. */
  async another(): Promise<TestServer> {
    return new TestServer(this.engine, await this.engine.create(ordersServer()));
  }

  /** Stops it and all that were made beside it. */
  async stop(): Promise<void> {
    await this.engine.close();
  }

  get master(): Omit<ConnectionDetails, 'database'> {
    return { host: '127.0.0.1', port: this.server.port, user: 'master', password: MASTER_PASSWORD };
  }

  /** Opens a session as the functions do, only without TLS. The name of the host leads here whatever it is. */
  readonly open = (details: ConnectionDetails): Promise<Session> => openSession(details, 'test', (to) => connectPlain({ ...to, host: '127.0.0.1', port: this.server.port }));

  /** Does work in a database as the master user, or somebody else. */
  async in<Result>(database: string, work: (session: Session) => Promise<Result>, login: { readonly user?: string; readonly password?: string } = {}): Promise<Result> {
    const session = await this.open({ ...this.master, database, ...login });
    try {
      return await work(session);
    } finally {
      await session.end();
    }
  }

  /** Runs statements in a database as the master user. */
  async run(database: string, ...statements: readonly string[]): Promise<void> {
    await this.in(database, async (session) => {
      for (const statement of statements) await session.query(statement);
    });
  }

  /** Runs statements as RDS itself, which is a superuser. */
  async runAsSuperuser(database: string, ...statements: readonly string[]): Promise<void> {
    await this.server.asAdmin(async (admin) => {
      for (const statement of statements) await admin.query(statement);
    }, database);
  }

  /** The only value of a query. */
  async value(database: string, sql: string, login: { readonly user?: string; readonly password?: string } = {}): Promise<unknown> {
    const { rows } = await this.in(database, (session) => session.query(sql), login);
    return Object.values(rows[0] ?? {})[0];
  }

  /** The only value of a query by RDS itself. */
  async valueAsSuperuser(database: string, sql: string): Promise<unknown> {
    const { rows } = await this.server.asAdmin((admin) => admin.query<Record<string, unknown>>(sql), database);
    return Object.values(rows[0] ?? {})[0];
  }

  /** Copies a database with everything in it; returns the copy's name. */
  async copyOf(database: string): Promise<string> {
    const copy = `copy_${(this.copies += 1)}`;
    await this.run('postgres', `CREATE DATABASE ${copy} TEMPLATE ${database}`);
    return copy;
  }

  /** What a database holds, under the name `orders` whatever it is called, as the proof reads it. */
  async manifestOf(database: string): Promise<Manifest> {
    const manifest = await readManifest({
      clusterIdentifier: 'orders',
      clusterResourceId: 'cluster-OFORDERS',
      databases: [database],
      withSession: (name, work) => this.in(name, work),
      transaction: readWithOwnersRights,
      now: () => NOW,
    });
    return { ...manifest, databases: manifest.databases.map((content) => ({ ...content, name: 'orders' })) };
  }
}

async function connectPlain(details: ConnectionDetails): Promise<Client> {
  const client = new Client({ ...details });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A statement that lets somebody log in, for any server. */
export function createLogin(name: string, password: string): string {
  return `CREATE ROLE "${name}" LOGIN PASSWORD '${scramVerifier(password)}'`;
}

/** Statements for the roles that own and read what production holds. */
export const ROLE_STATEMENTS: readonly string[] = [`CREATE ROLE ${OWNER} NOLOGIN`, `GRANT ${OWNER} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE`, createLogin(READER, READER_PASSWORD)];

/** Statements for a database of production: every kind of object that a user of RDS can make. */
export const CONTENT_STATEMENTS: readonly string[] = [
  'CREATE EXTENSION pgcrypto',
  `CREATE EXTENSION pg_trgm VERSION '1.3'`,
  `CREATE SCHEMA sales AUTHORIZATION ${OWNER}`,
  `CREATE SCHEMA "odd ""schema""; DROP TABLE x" AUTHORIZATION ${OWNER}`,
  `SET ROLE ${OWNER}`,
  `CREATE TYPE sales.order_state AS ENUM ('new', 'paid')`,
  'CREATE DOMAIN sales.amount AS numeric(18, 4) CHECK (VALUE >= 0)',
  'CREATE TYPE sales.span AS RANGE (subtype = numeric)',
  'CREATE TYPE sales.address AS (street text, city text)',
  'CREATE SEQUENCE sales.order_number START 1000',
  'CREATE SEQUENCE sales.countdown INCREMENT -1 START 1000 MAXVALUE 1000 MINVALUE 1',
  'CREATE SEQUENCE sales.round MAXVALUE 3 CYCLE',
  'CREATE TABLE sales.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text UNIQUE, home sales.address)',
  `CREATE TABLE sales.orders (id bigint PRIMARY KEY DEFAULT nextval('sales.order_number'), customer_id bigint NOT NULL REFERENCES sales.customers, state sales.order_state NOT NULL DEFAULT 'new', total sales.amount, noted timestamptz, ratio float8)`,
  'CREATE TABLE sales.events (at date NOT NULL, what text) PARTITION BY RANGE (at)',
  `CREATE TABLE sales.events_2026 PARTITION OF sales.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
  'CREATE UNLOGGED TABLE sales.scratch (id int)',
  `CREATE TABLE "odd ""schema""; DROP TABLE x"."Table; --" ("the ""column""" int, "select" text)`,
  'CREATE INDEX orders_by_customer ON sales.orders (customer_id)',
  'CREATE INDEX customers_by_name ON sales.customers USING gin (name public.gin_trgm_ops)',
  'CREATE STATISTICS sales.correlated ON customer_id, state FROM sales.orders',
  `CREATE VIEW sales.open_orders AS SELECT id FROM sales.orders WHERE state = 'new'`,
  'CREATE MATERIALIZED VIEW sales.totals AS SELECT customer_id, sum(total) AS total FROM sales.orders GROUP BY 1',
  `CREATE FUNCTION sales.order_total(bigint) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT total FROM sales.orders WHERE id = $1'`,
  `CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
  'CREATE AGGREGATE sales.longest(text) (SFUNC = textcat, STYPE = text)',
  'CREATE OPERATOR sales.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)',
  'CREATE TRIGGER touched BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.touch()',
  'CREATE RULE quiet AS ON DELETE TO sales.open_orders DO INSTEAD NOTHING',
  'CREATE POLICY own ON sales.customers USING (name = current_user)',
  `COMMENT ON TABLE sales.orders IS 'what was ordered'`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO ${READER}`,
  `INSERT INTO sales.customers (name, email, home) SELECT 'Customer ' || n, 'person' || n || '@customers.example', ROW('Street ' || n, 'City'::text)::sales.address FROM generate_series(1, 300) n`,
  `INSERT INTO sales.orders (customer_id, state, total, noted, ratio) SELECT 1 + n % 300, 'paid', n / 7.0, timestamptz '2026-01-01' + n * interval '3 minutes', n / 3.0 FROM generate_series(1, 900) n`,
  `INSERT INTO sales.events SELECT date '2026-01-01' + n % 300, 'event ' || n FROM generate_series(1, 500) n`,
  `INSERT INTO "odd ""schema""; DROP TABLE x"."Table; --" VALUES (1, 'one'), (1, 'one'), (2, NULL)`,
  `SELECT nextval('sales.countdown'), nextval('sales.round')`,
  'REFRESH MATERIALIZED VIEW sales.totals',
  `GRANT USAGE ON SCHEMA sales, "odd ""schema""; DROP TABLE x" TO ${READER}`,
  `GRANT SELECT ON ALL TABLES IN SCHEMA sales, "odd ""schema""; DROP TABLE x" TO ${READER}`,
  `GRANT SELECT ON ALL SEQUENCES IN SCHEMA sales TO ${READER}`,
  'RESET ROLE',
];

/** Makes production in the database `orders` of a server. */
export async function createProduction(server: TestServer): Promise<void> {
  await server.run('orders', ...ROLE_STATEMENTS, ...CONTENT_STATEMENTS);
}
