import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { to as copyTo } from 'pg-copy-streams';
import { connect } from '../../lambda/common/postgres/connect';
import type { HoldPorts } from '../../lambda/snowflake-replicator/load/hold-table';
import { SourceSession } from '../../lambda/snowflake-replicator/postgres/source-session';
import { replicateTable } from '../../lambda/snowflake-replicator/replicate-table';
import { parseTableSettings, readPipelineSettings } from '../../lambda/snowflake-replicator/settings';
import { WarehouseSession } from '../../lambda/snowflake-replicator/snowflake/warehouse-session';
import type { WorkerInput, WorkerOutput } from './worker-input';

const FIFTEEN_MINUTES_MS = 900_000;
const KB_PER_MB = 1024;
const MICROSECONDS_PER_SECOND = 1_000_000;

type Checkpoints = [name: string, seconds: number][];

/** The process that is measured: it does what the function does, bundled as the function is, and nothing beside. */
async function main(): Promise<void> {
  const input = JSON.parse(await text(process.stdin)) as WorkerInput;
  const startedMs = performance.now();
  const checkpoints: Checkpoints = [];
  const elapsed = () => (performance.now() - startedMs) / 1000;
  const rows = input.work === 'replicate' ? await replicate(input, (name) => void checkpoints.push([name, elapsed()])) : await copyToNowhere(input);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const output: WorkerOutput = { rows, seconds: elapsed(), peakRssMb: maxRSS / KB_PER_MB, cpuSeconds: (userCPUTime + systemCPUTime) / MICROSECONDS_PER_SECOND, checkpoints };
  process.stdout.write(JSON.stringify(output));
}

/** The yardstick: the same table over the same kind of connection, thrown away as it comes. */
async function copyToNowhere({ source, table }: WorkerInput): Promise<number> {
  const client = await connect(source, { applicationName: 'yardstick', statementTimeoutMs: FIFTEEN_MINUTES_MS });
  const stream = client.query(copyTo(`COPY ${table} TO STDOUT`));
  let bytes = 0;
  for await (const chunk of stream) bytes += (chunk as Buffer).length;
  await client.end();
  return bytes;
}

async function replicate(input: WorkerInput, checkpoint: HoldPorts['checkpoint']): Promise<number> {
  const directory = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  try {
    let rows = 0;
    const operationId = `bench-${process.pid}-${Date.now()}`;
    for (let done = false, continuation = null; !done; ) {
      const invocation = { awsRequestId: operationId, getRemainingTimeInMillis: () => FIFTEEN_MINUTES_MS };
      const output = await replicateTable({ operationId, table: input.table, mode: input.mode, continuation }, portsOf(input, directory, checkpoint), invocation);
      ({ done } = output);
      continuation = output.continuation as never;
      rows = output.summary?.rowsExtracted ?? rows;
    }
    return rows;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Real connections to both sides; what AWS and Vault would answer is given. */
function portsOf(input: WorkerInput, directory: string, checkpoint: HoldPorts['checkpoint']): HoldPorts {
  const { source, destination, user, privateKey, settings, limits } = input;
  const pipeline = {
    source: { clusterIdentifier: 'bench', database: source.database, credentials: { kind: 'dynamic', role: 'bench' } },
    snowflake: { ...destination, login: { kind: 'key-pair', secretPath: 'snowflake' } },
    limits,
  };
  const now = () => new Date();
  return {
    pipeline: 'bench',
    settings: async (table) => ({ pipeline: await readPipelineSettings({ readJson: () => Promise.resolve(pipeline) }, '/bench'), table: parseTableSettings(table, settings, table) }),
    lock: { acquire: () => Promise.resolve(Date.now()), release: () => Promise.resolve(), renew: () => Promise.resolve() },
    clusters: { find: () => Promise.resolve({ endpoint: source.host, port: source.port, resourceId: 'cluster-BENCH' } as never) },
    openVault: () =>
      Promise.resolve({
        readSecret: () => Promise.resolve({ user, privateKey }),
        lendDatabaseLogin: () => Promise.resolve({ username: source.user, password: source.password }),
        keepAlive: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
    openSource: (props) => SourceSession.open(props),
    openWarehouse: (...where) => WarehouseSession.open(...where),
    directory,
    now,
    newAttempt: () => `b${Date.now().toString(36)}`,
    checkpoint,
  };
}

void main();
