import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4096;
const KEY_LENGTH = 32;
const SALT_LENGTH = 16;

/**
 * Computes the verifier that PostgreSQL stores for a password, so that the password itself never is in a statement.
 *
 * Only printable ASCII passwords: others would have to go through SASLprep first.
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html, RFC 5803
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(SALT_LENGTH)): string {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new Error('the password holds characters other than printable ASCII');
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_LENGTH, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
