import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { CloudClock } from '../../gateway/clock';
import type { CertificateAuthority } from '../pki/certificate-authority';
import { writePrivateFile } from './data-directory';
import { findFreePort } from './free-port';
import { Postmaster, ServerDidNotStart } from './postmaster';
import type { ProcessGuard } from './process-guard';
import type { ProcessIdentity } from './process-identity';
import { readReplicationState, slotName, type ReplicationState } from './replication-state';
import { scramVerifier } from './scram-verifier';
import type { ServerBinaries } from './server-binaries';
import { ADMIN_USER, clientAuthenticationText, configurationText, effectiveParameters, parameterName, type ServerParameters } from './server-configuration';

/** DNS names a server answers to; its certificate holds all of them. */
export type Hostnames = readonly [string, ...string[]];

/** What all servers of one engine share. */
export interface EngineFacilities {
  readonly clock: Pick<CloudClock, 'whileWorking'>;
  readonly authority: CertificateAuthority;
  readonly binaries: ServerBinaries;
  readonly identity: ProcessIdentity;
  readonly guard: ProcessGuard;
  readonly adminPassword: string;
}

export interface ServerProps {
  readonly name: string;
  /** Holds everything of the server; its data is in `data`. */
  readonly directory: string;
  readonly hostnames: Hostnames;
  readonly masterUser: string;
  readonly parameters: ServerParameters;
  /** Parameters that make it a standby. */
  readonly standbyParameters?: ServerParameters;
  /** Whose slot it streams from. */
  readonly primary?: PostgresServer;
}

const PORT_TAKEN_RETRY_MS = 100;
const PORT_ATTEMPTS = 50;
const POLL_MS = 2;
const WRITABLE_WITHIN_MS = 60_000;
const CONNECT_WITHIN_MS = 10_000;

/** One PostgreSQL server of the local cloud; a `PostgresEngine` makes them. */
export class PostgresServer {
  private readonly postmaster: Postmaster;
  private chosenPort: number | undefined;
  private names: Hostnames;
  private parameters: ServerParameters;
  private followed: PostgresServer | undefined;

  constructor(
    private readonly engine: EngineFacilities,
    private readonly props: ServerProps,
  ) {
    this.names = props.hostnames;
    this.parameters = props.parameters;
    this.followed = props.primary;
    this.postmaster = new Postmaster({
      program: engine.binaries.postgres,
      identity: engine.identity,
      guard: engine.guard,
      dataDirectory: this.dataDirectory,
      configurationFile: this.file('postgresql.conf'),
      logFile: this.file('log'),
    });
  }

  get name(): string {
    return this.props.name;
  }

  get masterUser(): string {
    return this.props.masterUser;
  }

  get directory(): string {
    return this.props.directory;
  }

  get dataDirectory(): string {
    return this.file('data');
  }

  /** The port on 127.0.0.1; it stays the same across restarts. */
  get port(): number {
    if (this.chosenPort === undefined) throw new Error(`server ${this.name} has not been started yet`);
    return this.chosenPort;
  }

  /** The names its certificate is valid for. */
  get caHostnames(): Hostnames {
    return this.names;
  }

  get isRunning(): boolean {
    return this.postmaster.isRunning;
  }

  /** The server this one streams from, until it is promoted. */
  get primary(): PostgresServer | undefined {
    return this.followed;
  }

  /** Starts a server that is stopped or was killed, and waits until it takes connections. */
  async start(): Promise<void> {
    return this.engine.clock.whileWorking(async () => {
      await this.writeCertificate();
      for (let attempt = 1; ; attempt++) {
        const port = this.chosenPort ?? (await findFreePort());
        await this.writeConfiguration(port);
        try {
          await this.postmaster.start();
          this.chosenPort = port;
          return;
        } catch (error) {
          if (!(error instanceof ServerDidNotStart && error.portWasTaken) || attempt === PORT_ATTEMPTS) throw error;
          // A known port is only borrowed: some connection uses it as its own end for a moment.
          if (this.chosenPort !== undefined) await delay(PORT_TAKEN_RETRY_MS);
        }
      }
    });
  }

  /** Ends all sessions and shuts down cleanly; `immediate` leaves recovery to the next start. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    return this.engine.clock.whileWorking(() => this.postmaster.stop(mode));
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Kills the server and its sessions with SIGKILL, as when its machine is lost. `start` recovers it. */
  async kill(): Promise<void> {
    return this.engine.clock.whileWorking(() => this.postmaster.kill());
  }

  /** The end of the server's own log. */
  async log(): Promise<string> {
    return this.postmaster.log();
  }

  /**
   * Opens a session as the hidden superuser. The caller ends it; a connection that breaks shows at its next query.
   */
  async connectAsAdmin(database = 'postgres'): Promise<Client> {
    const client = new Client({
      host: '127.0.0.1',
      port: this.port,
      user: ADMIN_USER,
      password: this.engine.adminPassword,
      database,
      ssl: false,
      application_name: ADMIN_USER,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Runs work in a session of the hidden superuser. */
  async asAdmin<Result>(work: (admin: Client) => Promise<Result>, database?: string): Promise<Result> {
    return this.engine.clock.whileWorking(async () => {
      const admin = await this.connectAsAdmin(database);
      try {
        return await work(admin);
      } finally {
        await admin.end();
      }
    });
  }

  /** Changes the master user's password, as RDS does for `MasterUserPassword`. The password itself is not sent to the server. */
  async setMasterPassword(password: string): Promise<void> {
    const verifier = await scramVerifier(password);
    await this.asAdmin((admin) => admin.query(`ALTER ROLE ${escapeIdentifier(this.masterUser)} PASSWORD ${escapeLiteral(verifier)}`));
  }

  /** Makes the server present a certificate for these names from the next connection on. */
  async setHostnames(hostnames: Hostnames): Promise<void> {
    this.names = hostnames;
    await this.writeCertificate();
    await this.reload();
  }

  /**
   * Changes parameters now, or at the next restart for those that need one, which are returned.
   *
   * The server checks each value; it changes nothing when one is refused.
   */
  async setParameters(changes: ServerParameters): Promise<{ readonly pendingRestart: readonly string[] }> {
    const names = Object.keys(changes).map(parameterName);
    const pendingRestart = await this.asAdmin(async (admin) => {
      for (const name of names) await admin.query('select set_config($1, $2, true) where exists (select from pg_settings where name = $1 and context in ($3, $4))', [name, changes[name], 'user', 'superuser']);
      for (const name of names) await admin.query(`ALTER SYSTEM SET ${name.split('.').map(escapeIdentifier).join('.')} = ${escapeLiteral(changes[name] ?? '')}`);
      const fixed = await admin.query<{ name: string }>("select name from pg_settings where name = any($1) and context = 'postmaster'", [names]);
      return fixed.rows.map(({ name }) => name);
    });
    this.parameters = { ...this.parameters, ...changes };
    await writePrivateFile(this.file('pg_hba.conf'), clientAuthenticationText(this.effective()), this.engine.identity);
    await this.reload();
    return { pendingRestart };
  }

  /** Makes a standby a primary and waits until it accepts writes. */
  async promote(): Promise<void> {
    await this.asAdmin(async (admin) => {
      // Not the waiting form, which looks only every 100 ms.
      await admin.query('select pg_promote(wait => false)');
      const startedAtMs = performance.now();
      while ((await readReplicationState(admin)).inRecovery) {
        if (performance.now() - startedAtMs > WRITABLE_WITHIN_MS) throw new Error(`server ${this.name} was not writable ${WRITABLE_WITHIN_MS} ms after its promotion`);
        await delay(POLL_MS);
      }
    });
    await this.unfollow();
  }

  async pauseReplay(): Promise<void> {
    await this.asAdmin((admin) => admin.query('select pg_wal_replay_pause()'));
  }

  async resumeReplay(): Promise<void> {
    await this.asAdmin((admin) => admin.query('select pg_wal_replay_resume()'));
  }

  /** How far this server is. Compare `receivedLsn` of a primary with `replayedLsn` of its standby for the lag in bytes. */
  async replicationState(): Promise<ReplicationState> {
    return this.asAdmin(readReplicationState);
  }

  /** Bytes in all databases. */
  async databaseSizeBytes(): Promise<number> {
    const { rows } = await this.asAdmin((admin) => admin.query<{ bytes: string }>('select sum(pg_database_size(oid))::text as bytes from pg_database'));
    return Number(rows[0]?.bytes);
  }

  /** Gives up the slot on the primary, which would otherwise keep its log for ever. A primary that is gone keeps nothing. */
  async unfollow(): Promise<void> {
    const primary = this.followed;
    this.followed = undefined;
    if (!primary?.isRunning) return;
    await primary.asAdmin(async (admin) => {
      const slot = slotName(this.name);
      await admin.query('select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = $1 and active', [slot]);
      await admin.query('select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1', [slot]);
    });
  }

  private effective(port?: number): ServerParameters {
    return effectiveParameters(this.parameters, {
      ...this.props.standbyParameters,
      ...(port !== undefined && { port: String(port) }),
      hba_file: this.file('pg_hba.conf'),
      ssl_cert_file: this.file('server.crt'),
      ssl_key_file: this.file('server.key'),
    });
  }

  private async writeConfiguration(port: number): Promise<void> {
    const parameters = this.effective(port);
    await writePrivateFile(this.file('pg_hba.conf'), clientAuthenticationText(parameters), this.engine.identity);
    await writePrivateFile(this.file('postgresql.conf'), configurationText(parameters), this.engine.identity);
  }

  private async writeCertificate(): Promise<void> {
    const { key, cert } = await this.engine.authority.issue(...this.names);
    await writePrivateFile(this.file('server.key'), key, this.engine.identity);
    await writePrivateFile(this.file('server.crt'), cert, this.engine.identity);
  }

  /** Makes the server read its files again and waits until new sessions see them: a new session inherits the time of the last reading. */
  private async reload(): Promise<void> {
    const loadedAt = async (admin: Client): Promise<number> => {
      const { rows } = await admin.query<{ at: Date }>('select pg_conf_load_time() as at');
      return rows[0]?.at.getTime() ?? 0;
    };
    const before = await this.asAdmin(loadedAt);
    await this.asAdmin((admin) => admin.query('select pg_reload_conf()'));
    while ((await this.asAdmin(loadedAt)) === before) await delay(POLL_MS);
  }

  private file(name: string): string {
    return join(this.props.directory, name);
  }
}
