import type { Env } from '../common/env';
import { Instances } from '../common/aws/instances';
import { Secret } from '../common/aws/secret';
import { connect, isServerAnswer, type ConnectionDetails } from '../common/postgres/connect';
import { DatabaseUnreachable, ENV } from './contract';

/** A connection that runs statements and hands rows back. */
export interface Session {
  query(sql: string, values?: unknown[]): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly rowCount: number | null }>;
  end(): Promise<void>;
}

export interface SessionPorts {
  readonly instances: Pick<Instances, 'find'>;
  readonly instance: string;
  readonly secret: Pick<Secret, 'read'>;
  readonly database: string;
  readonly connect: typeof connect;
}

const STATEMENT_TIMEOUT_MS = 20_000;

/** Lends a session of the administrator in this region's own database to the work, and closes it however the work ends. */
export class OwnDatabase {
  private known: ConnectionDetails | undefined;

  constructor(private readonly ports: SessionPorts) {}

  static from(env: Env): OwnDatabase {
    return OwnDatabase.named(env, env.required(ENV.INSTANCE));
  }

  /** Another instance of this region with the same administrator, such as one that was replaced. */
  static named(env: Env, instance: string): OwnDatabase {
    const target = { region: env.region };
    return new OwnDatabase({
      instances: Instances.in(target),
      instance,
      secret: Secret.in(target, env.required(ENV.ADMIN_SECRET)),
      database: env.required(ENV.DATABASE),
      connect,
    });
  }

  /** Raises `DatabaseUnreachable` when there is no way to the database; answers of the server pass as they are. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.open();
    try {
      return await work(session);
    } catch (error) {
      if (isServerAnswer(error) || !isConnectionLoss(error)) throw error;
      throw new DatabaseUnreachable(`the connection to ${this.ports.instance} broke: ${(error as Error).message}`, {}, { cause: error });
    } finally {
      await session.end().catch(() => undefined);
    }
  }

  /**
   * By the way that led there last, or as it is told now: whoever has an instance's name has its address, and a password
   * stays until it is changed.
   */
  private async open(): Promise<Session> {
    const { known } = this;
    const session = known && (await this.connect(known).catch(() => undefined));
    return session ?? this.openAnew();
  }

  private async openAnew(): Promise<Session> {
    const { instances, instance, secret, database } = this.ports;
    this.known = undefined;
    const found = await instances.find(instance);
    if (!found?.endpoint) throw new DatabaseUnreachable(`instance ${instance} ${found ? `is ${found.status} and has no endpoint` : 'does not exist'}`, { instance });
    const { username, password } = await secret.read();
    const login = { host: found.endpoint, port: found.port, database, user: String(username), password: String(password) };
    try {
      const session = await this.connect(login);
      this.known = login;
      return session;
    } catch (error) {
      throw new DatabaseUnreachable(`${instance} cannot be reached: ${(error as Error).message}`, { instance }, { cause: error });
    }
  }

  private connect(login: ConnectionDetails): Promise<Session> {
    return this.ports.connect(login, { applicationName: 'holdfast', statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  }
}

function isConnectionLoss(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return /^(ECONN|EPIPE|ETIMEDOUT)/.test(code ?? '') || /Connection terminated|Client has encountered a connection error/.test(message ?? '');
}
