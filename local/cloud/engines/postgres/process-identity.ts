import { readFileSync } from 'node:fs';

/** The account a child process runs as; empty means the account of this process. */
export interface ProcessIdentity {
  readonly uid?: number;
  readonly gid?: number;
}

/** Accounts a root process may lend to PostgreSQL, best first. */
const LENDABLE_ACCOUNTS = ['postgres', 'nobody'] as const;

/**
 * Finds the account to run PostgreSQL as: our own, or for root the first of `postgres` and `nobody`.
 *
 * PostgreSQL refuses to run as root, and needs an account that has a row in the password file.
 */
export function findProcessIdentity(): ProcessIdentity {
  if (process.getuid?.() !== 0) return {};
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const account of LENDABLE_ACCOUNTS) {
    const row = rows.find(([name]) => name === account);
    if (row && Number(row[2]) > 0) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new Error(`PostgreSQL cannot run as root, and this machine has none of the accounts ${LENDABLE_ACCOUNTS.join(', ')}: create one or start as an ordinary user`);
}
