import { connect, isServerAnswer, type ConnectionDetails } from '../common/postgres/connect';
import { DatabaseUnreachable, WrongDatabase } from './contract';
import type { Session } from './proof/read-manifest';

/** PostgreSQL's class 28: the server is there, but not the one that knows this password. */
const WRONG_CREDENTIALS = /^28/;
const STATEMENT_TIMEOUT_MS = 12 * 60_000;

/**
 * Opens a connection to the restored database.
 *
 * The administrator's password was set for this run alone, so a server that refuses it is another database: that
 * raises `WrongDatabase`, while one that cannot be reached raises `DatabaseUnreachable`, which is tried again.
 */
export async function openSession(details: ConnectionDetails, operation: string): Promise<Session> {
  try {
    return await connect(details, { applicationName: operation, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  } catch (error) {
    const place = `${details.user}@${details.host}:${details.port}/${details.database}`;
    if (isServerAnswer(error) && WRONG_CREDENTIALS.test(error.code ?? '')) {
      throw new WrongDatabase(`${place} does not accept the password that this run gave its cluster`, { code: error.code });
    }
    throw new DatabaseUnreachable(`${place}: ${(error as Error).message}`, {}, { cause: error });
  }
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
