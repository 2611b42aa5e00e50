import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import { clusterHostnames, hostnamesOf } from '../endpoint-names';
import { clusterParameters, instanceParameters, ownParameters } from '../parameters/server-parameters';
import type { RdsContext } from '../rds-context';
import type { DbCluster, DbInstance } from '../state/database';
import { SnapshotImage } from './snapshot-image';

type Ports = Pick<RdsContext, 'engine' | 'turns' | 'estate'>;

/** Makes the empty volume of a new cluster. */
export async function createVolume(rds: Ports, cluster: DbCluster, masterPassword: string): Promise<void> {
  const engine = await rds.engine();
  cluster.volume = await engine.create({
    name: cluster.identifier,
    hostnames: clusterHostnames(cluster),
    parameters: clusterParameters(rds, cluster),
    masterUser: cluster.traits.masterUsername,
    masterPassword,
    ...(cluster.traits.databaseName !== undefined && { databaseName: cluster.traits.databaseName }),
  });
}

/** Makes the volume of a cluster from a snapshot. Roles and passwords are those of the snapshot. */
export async function restoreVolume(rds: Ports, cluster: DbCluster, image: SnapshotImage): Promise<void> {
  const engine = await rds.engine();
  const parameters = clusterParameters(rds, cluster);
  cluster.volume = await engine.restore({ name: cluster.identifier, hostnames: clusterHostnames(cluster), parameters, snapshot: image.files });
}

/** Gives a member of a cluster its server: the volume itself for the writer, a standby of it for a reader. */
export async function attachMember(rds: Ports, cluster: DbCluster, member: DbInstance): Promise<void> {
  const volume = volumeOf(cluster);
  await rds.turns.of(volume, async () => {
    if (!volume.isRunning) await volume.start();
    if (cluster.writer === member) {
      await takeOverVolume(rds, member, volume);
      return;
    }
    const engine = await rds.engine();
    member.server = await engine.createStandby({
      name: member.identifier,
      hostnames: hostnamesOf(member),
      parameters: instanceParameters(rds, member),
      primary: volume,
    });
  });
}

/**
 * Makes a reader the writer. All instances of an Aurora cluster share one volume, so nothing is lost: the reader leaves its
 * standby and takes the volume over, whose sessions end.
 */
export async function promoteMember(rds: Ports, cluster: DbCluster, member: DbInstance): Promise<void> {
  const volume = volumeOf(cluster);
  await rds.turns.of(volume, async () => {
    const standby = member.server;
    await volume.stop();
    await volume.start();
    await takeOverVolume(rds, member, volume);
    if (standby) await (await rds.engine()).remove(standby);
  });
}

/** Takes a member's server away. The volume stays, and stops when nobody uses it any more. */
export async function detachMember(rds: Ports, cluster: DbCluster, member: DbInstance): Promise<void> {
  const { server } = member;
  member.server = undefined;
  if (!server) return;
  await rds.turns.of(server, async () => {
    if (server !== cluster.volume) await (await rds.engine()).remove(server);
    else if (cluster.writer === undefined) await server.stop();
  });
}

/** Reads the volume as it is now, whether or not an instance is running on it. */
export async function readVolume(rds: Ports, cluster: DbCluster, name: string): Promise<SnapshotImage> {
  return whileVolumeRuns(rds, cluster, (volume) => readServer(rds, volume, name));
}

/** Changes the master user's password, whether or not an instance is running on the volume. */
export async function setVolumePassword(rds: Ports, cluster: DbCluster, password: string): Promise<void> {
  await whileVolumeRuns(rds, cluster, (volume) => volume.setMasterPassword(password));
}

/** Reads a running server as it is now. */
export async function readServer(rds: Pick<RdsContext, 'engine'>, server: PostgresServer, name: string): Promise<SnapshotImage> {
  const engine = await rds.engine();
  return new SnapshotImage(await engine.takeSnapshot(server, name), (files) => engine.deleteSnapshot(files));
}

export async function removeVolume(rds: Ports, cluster: DbCluster): Promise<void> {
  const { volume } = cluster;
  cluster.volume = undefined;
  if (volume) await rds.turns.of(volume, async () => (await rds.engine()).remove(volume));
}

async function takeOverVolume(rds: Ports, member: DbInstance, volume: PostgresServer): Promise<void> {
  const own = ownParameters(rds, member);
  const { pendingRestart } = Object.keys(own).length > 0 ? await volume.setParameters(own) : { pendingRestart: [] };
  if (pendingRestart.length > 0) await volume.restart();
  await volume.setHostnames(hostnamesOf(member));
  member.server = volume;
}

async function whileVolumeRuns<Result>(rds: Ports, cluster: DbCluster, work: (volume: PostgresServer) => Promise<Result>): Promise<Result> {
  const volume = volumeOf(cluster);
  return rds.turns.of(volume, async () => {
    const wasRunning = volume.isRunning;
    if (!wasRunning) await volume.start();
    try {
      return await work(volume);
    } finally {
      if (!wasRunning) await volume.stop();
    }
  });
}

function volumeOf({ identifier, volume }: DbCluster): PostgresServer {
  if (!volume) throw new Error(`cluster ${identifier} has no volume yet`);
  return volume;
}
