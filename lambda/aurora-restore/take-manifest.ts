import * as z from 'zod/mini';
import { Bucket } from '../common/aws/bucket';
import { Clusters } from '../common/aws/clusters';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV, RestoreFailed } from './contract';
import { openSession, withSession } from './database-session';
import { readManifest, type Session } from './proof/read-manifest';

/** When, in the life of a snapshot, the manifest is taken. `live` is for a snapshot that has none. */
export type ManifestPhase = 'before' | 'after' | 'live';

export interface TakeManifestInput {
  /** Names the capture; the manifest's object key begins with it. */
  readonly captureId: string;
  readonly phase: ManifestPhase;
}

export interface TakeManifestOutput {
  readonly manifestKey: string;
  readonly tables: number;
  readonly rows: number;
}

export interface TakeManifestPorts {
  readonly clusterIdentifier: string;
  readonly databases: readonly string[];
  readonly clusters: Pick<Clusters, 'find'>;
  readonly secret: Pick<Secret, 'read'>;
  readonly manifests: Pick<Bucket, 'writeJsonOnce'>;
  readonly open: (details: { host: string; port: number; database: string; user: string; password: string }) => Promise<Session>;
  readonly now: () => Date;
}

const readerSecret = z.object({ username: z.string(), password: z.string() });

/** Key of a manifest in the bucket. */
export function manifestKeyOf(captureId: string, phase: ManifestPhase): string {
  return `${captureId}/${phase}.json`;
}

/**
 * Reads what the source holds and writes it where the source can never change it.
 *
 * A manifest that is there already stays as it is: the first of its capture is the one that counts.
 */
export async function takeManifest({ captureId, phase }: TakeManifestInput, ports: TakeManifestPorts): Promise<TakeManifestOutput> {
  const cluster = await ports.clusters.find(ports.clusterIdentifier);
  if (!cluster?.endpoint) throw new RestoreFailed(`source cluster ${ports.clusterIdentifier} has no endpoint to read from`, { clusterIdentifier: ports.clusterIdentifier });
  const { username, password } = parseInput(readerSecret, await ports.secret.read(), 'secret of the source reader', ['password']);
  const { endpoint: host, port } = cluster;
  const manifest = await readManifest({
    clusterIdentifier: cluster.identifier,
    clusterResourceId: cluster.resourceId,
    databases: ports.databases,
    withSession: (database, work) => withSession(() => ports.open({ host, port, database, user: username, password }), work),
    now: ports.now,
  });
  const manifestKey = manifestKeyOf(captureId, phase);
  await ports.manifests.writeJsonOnce(manifestKey, manifest);
  const tables = manifest.databases.flatMap((database) => database.tables);
  return { manifestKey, tables: tables.length, rows: tables.reduce((sum, table) => sum + table.rows, 0) };
}

export const handler = defineHandler('aurora-restore/take-manifest', takeManifest, (env) => {
  const target = { region: env.region };
  return {
    clusterIdentifier: env.required(ENV.SOURCE_CLUSTER),
    databases: parseInput(z.array(z.string()), env.json(ENV.DATABASES), ENV.DATABASES),
    clusters: Clusters.in(target),
    secret: Secret.in(target, env.required(ENV.SOURCE_SECRET_ARN)),
    manifests: Bucket.in(target, env.required(ENV.MANIFEST_BUCKET)),
    open: (details) => openSession(details, 'aurora-restore/take-manifest'),
    now: () => new Date(),
  };
});
