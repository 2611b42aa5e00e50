import type { Client } from 'pg';
import { to as copyTo, type CopyToStreamQuery } from 'pg-copy-streams';
import { connect, type ConnectionDetails } from '../../common/postgres/connect';
import { literal } from '../../common/postgres/quote';
import { PEPPER_SETTING } from '../rows/masked-column';
import { sourceFailure } from './source-failure';

export interface SessionLimits {
  /** Longest that one statement may run. */
  readonly statementTimeoutMs: number;
  /** Longest to wait for a lock; reading needs one only while somebody alters the table. */
  readonly lockTimeoutMs: number;
  /** Longest that PostgreSQL keeps a snapshot for a session that says nothing: the one whose snapshot others read by, or one whose function has died. */
  readonly idleInTransactionMs: number;
}

export interface SessionProps {
  readonly details: ConnectionDetails;
  readonly applicationName: string;
  readonly limits: SessionLimits;
  /** The secret in masked columns' hashes. */
  readonly pepper: string | null;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * Values print the same whatever the server's settings are, nothing can be written, and row security that would hide
 * rows is an error instead. https://www.postgresql.org/docs/current/runtime-config-client.html
 */
const SETTINGS: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmloption: 'content',
  lc_monetary: 'C',
  search_path: 'pg_catalog',
  row_security: 'off',
  default_transaction_read_only: 'on',
};

/** One connection to the source that reads. Every failure comes as one of the contract's errors. */
export class SourceSession {
  private slowestMs = 0;

  private constructor(
    private readonly client: Client,
    private readonly place: string,
  ) {}

  static async open({ details, applicationName, limits, pepper }: SessionProps, connectTo: typeof connect = connect): Promise<SourceSession> {
    const place = `${details.user}@${details.host}:${details.port}/${details.database}`;
    try {
      const client = await connectTo(details, { applicationName, statementTimeoutMs: limits.statementTimeoutMs });
      const session = new SourceSession(client, place);
      const settings = { ...SETTINGS, lock_timeout: String(limits.lockTimeoutMs), idle_in_transaction_session_timeout: String(limits.idleInTransactionMs) };
      await session.query(Object.entries(settings).map(([name, value]) => `SET ${name} = ${literal(value)}`).join('; '));
      if (pepper !== null) await session.query('SELECT set_config($1, $2, false)', [PEPPER_SETTING, pepper]);
      return session;
    } catch (error) {
      throw sourceFailure(error, `connecting to ${place}`);
    }
  }

  /** Rows of a statement; values are text, numbers only where PostgreSQL has 32 bits at most. */
  async query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return this.timed(sql, async () => {
      const result = await this.client.query<Row>(sql, values && [...values]);
      return result.rows;
    });
  }

  /** The only row of a statement. */
  async queryOne(sql: string, values?: readonly unknown[]): Promise<Row> {
    const [row] = await this.query(sql, values);
    if (!row) throw new Error(`no row came back from ${shortened(sql)}`);
    return row;
  }

  /** Streams what COPY sends to the receiver, which may make it wait, and answers how many rows PostgreSQL says it sent. */
  async copy(sql: string, receive: (chunk: Buffer) => Promise<void> | void): Promise<number> {
    return this.timed(sql, async () => {
      const stream: CopyToStreamQuery & { rowCount?: number } = this.client.query(copyTo(sql));
      for await (const chunk of stream) {
        const waiting = receive(chunk as Buffer);
        if (waiting) await waiting;
      }
      // The stream ends with the data, and only then PostgreSQL says how many rows they were; the next answer comes after that.
      await this.client.query('SELECT');
      return stream.rowCount ?? 0;
    });
  }

  /** Lets other sessions see what this one's snapshot sees, until its transaction ends. */
  async exportSnapshot(): Promise<string> {
    const { snapshot } = await this.queryOne('SELECT pg_export_snapshot() AS snapshot');
    return snapshot as string;
  }

  /** Begins a transaction that sees one moment and cannot write, from its first statement on or as of an exported snapshot. */
  async beginSnapshot(exported?: string): Promise<void> {
    await this.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (exported !== undefined) await this.query(`SET TRANSACTION SNAPSHOT ${literal(exported)}`);
  }

  async endSnapshot(): Promise<void> {
    await this.query('ROLLBACK');
  }

  /** Seconds of the slowest statement so far. */
  get slowestSeconds(): number {
    return this.slowestMs / 1000;
  }

  async close(): Promise<void> {
    // A connection that is broken already needs no goodbye.
    await this.client.end().catch(() => undefined);
  }

  private async timed<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await work();
    } catch (error) {
      throw sourceFailure(error, `${this.place}, ${shortened(sql)}`);
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedMs);
    }
  }
}

const SHOWN_SQL = 80;

function shortened(sql: string): string {
  return sql.length > SHOWN_SQL ? `${sql.slice(0, SHOWN_SQL)}...` : sql;
}
