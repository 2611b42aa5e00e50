import { lsnToBytes } from '../../../engines/postgres/log-position';
import type { PostgresEngine } from '../../../engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import type { ServerParameters } from '../../../engines/postgres/server-configuration';
import type { Hostnames } from '../../../engines/postgres/server-files';
import { ServerTurns } from '../../rds/storage/server-turns';
import { SnapshotImage, whileHeld } from '../../rds/storage/snapshot-image';
import { installDialect } from '../dialect/install-dialect';
import { inflict, type Damage } from './damage';

/** A warehouse's server to be. */
interface NewServer {
  readonly name: string;
  readonly hostnames: Hostnames;
  readonly parameters: ServerParameters;
}

export interface NewWarehouse extends NewServer {
  readonly masterUser: string;
  readonly masterPassword: string;
  readonly databaseName: string;
}

export interface RestoredWarehouse extends NewServer {
  readonly image: SnapshotImage;
  readonly damage: Damage | undefined;
  /** The database in which a scenario's damage is done. */
  readonly databaseName: string;
  /** Replaces the password in the snapshot. */
  readonly masterPassword: string | undefined;
}

const SEGMENT_BYTES = 16n * 1024n * 1024n;
/** PostgreSQL begins each file of its log with a header of this size. */
const SEGMENT_HEADER_BYTES = 0x28n;
const LONGEST_NAME = 128;

/**
 * The data of warehouses: each is a PostgreSQL server, its snapshots are physical copies of it.
 *
 * Redshift is no PostgreSQL: much of the SQL that only Redshift knows fails here, and distribution, compression and `BACKUP NO` do nothing.
 */
export class WarehouseStorage {
  private readonly turns = new ServerTurns();
  /** The last image of each server, to be used again as long as nothing is written. */
  private readonly lastImages = new Map<PostgresServer, SnapshotImage>();

  constructor(private readonly engine: () => Promise<PostgresEngine>) {}

  async create(warehouse: NewWarehouse): Promise<PostgresServer> {
    const server = await (await this.engine()).create({ ...warehouse, name: serverName(warehouse) });
    await installDialect(server, warehouse.databaseName);
    return server;
  }

  /** Makes a server from a snapshot, with the users and passwords of the snapshot. */
  async restore({ image, damage, databaseName, masterPassword, ...server }: RestoredWarehouse): Promise<PostgresServer> {
    const engine = await this.engine();
    const restored = await whileHeld(image, () => engine.restore({ ...server, name: serverName(server), snapshot: image.files, ...(masterPassword !== undefined && { masterPassword }) }));
    if (damage) await restored.asAdmin((admin) => inflict(admin, damage), damage.database ?? databaseName);
    return restored;
  }

  /** Reads a server as it is now. Nothing written since the last time means that the same files serve again, as increments do on AWS. */
  async read(server: PostgresServer, name: string): Promise<SnapshotImage> {
    return this.turns.of(server, async () => {
      const last = this.lastImages.get(server);
      if (last && (await this.position(server)) === positionAfter(last)) return last.share();
      const engine = await this.engine();
      const image = new SnapshotImage(await engine.takeSnapshot(server, fileName(name)), (files) => engine.deleteSnapshot(files));
      this.lastImages.set(server, image.share());
      await last?.release();
      return image;
    });
  }

  async start(server: PostgresServer): Promise<void> {
    await this.turns.of(server, () => server.start());
  }

  async stop(server: PostgresServer): Promise<void> {
    await this.turns.of(server, () => server.stop());
  }

  async restart(server: PostgresServer): Promise<void> {
    await this.turns.of(server, () => server.restart());
  }

  async setPassword(server: PostgresServer, password: string): Promise<void> {
    await this.turns.of(server, () => server.setMasterPassword(password));
  }

  async setParameters(server: PostgresServer, parameters: ServerParameters): Promise<void> {
    await this.turns.of(server, () => server.setParameters(parameters));
  }

  async setHostnames(server: PostgresServer, hostnames: Hostnames): Promise<void> {
    await this.turns.of(server, () => server.setHostnames(hostnames));
  }

  async remove(server: PostgresServer): Promise<void> {
    await this.turns.of(server, async () => {
      const last = this.lastImages.get(server);
      this.lastImages.delete(server);
      await last?.release();
      await (await this.engine()).remove(server);
    });
  }

  private async position(server: PostgresServer): Promise<bigint> {
    const lsn = await server.asAdmin(async (admin) => (await admin.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')).rows[0]?.lsn);
    return lsnToBytes(lsn ?? '0/0');
  }
}

/** Where the log goes on after a backup, which fills the rest of its file: behind the header of the next. */
function positionAfter({ files }: SnapshotImage): bigint {
  return (lsnToBytes(files.stopLsn) / SEGMENT_BYTES + 1n) * SEGMENT_BYTES + SEGMENT_HEADER_BYTES;
}

function serverName({ name }: { readonly name: string }): string {
  return name.slice(0, LONGEST_NAME);
}

/** Names of automated snapshots have colons, which file names cannot have everywhere. */
function fileName(name: string): string {
  return name.replaceAll(':', '-').slice(0, LONGEST_NAME);
}
