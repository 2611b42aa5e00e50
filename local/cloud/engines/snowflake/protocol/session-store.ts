import { randomBytes, randomInt } from 'node:crypto';
import type { Catalog } from '../catalog/catalog';
import type { User } from '../catalog/objects';
import { Session } from '../catalog/session';
import type { DuckDatabase } from '../duck/duck-database';
import { loginFailure } from '../auth/login-request';
import type { Transactions } from '../run/transactions';
import { SnowflakeError } from '../snowflake-error';
import type { StageFiles } from '../stages/stage-files';

/** How long tokens live, in seconds (https://docs.snowflake.com/en/user-guide/session-policies: four hours idle). */
export interface TokenLifetimes {
  readonly sessionSeconds: number;
  readonly masterSeconds: number;
}

/** What a login asks to begin with; names as they were given, quoted or not. */
export interface SessionWishes {
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  readonly database: string | undefined;
  readonly schema: string | undefined;
}

export interface SessionTokens {
  readonly token: string;
  readonly masterToken: string;
}

interface Entry extends SessionTokens {
  readonly session: Session;
  expiresAtMs: number;
  masterExpiresAtMs: number;
  token: string;
  masterToken: string;
}

interface StoreParts {
  readonly catalog: Catalog;
  readonly database: DuckDatabase;
  readonly transactions: Transactions;
  readonly stageFiles: StageFiles;
  readonly nowMs: () => number;
  readonly lifetimes: TokenLifetimes;
}

/** The sessions that are open, by their tokens. */
export class SessionStore {
  private readonly entries = new Set<Entry>();

  constructor(private readonly parts: StoreParts) {}

  /** Opens a session for a user who has proven who they are. */
  async open(user: User, wishes: SessionWishes): Promise<{ session: Session; tokens: SessionTokens }> {
    const { catalog, database } = this.parts;
    const role = folded(wishes.role) ?? user.defaultRole ?? 'PUBLIC';
    if (!catalog.roles.has(role) || !catalog.rolesWithin(user.roles).has(role)) {
      throw loginFailure(
        '390189',
        `Role '${role}' specified in the connect string is not granted to this user. Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.`,
      );
    }
    const session = new Session(String(randomInt(1, 2 ** 47)), user, await database.connect(), role);
    const [namespaceDatabase, namespaceSchema] = (user.defaultNamespace ?? '').split('.').filter((part) => part !== '');
    // A login goes through with names that do not exist; statements then say what is missing.
    session.warehouse = folded(wishes.warehouse) ?? user.defaultWarehouse;
    session.database = folded(wishes.database) ?? namespaceDatabase;
    session.schema = folded(wishes.schema) ?? namespaceSchema ?? (session.database === undefined ? undefined : 'PUBLIC');
    if (session.warehouse !== undefined && !catalog.warehouses.has(session.warehouse)) session.warehouse = undefined;
    const entry: Entry = { session, token: newToken(), masterToken: newToken(), expiresAtMs: 0, masterExpiresAtMs: 0 };
    this.extend(entry);
    this.entries.add(entry);
    return { session, tokens: entry };
  }

  /** The session of a token; an expired one has to be renewed first. */
  find(token: string | undefined): Session {
    const entry = this.entryOf((candidate) => candidate.token === token);
    if (!entry) throw new SnowflakeError('390104', '08001', 'Invalid session: the session does not exist any more.');
    if (entry.expiresAtMs <= this.parts.nowMs())
      throw new SnowflakeError('390112', '08001', 'Your session has expired. Please login again.');
    return entry.session;
  }

  /** Gives a session new tokens in exchange for its master token. */
  renew(masterToken: string | undefined): { session: Session; tokens: SessionTokens } {
    const entry = this.entryOf((candidate) => candidate.masterToken === masterToken);
    if (!entry || entry.masterExpiresAtMs <= this.parts.nowMs())
      throw new SnowflakeError('390114', '08001', 'Authentication token has expired.  The user must authenticate again.');
    entry.token = newToken();
    entry.masterToken = newToken();
    this.extend(entry);
    return { session: entry.session, tokens: entry };
  }

  /** Ends a session: its transaction is rolled back and its temporary objects are gone. */
  async close(session: Session): Promise<void> {
    const entry = this.entryOf((candidate) => candidate.session === session);
    if (!entry) return;
    this.entries.delete(entry);
    // A statement that is still running ends with its session.
    await session.connection.quiesce();
    await this.parts.transactions.rollback(session).catch(() => undefined);
    for (const { physical } of session.temporaryTables.values())
      await session.connection.run(`DROP TABLE IF EXISTS "${physical}"`).catch(() => undefined);
    for (const stage of session.temporaryStages.values()) await this.parts.stageFiles.removeAll(stage);
    await session.connection.close();
  }

  async closeAll(): Promise<void> {
    for (const { session } of [...this.entries]) await this.close(session);
  }

  /** Makes every session token expire now; `andMaster` makes renewing impossible too. */
  expireAll(andMaster: boolean): void {
    for (const entry of this.entries) {
      entry.expiresAtMs = 0;
      if (andMaster) entry.masterExpiresAtMs = 0;
    }
  }

  get size(): number {
    return this.entries.size;
  }

  private extend(entry: Entry): void {
    const { lifetimes, nowMs } = this.parts;
    entry.expiresAtMs = nowMs() + lifetimes.sessionSeconds * 1000;
    entry.masterExpiresAtMs = nowMs() + lifetimes.masterSeconds * 1000;
  }

  private entryOf(test: (entry: Entry) => boolean): Entry | undefined {
    for (const entry of this.entries) if (test(entry)) return entry;
    return undefined;
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function folded(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toUpperCase();
}
