import type { ServerParameters } from '../../../engines/postgres/server-configuration';
import { ReplicationLink } from '../../../engines/postgres/replication-link';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import { hostnamesOf } from '../endpoint-names';
import { instanceParameters } from '../parameters/server-parameters';
import type { RdsContext } from '../rds-context';
import type { DbInstance } from '../state/database';
import type { SnapshotImage } from './snapshot-image';

type Ports = Pick<RdsContext, 'engine' | 'turns' | 'estate'>;

/** A standby cannot start with less of these than its primary has, so RDS raises them. */
const AT_LEAST_AS_ON_PRIMARY = ['max_connections', 'max_prepared_transactions', 'max_wal_senders', 'max_worker_processes'];

/** Makes the server of a new instance. */
export async function createServer(rds: Ports, instance: DbInstance, masterPassword: string): Promise<void> {
  const engine = await rds.engine();
  const { masterUsername, databaseName } = instance.traits;
  instance.server = await engine.create({
    ...newServer(rds, instance),
    masterUser: masterUsername,
    masterPassword,
    ...(databaseName !== undefined && { databaseName }),
  });
}

/** Makes the server of an instance from a snapshot, with the roles and passwords of the snapshot. */
export async function restoreServer(rds: Ports, instance: DbInstance, image: SnapshotImage): Promise<void> {
  const engine = await rds.engine();
  instance.server = await engine.restore({ ...newServer(rds, instance), snapshot: image.files });
}

/** Makes the server of a read replica, which streams from its source over a link of its own. */
export async function createReplica(rds: Ports, replica: DbInstance, source: DbInstance): Promise<void> {
  const engine = await rds.engine();
  const primary = serverOf(source);
  const link = await ReplicationLink.open(primary.port);
  if (replica.replication) replica.replication.link = link;
  const { parameters, ...rest } = newServer(rds, replica);
  replica.server = await engine.createStandby({ ...rest, parameters: raised(parameters, instanceParameters(rds, source)), primary, link });
}

/** Makes a replica a primary of its own. */
export async function promoteServer(rds: Ports, replica: DbInstance): Promise<void> {
  const server = serverOf(replica);
  await rds.turns.of(server, () => server.promote());
  await closeLink(replica);
}

export async function restartServer(rds: Ports, instance: DbInstance): Promise<void> {
  const server = serverOf(instance);
  await rds.turns.of(server, () => server.restart());
}

/** Starts the server unless it runs. */
export async function startServer(rds: Ports, instance: DbInstance): Promise<void> {
  const server = serverOf(instance);
  await rds.turns.of(server, async () => {
    if (!server.isRunning) await server.start();
  });
}

export async function stopServer(rds: Ports, instance: DbInstance): Promise<void> {
  const server = serverOf(instance);
  await rds.turns.of(server, () => server.stop());
}

/** Ends the server and deletes its files. */
export async function removeServer(rds: Ports, instance: DbInstance): Promise<void> {
  const { server } = instance;
  instance.server = undefined;
  await closeLink(instance);
  if (server) await rds.turns.of(server, async () => (await rds.engine()).remove(server));
}

export function serverOf({ identifier, server }: DbInstance): PostgresServer {
  if (!server) throw new Error(`instance ${identifier} has no server yet`);
  return server;
}

async function closeLink({ replication }: DbInstance): Promise<void> {
  const link = replication?.link;
  if (!replication || !link) return;
  replication.link = undefined;
  await link.close();
}

function newServer(rds: Ports, instance: DbInstance) {
  return { name: instance.identifier, hostnames: hostnamesOf(instance), parameters: instanceParameters(rds, instance) };
}

function raised(own: ServerParameters, primary: ServerParameters): ServerParameters {
  const higher = AT_LEAST_AS_ON_PRIMARY.filter((name) => Number(primary[name] ?? 0) > Number(own[name] ?? 0));
  return { ...own, ...Object.fromEntries(higher.map((name) => [name, primary[name] ?? ''])) };
}
