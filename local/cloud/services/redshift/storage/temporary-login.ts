import { randomBytes } from 'node:crypto';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { scramVerifier } from '../../../engines/postgres/scram-verifier';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import type { CloudClock, Timer } from '../../../gateway/clock';

/** A login that somebody is given for a while. */
export interface LoginRequest {
  readonly server: PostgresServer;
  /** The name under which the client logs in, such as `IAM:reader`. */
  readonly login: string;
  /** Whose rights the sessions have. */
  readonly user: string;
  /** Whether the user is created where there is none. */
  readonly createsUser: boolean;
  readonly durationMs: number;
}

interface Issued {
  readonly password: string;
  endsMs: number;
  end: Timer;
}

/**
 * Gives out logins with passwords that end by themselves, on the cloud's clock.
 *
 * Redshift lets several passwords of a user live at once; PostgreSQL has one, so that everybody who asks while one lives gets the same.
 */
export class TemporaryLogins {
  private readonly issued = new WeakMap<PostgresServer, Map<string, Issued>>();

  constructor(private readonly clock: CloudClock) {}

  /** Returns the password. Without its user the login does not work, which AWS says only when somebody tries. */
  async issue(request: LoginRequest): Promise<string> {
    const { server, login, durationMs } = request;
    const logins = this.issued.get(server) ?? new Map<string, Issued>();
    this.issued.set(server, logins);
    const endsMs = this.clock.nowMs() + durationMs;
    const living = logins.get(login);
    if (living) {
      living.endsMs = Math.max(living.endsMs, endsMs);
      living.end.cancel();
      living.end = this.endAt(request, living);
      return living.password;
    }
    const password = randomBytes(48).toString('base64url');
    const exists = await server.asAdmin(async (admin) => prepareLogin(admin, request, password));
    if (!exists) return password;
    const issued: Issued = { password, endsMs, end: this.clock.after(durationMs, () => undefined) };
    issued.end.cancel();
    issued.end = this.endAt(request, issued);
    logins.set(login, issued);
    return password;
  }

  private endAt({ server, login }: LoginRequest, issued: Issued): Timer {
    return this.clock.after(issued.endsMs - this.clock.nowMs(), () => {
      this.issued.get(server)?.delete(login);
      if (!server.isRunning) return;
      // A server that is going away takes the login with it.
      void server.asAdmin((admin) => admin.query(`ALTER ROLE ${escapeIdentifier(login)} PASSWORD NULL`)).catch(() => undefined);
    });
  }
}

async function prepareLogin(admin: Client, { login, user, createsUser }: LoginRequest, password: string): Promise<boolean> {
  if (!(await hasRole(admin, user))) {
    if (!createsUser) return false;
    await admin.query(`CREATE ROLE ${escapeIdentifier(user)} LOGIN`);
  }
  const isOwnLogin = login === user;
  if (!isOwnLogin && !(await hasRole(admin, login))) await admin.query(`CREATE ROLE ${escapeIdentifier(login)} LOGIN IN ROLE ${escapeIdentifier(user)}`);
  await admin.query(`ALTER ROLE ${escapeIdentifier(login)} PASSWORD ${escapeLiteral(await scramVerifier(password))}`);
  if (!isOwnLogin) await admin.query(`ALTER ROLE ${escapeIdentifier(login)} SET role = ${escapeLiteral(user)}`);
  return true;
}

async function hasRole(admin: Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [name]);
  return rowCount === 1;
}
