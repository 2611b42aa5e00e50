import type { Client } from 'pg';
import type { CloudClock } from '../../gateway/clock';
import { answer, type Answer } from './answer';
import { callerOf, notEmulated, unsupportedOperation, type Backend, type BackendRequest } from './backend';
import { DEFAULT_RENEW_STATEMENTS, dropStatements, fillStatement, GRANTED_ON, loginName, loginPassword, type StatementValues } from './database-statements';
import type { LeaseStore } from './lease-store';
import { badRequest, collected } from './vault-error';

export type SqlSession = Pick<Client, 'query' | 'end'>;

/** A database that roles may be made in. */
export interface DatabaseConnection {
  /** Opens a session as the user that makes the roles; it is ended after each piece of work. */
  readonly connect: () => Promise<SqlSession>;
  /** Names of roles, or `*` for all. @default ['*'] */
  readonly allowedRoles?: readonly string[];
}

/** How a login is made in a database, and taken back. Statements may hold `{{name}}`, `{{password}}` and `{{expiration}}`. */
export interface DatabaseRole {
  readonly database: string;
  readonly creationStatements: readonly string[];
  /** @default the login's `VALID UNTIL` follows the lease */
  readonly renewStatements?: readonly string[];
  /** @default everything granted in the database is revoked and the login dropped */
  readonly revocationStatements?: readonly string[];
  readonly defaultTtlSeconds: number;
  readonly maxTtlSeconds: number;
}

/** Each work is one transaction, as in Vault. */
type Work = (session: SqlSession) => Promise<void>;

/**
 * Vault's database engine for PostgreSQL: `creds/<role>` makes a login that lives as long as its lease.
 * https://developer.hashicorp.com/vault/api-docs/secret/databases
 */
export class DatabaseBackend implements Backend {
  readonly connections = new Map<string, DatabaseConnection>();
  readonly roles = new Map<string, DatabaseRole>();

  constructor(
    private readonly mount: string,
    private readonly leases: LeaseStore,
    private readonly clock: Pick<CloudClock, 'nowMs' | 'whileWorking'>,
  ) {}

  async handle(request: BackendRequest): Promise<Answer> {
    const [kind, name, ...rest] = request.path.split('/');
    if (kind !== 'creds' || rest.length > 0) throw notEmulated(`${this.mount}/${kind ?? ''}`);
    if (!name) throw collected(404, 'unsupported path');
    if (request.operation !== 'read') throw unsupportedOperation();
    return this.issue(name, request);
  }

  private async issue(roleName: string, request: BackendRequest): Promise<Answer> {
    const token = callerOf(request);
    const role = this.roles.get(roleName);
    if (!role) throw badRequest(`unknown role: ${roleName}`);
    const connection = this.connection(role, roleName);
    const nowMs = this.clock.nowMs();
    const name = loginName(token.displayName, roleName, nowMs);
    const values: StatementValues = { name, password: loginPassword(), expiresAtMs: this.serverTime(nowMs + (role.defaultTtlSeconds || role.maxTtlSeconds) * 1000) };
    await this.transact(connection, runAll(role.creationStatements, values));
    const lease = this.leases.create({
      path: `${this.mount}/creds/${roleName}`,
      tokenId: token.id,
      ttlSeconds: role.defaultTtlSeconds,
      maxTtlSeconds: role.maxTtlSeconds,
      renewalSeconds: role.defaultTtlSeconds,
      prolong: (expiresAtMs) => this.transact(connection, runAll(role.renewStatements ?? DEFAULT_RENEW_STATEMENTS, { name, expiresAtMs: this.serverTime(expiresAtMs) })),
      revoke: () => this.transact(connection, role.revocationStatements ? runAll(role.revocationStatements, { name, expiresAtMs: 0 }) : dropLogin(name)),
    });
    return answer({
      data: { password: values.password, username: name },
      lease: { id: lease.id, durationSeconds: lease.term.grantedSeconds },
      mountType: 'database',
    });
  }

  /**
   * Turns a cloud time into the database server's, which knows the machine's clock only. Cloud time never runs slower, so the login is
   * valid at least as long as its lease, and the revocation is what ends it.
   */
  private serverTime(cloudMs: number): number {
    return Date.now() + cloudMs - this.clock.nowMs();
  }

  private connection(role: DatabaseRole, roleName: string): DatabaseConnection {
    const connection = this.connections.get(role.database);
    if (!connection) throw collected(500, `failed to find entry for connection with name: ${JSON.stringify(role.database)}`);
    const { allowedRoles = ['*'] } = connection;
    if (!allowedRoles.includes('*') && !allowedRoles.includes(roleName)) throw collected(500, `${JSON.stringify(roleName)} is not an allowed role`);
    return connection;
  }

  private async transact(connection: DatabaseConnection, work: Work): Promise<void> {
    await this.clock.whileWorking(async () => {
      const session = await connection.connect().catch((error: unknown) => {
        throw collected(500, `unable to start transaction: ${(error as Error).message}`);
      });
      try {
        await session.query('BEGIN');
        await work(session);
        await session.query('COMMIT');
      } catch (error) {
        const { message, code } = error as Error & { code?: string };
        throw collected(500, `failed to execute query: ERROR: ${message} (SQLSTATE ${code ?? 'unknown'})`);
      } finally {
        // The end of the session rolls back what was not committed.
        await session.end();
      }
    });
  }
}

function runAll(statements: readonly string[], values: StatementValues): Work {
  return async (session) => {
    for (const statement of statements) await session.query(fillStatement(statement, values));
  };
}

function dropLogin(name: string): Work {
  return async (session) => {
    const { rows } = await session.query<{ object: string }>(GRANTED_ON, [name]);
    const grantedOn = rows.map(({ object }) => object);
    for (const statement of dropStatements(name, grantedOn)) await session.query(statement);
  };
}
