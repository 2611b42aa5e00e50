import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { CloudClock } from '../../gateway/clock';
import type { CertificateAuthority } from '../pki/certificate-authority';
import { alterSystem } from './alter-system';
import { findFreePort } from './free-port';
import { Postmaster, ServerDidNotStart } from './postmaster';
import type { ProcessGuard } from '../process-guard';
import type { ProcessIdentity } from './process-identity';
import { isInRecovery, readReplicationState, type ReplicationState } from './replication-state';
import { scramVerifier } from './scram-verifier';
import type { ServerBinaries } from './server-binaries';
import { ADMIN_USER, checkParameters, type ServerParameters } from './server-configuration';
import { ServerFiles, type Hostnames } from './server-files';

/** What all servers of one engine share. */
export interface EngineFacilities {
  readonly clock: Pick<CloudClock, 'whileWorking'>;
  readonly authority: CertificateAuthority;
  readonly binaries: ServerBinaries;
  readonly identity: ProcessIdentity;
  readonly guard: ProcessGuard;
  readonly adminPassword: string;
}

/** The primary of a standby. */
export interface Followed {
  readonly primary: PostgresServer;
  readonly slot: string;
}

export interface ServerProps {
  readonly name: string;
  /** Holds all its files. */
  readonly directory: string;
  readonly hostnames: Hostnames;
  readonly masterUser: string;
  readonly parameters: ServerParameters;
  /** Parameters that make it a standby. */
  readonly standbyParameters?: ServerParameters;
  /** Whom it streams from, and the slot there that keeps the log for it. */
  readonly follows?: Followed;
}

const PORT_TAKEN_RETRY_MS = 100;
const PORT_ATTEMPTS = 50;
const POLL_MS = 2;
const WRITABLE_WITHIN_MS = 60_000;
const CONNECT_WITHIN_MS = 10_000;
const RELOADED_WITHIN_MS = 10_000;

/** One PostgreSQL server of the local cloud; a `PostgresEngine` makes them. */
export class PostgresServer {
  private readonly files: ServerFiles;
  private readonly postmaster: Postmaster;
  private chosenPort: number | undefined;
  private names: Hostnames;
  private parameters: ServerParameters;
  private followed: Followed | undefined;

  constructor(
    private readonly engine: EngineFacilities,
    private readonly props: ServerProps,
  ) {
    this.files = new ServerFiles(props.directory, engine.identity);
    this.names = props.hostnames;
    this.parameters = props.parameters;
    this.followed = props.follows;
    this.postmaster = new Postmaster({
      program: engine.binaries.postgres,
      identity: engine.identity,
      guard: engine.guard,
      dataDirectory: this.files.data,
      configurationFile: this.files.configuration,
      logFile: this.files.log,
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
    return this.files.data;
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
    return this.followed?.primary;
  }

  /** Starts a server that is stopped or was killed, and waits until it takes connections. */
  async start(): Promise<void> {
    return this.engine.clock.whileWorking(async () => {
      await this.files.writeCertificate(this.engine.authority, this.names);
      await this.files.forgetAlteredParameters();
      for (let attempt = 1; ; attempt++) {
        const port = this.chosenPort ?? (await findFreePort());
        await this.files.writeConfiguration(this.parameters, { ...this.props.standbyParameters, port: String(port) });
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

  /** Makes the server present a certificate for these names, from the next connection or start on. */
  async setHostnames(hostnames: Hostnames): Promise<void> {
    this.names = hostnames;
    await this.files.writeCertificate(this.engine.authority, this.names);
    if (this.isRunning) await this.reload();
  }

  /**
   * Changes parameters now, or at the next restart for those that need one, which are returned.
   *
   * The server checks each value; when it refuses one, nothing is changed. A stopped server checks them when it is started.
   */
  async setParameters(changes: ServerParameters): Promise<{ readonly pendingRestart: readonly string[] }> {
    checkParameters(changes);
    const pendingRestart = this.isRunning ? await this.asAdmin((admin) => alterSystem(admin, this.files, changes)) : [];
    this.parameters = { ...this.parameters, ...changes };
    if (!this.isRunning) return { pendingRestart };
    await this.files.writeClientAuthentication(this.parameters);
    await this.reload();
    return { pendingRestart };
  }

  /** Makes a standby a primary and waits until it accepts writes. */
  async promote(): Promise<void> {
    await this.asAdmin(async (admin) => {
      // Not the waiting form, which looks only every 100 ms.
      await admin.query('select pg_promote(wait => false)');
      const startedAtMs = performance.now();
      while (await isInRecovery(admin)) {
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
    const followed = this.followed;
    this.followed = undefined;
    if (!followed?.primary.isRunning) return;
    await followed.primary.asAdmin(async (admin) => {
      await admin.query('select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = $1 and active', [followed.slot]);
      await admin.query('select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1', [followed.slot]);
    });
  }

  /** Makes the server read its files again and waits until new sessions see them: a new session inherits the time of the last reading. */
  private async reload(): Promise<void> {
    const loadedAt = async (admin: Client): Promise<number> => {
      const { rows } = await admin.query<{ at: Date }>('select pg_conf_load_time() as at');
      return rows[0]?.at.getTime() ?? 0;
    };
    const before = await this.asAdmin(loadedAt);
    await this.asAdmin((admin) => admin.query('select pg_reload_conf()'));
    const startedAtMs = performance.now();
    while ((await this.asAdmin(loadedAt)) === before) {
      if (performance.now() - startedAtMs > RELOADED_WITHIN_MS) throw new Error(`server ${this.name} did not read its configuration again: ${(await this.log()).slice(-500)}`);
      await delay(POLL_MS);
    }
  }
}
