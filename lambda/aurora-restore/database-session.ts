import { connect, isServerAnswer, type ConnectionDetails } from '../common/postgres/connect';
import { DatabaseUnreachable, WrongDatabase } from './contract';
import type { Session } from './proof/read-manifest';

/** The server is there, but it is not the one that knows this password (class 28) or has this database (3D000). */
const WRONG_PLACE = /^(28|3D)/;
/** The server is going down, coming up or full, or it ended the connection: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const NOT_NOW = /^(08|57P0|53300)/;
const STATEMENT_TIMEOUT_MS = 12 * 60_000;

/**
 * Opens a connection to a database.
 *
 * A server that refuses the credentials is another than the one that was meant: that raises `WrongDatabase`. One that
 * cannot be reached, or is lost in the middle of work, raises `DatabaseUnreachable`, which is tried again.
 */
export async function openSession(details: ConnectionDetails, operation: string, connectTo: typeof connect = connect): Promise<Session> {
  const place = `${details.user}@${details.host}:${details.port}/${details.database}`;
  try {
    const client = await connectTo(details, { applicationName: operation, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
    return {
      query: (sql, values) => client.query<Record<string, unknown>>(sql, values).catch((error: unknown) => explain(error, place)),
      end: () => client.end(),
    };
  } catch (error) {
    if (isServerAnswer(error) && WRONG_PLACE.test(error.code ?? '')) {
      throw new WrongDatabase(`${place}: ${error.message}`, { code: error.code });
    }
    throw new DatabaseUnreachable(`${place}: ${(error as Error).message}`, {}, { cause: error });
  }
}

function explain(error: unknown, place: string): never {
  if (!isServerAnswer(error) || NOT_NOW.test(error.code ?? '')) {
    throw new DatabaseUnreachable(`${place}: ${(error as Error).message}`, {}, { cause: error });
  }
  // "Failing row contains ..." would carry the row into the log.
  delete error.detail;
  throw error;
}

/** Lends a session to the work and closes it, however the work ends. */
export async function withSession<T>(open: () => Promise<Session>, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await open();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
