import * as z from 'zod/mini';
import { InvalidInput } from '../../common/errors';
import { parseInput } from '../../common/parse-input';
import { SecretUnusable } from '../contract';
import type { PipelineSettings } from '../settings';
import type { Login } from '../snowflake/driver';
import type { DatabaseLogin, VaultSession } from './vault-session';

const userSchema = z.object({ user: z.string().check(z.minLength(1)), privateKey: z.string().check(z.regex(/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/, 'a private key, PKCS#8 in PEM')), passphrase: z.optional(z.string()) });
const loginSchema = z.object({ username: z.string().check(z.minLength(1)), password: z.string().check(z.minLength(1)) });
const pepperSchema = z.object({ pepper: z.string().check(z.minLength(16)) });
const SECRET_FIELDS = ['privateKey', 'passphrase', 'password', 'pepper', ''];

type Vault = Pick<VaultSession, 'readSecret' | 'lendDatabaseLogin'>;

/**
 * How to log in to Snowflake: with the key pair in Vault, or with the function's own identity.
 *
 * A secret with a password is refused: Snowflake no longer takes passwords from services.
 * https://docs.snowflake.com/en/user-guide/security-mfa-rollout
 */
export async function snowflakeLogin(vault: Vault, { vault: { secretMount }, snowflake: { login } }: PipelineSettings): Promise<Login> {
  if (login.kind === 'workload-identity') return { kind: 'workload-identity' };
  const secret = await vault.readSecret(secretMount, login.secretPath);
  if (typeof secret === 'object' && secret !== null && 'password' in secret) {
    throw new SecretUnusable(`secret ${secretMount}/${login.secretPath} holds a password, which Snowflake does not take from services: replace it with user and privateKey of a key pair`);
  }
  const { user, privateKey, passphrase } = checked(userSchema, secret, `secret ${secretMount}/${login.secretPath}`);
  // A key that was pasted into JSON by hand often has its line breaks as two characters.
  return { kind: 'key-pair', user, privateKey: privateKey.replaceAll('\\n', '\n'), passphrase };
}

/** How to log in to PostgreSQL. */
export async function databaseLogin(vault: Vault, { vault: { secretMount }, source: { credentials } }: PipelineSettings): Promise<DatabaseLogin> {
  if (credentials.kind === 'dynamic') return vault.lendDatabaseLogin(credentials.mount, credentials.role);
  return checked(loginSchema, await vault.readSecret(secretMount, credentials.secretPath), `secret ${secretMount}/${credentials.secretPath}`);
}

/** The secret in the hashes of masked columns; null where the pipeline has none. */
export async function pepper(vault: Vault, { vault: { secretMount, pepperPath } }: PipelineSettings): Promise<string | null> {
  if (pepperPath === undefined) return null;
  return checked(pepperSchema, await vault.readSecret(secretMount, pepperPath), `secret ${secretMount}/${pepperPath}`).pepper;
}

function checked<Schema extends z.ZodMiniType>(schema: Schema, secret: unknown, what: string): z.output<Schema> {
  try {
    return parseInput(schema, secret, what, SECRET_FIELDS);
  } catch (error) {
    // An unusable secret is no mistake of whoever asked for the run.
    if (error instanceof InvalidInput) throw new SecretUnusable(error.message, error.details);
    throw error;
  }
}
