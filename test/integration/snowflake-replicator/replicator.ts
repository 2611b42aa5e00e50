import '../../support/quiet-telemetry';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Invocation } from '../../../lambda/common/define-handler';
import type { ReplicateTableOutput, ReplicationSummary, TableInput, VerificationSummary, VerifyTableOutput } from '../../../lambda/snowflake-replicator/contract';
import type { HoldPorts } from '../../../lambda/snowflake-replicator/load/hold-table';
import { replicateTable } from '../../../lambda/snowflake-replicator/replicate-table';
import { parseTableSettings, type PipelineSettings } from '../../../lambda/snowflake-replicator/settings';
import { WarehouseSession } from '../../../lambda/snowflake-replicator/snowflake/warehouse-session';
import { TableLock } from '../../../lambda/snowflake-replicator/state/table-lock';
import { readPipelineSettings } from '../../../lambda/snowflake-replicator/settings';
import { verifyTable } from '../../../lambda/snowflake-replicator/verify-table';
import { MemoryTable } from './memory-table';
import { READER, startSource, type SourceServer } from './source-server';
import { startWarehouse, type TestWarehouse } from './warehouse-server';

const FIFTEEN_MINUTES_MS = 900_000;
const CLUSTER = { endpoint: 'orders.test', resourceId: 'cluster-ORDERS' };

/** The replicator's operations between a real PostgreSQL and the warehouse, all in this process. */
export interface TestReplicator {
  readonly source: SourceServer;
  readonly warehouse: TestWarehouse;
  /** As the master user. */
  readonly master: Client;
  /** What operations get; changes are for one call. */
  ports(changes?: Partial<HoldPorts>): HoldPorts;
  /** Settings of a table, by `schema.table`. */
  configure(table: string, settings: object): void;
  limit(limits: Partial<PipelineSettings['limits']>): void;
  /** Calls the operation until the run of the table is done. */
  replicate(input: TableInput, changes?: Partial<HoldPorts>): Promise<ReplicationSummary>;
  /** Compares both sides of a table to the end of the run. */
  verify(input: TableInput, changes?: Partial<HoldPorts>): Promise<VerificationSummary>;
  close(): Promise<void>;
}

export const invocation: Invocation = { awsRequestId: 'request', getRemainingTimeInMillis: () => FIFTEEN_MINUTES_MS };

/** Starts both sides. `apart` gives the warehouse a process of its own. */
export async function startReplicator(apart = false, parameters: Readonly<Record<string, string>> = {}): Promise<TestReplicator> {
  const [source, warehouse, directory] = [await startSource(parameters), await startWarehouse(apart), await mkdtemp(join(tmpdir(), 'replicator-test-'))];
  const { account, accessUrl, role, warehouse: computing, database, schema } = warehouse.destination;
  let limits: object = {};
  const tables = new Map<string, object>();
  const pipeline = () => readPipelineSettings({ readJson: () => Promise.resolve({
    source: { clusterIdentifier: 'orders', database: 'orders', credentials: { kind: 'dynamic', role: 'reader' } },
    vault: { pepperPath: 'pepper' },
    snowflake: { account, accessUrl, role, warehouse: computing, database, schema, login: { kind: 'key-pair', secretPath: 'snowflake' } },
    limits,
  }) }, '/test');
  const { user, privateKey } = warehouse.login as { readonly user: string; readonly privateKey: string };
  const secrets: Readonly<Record<string, unknown>> = { snowflake: { user, privateKey }, pepper: { pepper: 'a pepper of sixteen characters' } };
  const lockTable = new MemoryTable();
  const now = () => new Date();
  let attempts = 0;
  const ports = (changes: Partial<HoldPorts> = {}): HoldPorts => ({
    pipeline: 'test',
    settings: async (table) => ({ pipeline: await pipeline(), table: parseTableSettings(table, tables.get(table) ?? {}, table) }),
    lock: new TableLock({ table: lockTable, now }),
    clusters: { find: () => Promise.resolve({ ...CLUSTER, port: source.server.port } as never) },
    openVault: () => Promise.resolve({
      readSecret: (_mount, path) => Promise.resolve(secrets[path]),
      lendDatabaseLogin: () => Promise.resolve({ username: READER, password: source.details.password }),
      keepAlive: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
    openSource: (props) => source.openSession({ limits: props.limits, pepper: props.pepper, applicationName: props.applicationName }),
    openWarehouse: (...where) => WarehouseSession.open(...where),
    directory,
    now,
    newAttempt: () => `a${(attempts += 1)}`,
    checkpoint: () => undefined,
    ...changes,
  });
  let runs = 0;
  const newRun = () => `run-${(runs += 1)}`;
  return {
    source,
    warehouse,
    master: source.master,
    ports,
    configure: (table, settings) => void tables.set(table, settings),
    limit: (changes) => void (limits = changes),
    replicate: async (input, changes) => untilDone<ReplicateTableOutput, ReplicationSummary>(newRun(), (operationId, continuation) => replicateTable({ operationId, ...input, continuation }, ports(changes), invocation)),
    verify: async (input, changes) => untilDone<VerifyTableOutput, VerificationSummary>(newRun(), (operationId, continuation) => verifyTable({ operationId, ...input, continuation }, ports(changes), invocation)),
    close: async () => {
      await Promise.all([source.close(), warehouse.close(), rm(directory, { recursive: true })]);
    },
  };
}

type Output = ReplicateTableOutput | VerifyTableOutput;

/** Calls again with what the call before said to go on with. */
async function untilDone<O extends Output, Summary extends ReplicationSummary | VerificationSummary>(operationId: string, call: (operationId: string, continuation: O['continuation']) => Promise<O>): Promise<Summary> {
  let output = await call(operationId, null);
  while (!output.done) output = await call(operationId, output.continuation);
  return output.summary as Summary;
}
