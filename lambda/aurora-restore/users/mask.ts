import { OperationError } from '../../common/errors';
import { UserSetupFailed } from '../contract';
import type { Session } from '../proof/read-manifest';

/** A statement that removes what must not leave production, and the query that counts what is left of it. */
export interface Masking {
  readonly name: string;
  readonly database: string;
  readonly statement: string;
  readonly countsUnmasked: string;
}

/** Data exceptions and violated constraints: their messages may quote the values that the masking is about. */
const QUOTES_VALUES = /^2[23]/;

/** Runs one masking and proves it, in the caller's transaction: what is not proven must not stay. */
export async function mask(session: Session, { name, statement, countsUnmasked }: Masking): Promise<void> {
  // Rows that row-level security hides would be left as they are, and not be counted: rather an error.
  await session.query('SET LOCAL row_security = off');
  const left = await run(session, statement, countsUnmasked).catch((error: unknown) => explain(error, name));
  if (left !== '0') throw new UserSetupFailed(`masking ${name} left ${left === undefined ? 'no count' : `${left} values`} unmasked`, { name, left });
}

/** Answers with the count, if the query answers with one. */
async function run(session: Session, statement: string, countsUnmasked: string): Promise<string | undefined> {
  await session.query(statement);
  const { rows } = await session.query(countsUnmasked);
  const count = rows.length === 1 ? String(Object.values(rows[0] ?? {})[0]) : '';
  return /^\d+$/.test(count) ? count : undefined;
}

function explain(error: unknown, name: string): never {
  if (error instanceof OperationError) throw error;
  const { code = '', message } = error as Error & { code?: string };
  throw new UserSetupFailed(`masking ${name} failed: ${QUOTES_VALUES.test(code) ? `SQLSTATE ${code}` : message}`, { name, code });
}
