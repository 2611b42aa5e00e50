import { UserSetupFailed } from '../contract';
import type { Session } from '../proof/read-manifest';

/** A statement that removes what must not leave production, and the query that counts what is left of it. */
export interface Masking {
  readonly name: string;
  readonly database: string;
  readonly statement: string;
  readonly countsUnmasked: string;
}

/** Runs one masking and proves it in the same transaction: what is not proven does not stay. */
export async function mask(session: Session, { name, statement, countsUnmasked }: Masking): Promise<void> {
  await session.query('BEGIN');
  try {
    await session.query(statement);
    const { rows } = await session.query(countsUnmasked);
    const left = Number(Object.values(rows[0] ?? {})[0]);
    if (rows.length !== 1 || left !== 0) throw new UserSetupFailed(`masking ${name} left ${Number.isNaN(left) ? 'no count' : `${left} values`} unmasked`, { name, left });
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK');
    throw error instanceof UserSetupFailed ? error : new UserSetupFailed(`masking ${name} failed: ${(error as Error).message}`, { name }, { cause: error });
  }
}
