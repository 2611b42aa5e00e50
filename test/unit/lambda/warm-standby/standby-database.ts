import { Client } from 'pg';
import { applicationStatements, authorityStatements, BEGIN_EPOCH, FIRST_HEARTBEAT } from '../../../../lambda/warm-standby/authority-sql';
import type { Session } from '../../../../lambda/warm-standby/database-session';
import type { PostgresEngine } from '../../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../../local/cloud/engines/postgres/postgres-server';
import { ReplicationLink } from '../../../../local/cloud/engines/postgres/replication-link';
import { MASTER_PASSWORD, openEngine, ordersServer } from '../../local/cloud/engines/postgres/fixtures';

/** Real servers on a machine that others use too. */

export const APPLICATION = 'application';
export const APPLICATION_PASSWORD = 'password-of-the-application';

/** A PostgreSQL server with the tables of authority and of the application, and what the functions need of `OwnDatabase`. */
export class StandbyDatabase {
  private constructor(
    readonly server: PostgresServer,
    private readonly engine: PostgresEngine,
    private readonly link: ReplicationLink | undefined,
  ) {}

  static async start(): Promise<StandbyDatabase> {
    const { engine } = await openEngine();
    return new StandbyDatabase(await engine.create(ordersServer()), engine, undefined);
  }

  /** As it is before anybody has prepared it. */
  async empty(): Promise<void> {
    await this.run('DROP SCHEMA IF EXISTS holdfast, app CASCADE');
  }

  /** As `prepare-database` leaves it, in an epoch of a region with a lease. */
  async prepare(epoch: number, region: string, leaseUntil: Date, heartbeatAt: Date): Promise<void> {
    await this.empty();
    await this.run(`DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${APPLICATION}') THEN CREATE ROLE ${APPLICATION} LOGIN PASSWORD '${APPLICATION_PASSWORD}'; END IF; END $$`);
    await this.run(...authorityStatements(APPLICATION), ...applicationStatements(APPLICATION));
    await this.use(async (session) => {
      await session.query(BEGIN_EPOCH, [epoch, region, leaseUntil]);
      await session.query(FIRST_HEARTBEAT, [epoch, heartbeatAt]);
    });
  }

  /** A replica of it in another region; the link between them can be cut. */
  async replicate(): Promise<{ readonly replica: StandbyDatabase; readonly link: ReplicationLink }> {
    const link = await ReplicationLink.open(this.server.port);
    const server = await this.engine.createStandby({ name: 'orders-replica', hostnames: ['replica.test'], primary: this.server, link });
    return { replica: new StandbyDatabase(server, this.engine, link), link };
  }

  readonly use = async <T>(work: (session: Session) => Promise<T>, login: { readonly user: string; readonly password: string } = { user: 'master', password: MASTER_PASSWORD }): Promise<T> => {
    const client = new Client({ host: '127.0.0.1', port: this.server.port, database: 'orders', ...login });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  /** As the application's tasks, which hold less. */
  async asApplication<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.use(work, { user: APPLICATION, password: APPLICATION_PASSWORD });
  }

  async run(...statements: readonly string[]): Promise<void> {
    await this.use(async (session) => {
      for (const statement of statements) await session.query(statement);
    });
  }

  /** The only value of a query. */
  async value(sql: string): Promise<unknown> {
    return this.use(async (session) => Object.values((await session.query(sql)).rows[0] ?? {})[0]);
  }

  /** Writes rows as the application does: admitted, and all in one transaction. */
  async write(epoch: number, clock: Date, ...numbers: readonly number[]): Promise<void> {
    await this.asApplication(async (session) => {
      await session.query('BEGIN');
      await session.query('SELECT holdfast.admit($1, $2)', [epoch, clock]);
      for (const number of numbers) await session.query('INSERT INTO app.transactions VALUES ($1, $2, $3, $4)', [number, `transaction ${number}`, epoch, clock]);
      await session.query('COMMIT');
    });
  }

  /** Stops it and its replicas. */
  async stop(): Promise<void> {
    await this.link?.close();
    await this.engine.close();
  }
}
