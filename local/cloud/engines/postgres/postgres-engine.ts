import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CloudClock } from '../../gateway/clock';
import type { CertificateAuthority } from '../pki/certificate-authority';
import { initialiseCluster } from './cluster-template';
import { cloneDirectory, directorySizeBytes, removeDirectory, writePrivateFile } from './data-directory';
import { takePhysicalBackup, type BackupRange } from './physical-backup';
import { PostgresServer, type EngineFacilities, type ServerProps } from './postgres-server';
import { ProcessGuard } from '../process-guard';
import { findProcessIdentity } from './process-identity';
import { checkMasterUser, initialDatabaseStatements, masterUserStatements } from './rds-roles';
import type { ReplicationLink } from './replication-link';
import { endCommandsIn } from './run-command';
import { scramVerifier } from './scram-verifier';
import { resolveServerBinaries } from './server-binaries';
import type { Hostnames } from './server-files';
import { checkParameters, REPLICATION_USER, type ServerParameters } from './server-configuration';
import { chooseParentDirectory } from './working-directory';

export interface PostgresEngineProps {
  readonly clock: Pick<CloudClock, 'whileWorking'>;
  /** Issues the servers' certificates; clients trust its `certificatePem`. */
  readonly authority: CertificateAuthority;
  /** Where the engine makes its directory. @default in memory where there is plenty of it, else the system's temporary directory */
  readonly parentDirectory?: string;
}

interface NewServer {
  /** Names its directory and log; need not be unique. */
  readonly name: string;
  /** What clients call it. The names must lead to 127.0.0.1 for them. */
  readonly hostnames: Hostnames;
  /** As in an RDS parameter group, on top of the engine's small defaults. `rds.force_ssl` and `rds.logical_replication` work. */
  readonly parameters?: ServerParameters;
}

export interface CreateServerProps extends NewServer {
  readonly masterUser: string;
  /** Without one the master user cannot log in yet. */
  readonly masterPassword?: string;
  /** Owned by the master user, as `postgres` is. @default only `postgres` exists */
  readonly databaseName?: string;
}

export interface RestoreServerProps extends NewServer {
  readonly snapshot: PostgresSnapshot;
  /** Replaces the master user's password. @default the password in the snapshot */
  readonly masterPassword?: string;
}

export interface CreateStandbyProps extends NewServer {
  readonly primary: PostgresServer;
  /** The way to the primary. @default straight to its port */
  readonly link?: ReplicationLink;
}

/** A picture of a server's files, made while it ran. */
export interface PostgresSnapshot extends BackupRange {
  readonly name: string;
  readonly directory: string;
  readonly masterUser: string;
  readonly sizeBytes: number;
}

/** How a new server comes by its data. */
interface Beginning {
  readonly kind: Pick<ServerProps, 'masterUser' | 'standbyParameters' | 'follows'>;
  readonly fill: (dataDirectory: string) => Promise<void>;
  readonly prepare?: (server: PostgresServer) => Promise<void>;
}

/** A slot's name has small letters, digits and underscores. */
const MAX_SLOT_NAME = 63;
const NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/i;

/**
 * The PostgreSQL servers of one local cloud, each a real process on 127.0.0.1, and their snapshots.
 *
 * All files are in one temporary directory. It and all servers go with `close`, and also when this process ends in any
 * other way.
 */
export class PostgresEngine {
  private readonly servers = new Set<PostgresServer>();
  private templateReady: Promise<void> | undefined;
  private serial = 0;

  private constructor(
    /** Holds all files of the engine. */
    readonly directory: string,
    private readonly facilities: EngineFacilities,
    private readonly replicationPassword: string,
  ) {}

  /** Finds the programs and makes the directory; fails with `PostgresUnavailable` where PostgreSQL cannot run. */
  static async open({ clock, authority, parentDirectory = chooseParentDirectory() }: PostgresEngineProps): Promise<PostgresEngine> {
    const identity = findProcessIdentity();
    const directory = await mkdtemp(join(parentDirectory, 'holdfast-postgres-'));
    // Programs may not be run from every place where files may be kept, /dev/shm for one.
    const programs = join(tmpdir(), `${basename(directory)}-programs`);
    const guard = new ProcessGuard(directory, programs);
    try {
      await mkdir(join(directory, 'servers'), { mode: 0o700 });
      await mkdir(join(directory, 'snapshots'), { mode: 0o700 });
      await giveTo(identity, directory, join(directory, 'servers'), join(directory, 'snapshots'));
      const binaries = await resolveServerBinaries(identity, programs);
      const [adminPassword, replicationPassword] = [randomPassword(), randomPassword()];
      await writePrivateFile(join(directory, 'replication.pgpass'), `*:*:*:${REPLICATION_USER}:${replicationPassword}\n`, identity);
      return new PostgresEngine(directory, { clock, authority, binaries, identity, guard, adminPassword }, replicationPassword);
    } catch (error) {
      await guard.finish();
      throw error;
    }
  }

  /** Initialises the cluster that all others are copies of; the first call does. */
  async getReady(): Promise<void> {
    this.templateReady ??= initialiseCluster(this.template, this.facilities, this.replicationPassword);
    await this.templateReady;
  }

  /** Makes a new, running server. */
  async create(props: CreateServerProps): Promise<PostgresServer> {
    const masterUser = checkMasterUser(props.masterUser);
    return this.facilities.clock.whileWorking(async () => {
      await this.getReady();
      const verifier = props.masterPassword === undefined ? undefined : await scramVerifier(props.masterPassword);
      const statements = masterUserStatements(masterUser, verifier);
      statements.push(...initialDatabaseStatements(props.databaseName, masterUser));
      return this.startOn(props, {
        kind: { masterUser },
        fill: (data) => cloneDirectory(this.template, data, this.facilities.identity),
        prepare: (server) =>
          server.asAdmin(async (admin) => {
            for (const statement of statements) await admin.query(statement);
          }),
      });
    });
  }

  /** Takes a physical snapshot of a running server or standby without disturbing its sessions. */
  async takeSnapshot(server: PostgresServer, name: string): Promise<PostgresSnapshot> {
    const directory = this.newDirectory('snapshots', name);
    const { identity } = this.facilities;
    try {
      const range = await server.asAdmin((admin) => takePhysicalBackup(admin, server.dataDirectory, directory, identity));
      return { name, directory, masterUser: server.masterUser, sizeBytes: await directorySizeBytes(directory, identity), ...range };
    } catch (error) {
      await removeDirectory(directory);
      throw error;
    }
  }

  /** Makes an independent copy of a snapshot. */
  async copySnapshot(snapshot: PostgresSnapshot, name: string): Promise<PostgresSnapshot> {
    const directory = this.newDirectory('snapshots', name);
    return this.facilities.clock.whileWorking(async () => {
      await cloneDirectory(snapshot.directory, directory, this.facilities.identity);
      return { ...snapshot, name, directory };
    });
  }

  async deleteSnapshot(snapshot: PostgresSnapshot): Promise<void> {
    await removeDirectory(snapshot.directory);
  }

  /** Makes a new, running server from a snapshot; the snapshot stays as it is. Parameters come from `props`, not from the snapshot. */
  async restore(props: RestoreServerProps): Promise<PostgresServer> {
    const { snapshot, masterPassword } = props;
    return this.facilities.clock.whileWorking(() =>
      this.startOn(props, {
        kind: { masterUser: snapshot.masterUser },
        fill: (data) => cloneDirectory(snapshot.directory, data, this.facilities.identity),
        prepare: async (server) => {
          if (masterPassword !== undefined) await server.setMasterPassword(masterPassword);
        },
      }),
    );
  }

  /** Makes a new server that follows a primary and answers queries. Its first copy does not travel over the link; what follows does. */
  async createStandby(props: CreateStandbyProps): Promise<PostgresServer> {
    const { primary, link } = props;
    const slot = `rds_${this.nextSerial()}_${props.name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`.slice(0, MAX_SLOT_NAME);
    const standbyParameters = {
      primary_conninfo: [
        'host=127.0.0.1',
        `port=${link?.port ?? primary.port}`,
        `user=${REPLICATION_USER}`,
        `passfile='${join(this.directory, 'replication.pgpass')}'`,
        'sslmode=require',
        `application_name=${slot}`,
      ].join(' '),
      primary_slot_name: slot,
    };
    return this.facilities.clock.whileWorking(() =>
      this.startOn(props, {
        kind: { masterUser: primary.masterUser, standbyParameters, follows: { primary, slot } },
        fill: async (data) => {
          await primary.asAdmin(async (admin) => {
            await admin.query('select pg_create_physical_replication_slot($1, true)', [slot]);
            await takePhysicalBackup(admin, primary.dataDirectory, data, this.facilities.identity);
          });
          await writePrivateFile(join(data, 'standby.signal'), '', this.facilities.identity);
        },
      }),
    );
  }

  /** Stops a server and deletes its files. */
  async remove(server: PostgresServer): Promise<void> {
    await server.stop('immediate');
    await server.unfollow();
    await removeDirectory(server.directory);
    this.servers.delete(server);
  }

  /** Stops all servers and deletes all files. */
  async close(): Promise<void> {
    await endCommandsIn(this.directory);
    await Promise.all([...this.servers].map((server) => server.stop('immediate')));
    await this.facilities.guard.finish();
  }

  private get template(): string {
    return join(this.directory, 'template');
  }

  private async startOn(props: NewServer, { kind, fill, prepare }: Beginning): Promise<PostgresServer> {
    const { name, hostnames, parameters = {} } = props;
    checkParameters(parameters);
    const directory = this.newDirectory('servers', name);
    await mkdir(directory, { mode: 0o700 });
    await giveTo(this.facilities.identity, directory);
    const server = new PostgresServer(this.facilities, { ...kind, name, directory, hostnames, parameters });
    try {
      await fill(server.dataDirectory);
      await server.start();
      this.servers.add(server);
      await prepare?.(server);
      return server;
    } catch (error) {
      await this.remove(server);
      throw error;
    }
  }

  private newDirectory(kind: 'servers' | 'snapshots', name: string): string {
    if (!NAME.test(name)) throw new Error(`name ${JSON.stringify(name)} must be 1 to 128 letters, digits, dots, hyphens and underscores`);
    if (!existsSync(this.directory)) throw new Error('the PostgreSQL engine is closed');
    return join(this.directory, kind, `${this.nextSerial()}-${name}`);
  }

  private nextSerial(): number {
    this.serial += 1;
    return this.serial;
  }
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Hands directories to the account that servers run as, if that is not ours. */
async function giveTo({ uid, gid }: { readonly uid?: number; readonly gid?: number }, ...directories: readonly string[]): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  for (const directory of directories) await chown(directory, uid, gid);
}
