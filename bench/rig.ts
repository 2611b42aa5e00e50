import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { Client } from 'pg';
import { bundle } from '../bin/bundle.cjs';
import { WORKER_ENVIRONMENT } from '../lambda/snowflake-replicator/contract';
import { WarehouseProcess } from '../local/cloud/engines/snowflake/process/warehouse-process';
import { CertificateAuthority } from '../local/cloud/engines/pki/certificate-authority';
import { PostgresEngine } from '../local/cloud/engines/postgres/postgres-engine';
import { CloudClock } from '../local/cloud/gateway/clock';
import { cpuSecondsOf, parentOf } from './cpu-time';
import type { CpuTime } from './result';
import type { FloorInput, FloorOutput, WorkerInput, WorkerOutput } from './worker/worker-input';

const PASSWORD = 'bench';
const HOST = 'localhost';
const MEMORY_MB = 1792;
/** As many as the settings have by default. */
const FUNCTION_READERS = 2;
const WAREHOUSE_THREADS = 2;
const QUIET = { POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_TRACE_ENABLED: 'false' };
const ROOT = path.resolve(__dirname, '..');

export type Work = Pick<WorkerInput, 'work' | 'table'> & Partial<Pick<WorkerInput, 'settings' | 'limits' | 'mode'>>;

/** Both sides in processes of their own, PostgreSQL behind TLS and the warehouse not, and a process for each piece of work. */
export class Rig {
  private constructor(
    /** As the database's owner. */
    readonly database: Client,
    private readonly base: Omit<WorkerInput, 'work' | 'table' | 'settings' | 'limits' | 'mode'>,
    private readonly directory: string,
    private readonly sourcePid: number,
    private readonly warehouse: WarehouseProcess,
    private readonly closers: readonly (() => Promise<unknown>)[],
  ) {}

  static async start(): Promise<Rig> {
    const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
    const authority = await CertificateAuthority.create();
    writeFileSync(path.join(directory, 'authority.pem'), authority.certificatePem);
    await bundleWorker(directory);
    const engine = await PostgresEngine.open({ clock: new CloudClock({ busy: 1, idle: 1 }), authority });
    const server = await engine.create({ name: 'bench', hostnames: [HOST], masterUser: 'bench', masterPassword: PASSWORD, databaseName: 'bench', parameters: {} });
    const source = { host: HOST, port: server.port, database: 'bench', user: 'bench', password: PASSWORD };
    const database = new Client({ ...source, ssl: { ca: authority.certificatePem } });
    await database.connect();
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const warehouse = await WarehouseProcess.start({ threads: WAREHOUSE_THREADS });
    for (const sql of ['CREATE DATABASE DB', 'CREATE SCHEMA DB.APP', 'CREATE SCHEMA DB.HOLDFAST', 'CREATE ROLE LOADER', 'CREATE WAREHOUSE WH', 'GRANT USAGE ON WAREHOUSE WH TO ROLE LOADER', 'GRANT USAGE ON DATABASE DB TO ROLE LOADER', 'GRANT OWNERSHIP ON SCHEMA DB.APP TO ROLE LOADER', 'GRANT OWNERSHIP ON SCHEMA DB.HOLDFAST TO ROLE LOADER']) {
      await warehouse.execute(sql);
    }
    await warehouse.createUser({ name: 'LOADER', roles: ['LOADER'], publicKeyPem: keys.publicKey });
    const destination = { account: 'LOCAL', accessUrl: warehouse.url, role: 'LOADER', warehouse: 'WH', database: 'DB', schema: 'APP' };
    return new Rig(database, { source, destination, user: 'LOADER', privateKey: keys.privateKey }, directory, await serverPid(database), warehouse, [() => database.end(), () => warehouse.stop(), () => engine.close()]);
  }

  /** Does the work in a new process, with the memory of the function, and returns what it measured of itself. */
  async measure({ settings = {}, limits = {}, mode = 'full', ...work }: Work): Promise<WorkerOutput> {
    const program = [`--max-old-space-size=${Math.floor(MEMORY_MB * 0.9)}`, path.join(this.directory, 'worker.js')];
    return this.run(program, { ...this.base, settings, limits, mode, ...work } satisfies WorkerInput, `${work.work} of ${work.table}`);
  }

  /** The same, with the seconds of a core that each side had. */
  async measureWithCpu(work: Work): Promise<{ readonly output: WorkerOutput; readonly cpu: Omit<CpuTime, 'name'> }> {
    const sides = [this.sourcePid, this.warehouse.pid];
    const before = sides.map(cpuSecondsOf);
    const output = await this.measure(work);
    const [source, warehouse] = sides.map((pid, index) => {
      const [then, now] = [before[index], cpuSecondsOf(pid)];
      return then === undefined || now === undefined ? undefined : now - then;
    });
    return { output, cpu: { source, function: output.cpuSeconds, warehouse } };
  }

  /** The same, with the seconds from when each statement reached the warehouse to its answer, in order. Without loaders side by side nothing overlaps. */
  async measureWithStatements(work: Work): Promise<{ readonly output: WorkerOutput; readonly statements: readonly { readonly kind: string; readonly seconds: number }[] }> {
    const began = new Date();
    const output = await this.measure(work);
    const statements = (await this.warehouse.statements()).filter(({ startedAt }) => startedAt >= began);
    return { output, statements: statements.map(({ kind, durationMs }) => ({ kind, seconds: durationMs / 1000 })) };
  }

  /** Moves a table in the least way that these tools have. */
  async measureFloor(work: Omit<FloorInput, 'source' | 'threads' | 'readers'>): Promise<FloorOutput> {
    const input: FloorInput = { ...work, source: this.base.source, readers: FUNCTION_READERS, threads: WAREHOUSE_THREADS };
    return this.run(['--import', 'tsx', path.join(ROOT, 'bench', 'worker', 'floor.ts')], input, `the floor of ${work.table}`);
  }

  private async run<Output>(program: readonly string[], input: object, doing: string): Promise<Output> {
    const child = spawn(process.execPath, program, {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: this.directory, NODE_EXTRA_CA_CERTS: path.join(this.directory, 'authority.pem'), AWS_ENDPOINT_URL_S3: this.base.destination.accessUrl ?? '', ...WORKER_ENVIRONMENT, ...QUIET },
    });
    child.stdin.end(JSON.stringify(input));
    const answer = await text(child.stdout);
    if (answer === '') throw new Error(`the process for ${doing} ended without an answer`);
    return JSON.parse(answer) as Output;
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
    rmSync(this.directory, { recursive: true });
  }
}

/** The process that all sessions of the server are children of. */
async function serverPid(database: Client): Promise<number> {
  const { rows: [session] } = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return parentOf(session?.pid ?? NaN) ?? NaN;
}

/** As `bin/build-handlers.mjs` bundles functions. */
async function bundleWorker(directory: string): Promise<void> {
  await build({
    ...bundle,
    entryPoints: [path.join(ROOT, 'bench', 'worker', 'worker.ts')],
    outfile: path.join(directory, 'worker.js'),
  });
}
