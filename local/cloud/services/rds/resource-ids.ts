import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LENGTH = 26;

/** An id that stays with a database for its life: `cluster-` or `db-` and 26 letters and digits. */
export function newResourceId(prefix: 'cluster' | 'db'): string {
  return `${prefix}-${Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}
