import { Bucket } from '../common/aws/bucket';
import { RedshiftData, type DataConnection, type StatementState } from '../common/aws/redshift-data';
import { defineHandler } from '../common/define-handler';
import { ENV, ManifestFailed, type ManifestPhase, type ManifestProgress } from './contract';
import { manifestKeyOf } from './evidence-keys';
import type { WarehouseManifest } from './manifest/manifest';
import { asTransaction, CATALOG_STATEMENT, contentStatements, readCatalog, readContent, type Catalog } from './manifest/manifest-sql';
import { someOf } from './some-of';
import { connectionOf } from './warehouse-kind';

export interface TakeManifestInput {
  /** Identifier of the snapshot that the manifest describes. */
  readonly operationId: string;
  readonly clusterIdentifier: string;
  readonly phase: ManifestPhase;
  /** How long the reading may take: what is too large to be read in time has to be backed up all the same. */
  readonly longestMinutes: number;
  /** What the call before answered; null on the first call. */
  readonly progress: ManifestProgress | null;
}

export interface TakeManifestPorts {
  readonly database: string;
  readonly user: string;
  readonly connectionTo: (clusterIdentifier: string) => DataConnection;
  readonly data: Pick<RedshiftData, 'start' | 'stateOf' | 'rowsOf'>;
  readonly evidence: Pick<Bucket, 'writeJsonOnce'>;
  readonly now: () => Date;
}

/**
 * Reads what a database holds and writes it where its owner can never change it, one stage a call until `done`.
 *
 * Hashing a warehouse takes longer than a function may run: the statements run in the warehouse, one after the other, and this
 * only starts the next and fetches what they found. A manifest that is there already stays: the first counts.
 */
export async function takeManifest(input: TakeManifestInput, ports: TakeManifestPorts): Promise<ManifestProgress> {
  const { operationId, phase, clusterIdentifier, progress } = input;
  const manifestKey = manifestKeyOf(operationId, phase);
  const connection = ports.connectionTo(clusterIdentifier);
  if (!progress) {
    const id = await ports.data.start(connection, [CATALOG_STATEMENT], `${operationId}-catalog`);
    return { done: false, stage: 'catalog', statementIds: [id], manifestKey, tables: 0, startedAt: ports.now().toISOString() };
  }
  const states = await statesOf(progress.statementIds.slice(-1), input, ports);
  if (states.some(({ status }) => status === 'running')) return inTime(progress, input, ports);
  const [catalogId = '', ...contentIds] = progress.statementIds;
  const catalog = readCatalog(await rowsOf(await statesOf([catalogId], input, ports), ports));
  if (catalog.unreadable.length > 0) throw new ManifestFailed(`${ports.user} may not read ${someOf(catalog.unreadable).join(', ')}`);
  const next = contentStatements(catalog.tables)[contentIds.length];
  if (next !== undefined) {
    const going = inTime(progress, input, ports);
    const id = await ports.data.start(connection, asTransaction(next), `${operationId}-content`);
    return { ...going, stage: 'content', statementIds: [...going.statementIds, id], tables: catalog.tables.length };
  }
  await ports.evidence.writeJsonOnce(manifestKey, await assemble(input, catalog, await statesOf(contentIds, input, ports), ports));
  return { ...progress, done: true, stage: 'written' };
}

/** The progress, unless there is no time for more. */
function inTime(progress: ManifestProgress, { clusterIdentifier, longestMinutes }: TakeManifestInput, { now }: TakeManifestPorts): ManifestProgress {
  const minutes = Math.round((now().getTime() - Date.parse(progress.startedAt)) / 60_000);
  if (minutes > longestMinutes) throw new ManifestFailed(`${clusterIdentifier} has been read for ${minutes} minutes, ${longestMinutes} are allowed`, { minutes, longestMinutes });
  return progress;
}

async function assemble({ clusterIdentifier }: TakeManifestInput, catalog: Catalog, states: readonly StatementState[], ports: TakeManifestPorts): Promise<WarehouseManifest> {
  const tables = readContent(await rowsOf(states, ports), catalog);
  return { version: 1, clusterIdentifier, database: ports.database, takenAt: ports.now().toISOString(), tables };
}

async function rowsOf(states: readonly StatementState[], { data }: TakeManifestPorts): Promise<readonly (readonly (string | null)[])[]> {
  const results = await Promise.all(states.flatMap(({ resultIds }) => resultIds).map((id) => data.rowsOf(id)));
  return results.flat();
}

async function statesOf(ids: readonly string[], { clusterIdentifier }: TakeManifestInput, { data }: TakeManifestPorts): Promise<readonly StatementState[]> {
  const states = await Promise.all(ids.map((id) => data.stateOf(id)));
  const failed = states.find(({ status }) => status === 'failed');
  if (failed) throw new ManifestFailed(`${clusterIdentifier} could not be read: ${failed.error ?? 'no reason given'}`, { clusterIdentifier });
  return states;
}

export const handler = defineHandler('redshift-backup/take-manifest', takeManifest, (env) => {
  const target = { region: env.region };
  return {
    database: env.required(ENV.DATABASE),
    user: env.required(ENV.READER_USER),
    connectionTo: connectionOf(env),
    data: RedshiftData.in(target),
    evidence: Bucket.in(target, env.required(ENV.EVIDENCE_BUCKET)),
    now: () => new Date(),
  };
});
