import type { Clusters } from '../../common/aws/clusters';
import { addMetric } from '../../common/metric';
import { METRIC, WrongSource } from '../contract';
import { APPLICATION_NAME } from '../postgres/governor';
import type { SessionProps, SourceSession } from '../postgres/source-session';
import { labelOf } from '../rows/source-table';
import type { TableName } from '../rows/snowflake-text';
import type { PipelineSettings, TableSettings } from '../settings';
import type { Destination, Login } from '../snowflake/driver';
import type { WarehouseLimits, WarehouseSession } from '../snowflake/warehouse-session';
import { ControlStore, type Writer } from '../state/control-store';
import { databaseLogin, pepper, snowflakeLogin } from '../vault/credentials';
import type { DatabaseLogin, VaultSession } from '../vault/vault-session';
import { collectingYoung } from './collect-young';
import { OpenSessions } from './open-sessions';

/** What working on a table takes from outside. */
export interface WorkPorts {
  readonly pipeline: string;
  readonly settings: (table: string) => Promise<{ readonly pipeline: PipelineSettings; readonly table: TableSettings }>;
  readonly clusters: Pick<Clusters, 'find'>;
  readonly openVault: () => Promise<Pick<VaultSession, 'readSecret' | 'lendDatabaseLogin' | 'keepAlive' | 'close'>>;
  readonly openSource: (props: SessionProps) => Promise<SourceSession>;
  readonly openWarehouse: (destination: Destination, login: Login, limits: WarehouseLimits, queryTag: string) => Promise<WarehouseSession>;
  /** For part files. */
  readonly directory: string;
  readonly now: () => Date;
  /** A word that no attempt before has used, of letters and digits. */
  readonly newAttempt: () => string;
  /** Told of every step that was completed; a place to stop at, for tests. */
  readonly checkpoint: (name: string) => Promise<void> | void;
}

/** One call to work on one table. */
export interface WorkCall {
  readonly operationId: string;
  readonly table: string;
  readonly settings: { readonly pipeline: PipelineSettings; readonly table: TableSettings };
  /** Token of the lock under which it works. */
  readonly fence: number;
  /** Milliseconds until the function is stopped. */
  readonly remainingMs: () => number;
}

const WAREHOUSE_LIMITS: WarehouseLimits = { loginTimeoutMs: 30_000, statementTimeoutMs: 600_000, uploadTimeoutMs: 120_000, lockTimeoutSeconds: 60 };
const MS_PER_SECOND = 1000;

/** Everything that is open while one call works on one table. */
export class Workplace {
  private readonly sources = new OpenSessions(() => this.openSource());
  private readonly warehouses = new OpenSessions(() => this.openWarehouse());

  private constructor(
    readonly ports: WorkPorts,
    readonly call: WorkCall,
    readonly control: ControlStore,
    private readonly vault: Awaited<ReturnType<WorkPorts['openVault']>>,
    private readonly access: Access,
  ) {}

  /** Lends a workplace to the work and clears it away, however the work ends. */
  static async with<T>(ports: WorkPorts, call: WorkCall, work: (workplace: Workplace) => Promise<T>): Promise<T> {
    const { pipeline } = call.settings;
    const vault = await ports.openVault();
    try {
      await ports.checkpoint('vault opened');
      const access = await findAccess(ports, pipeline, vault);
      await ports.checkpoint('logins lent');
      const { database, controlSchema: schema } = pipeline.snowflake;
      const workplace = new Workplace(ports, call, new ControlStore({ database, schema }), vault, access);
      try {
        return await collectingYoung(() => work(workplace));
      } finally {
        await workplace.closeSessions();
      }
    } finally {
      await vault.close();
    }
  }

  get operationId(): string {
    return this.call.operationId;
  }

  get settings(): WorkCall['settings'] {
    return this.call.settings;
  }

  /** As whom the state is changed. */
  get writer(): Writer {
    return { tableId: this.tableId, fence: this.call.fence };
  }

  /** `<pipeline>/<schema>.<table>`. */
  get tableId(): string {
    return tableIdOf(this.ports.pipeline, this.settings.table);
  }

  get clusterResourceId(): string {
    return this.access.clusterResourceId;
  }

  get limits(): PipelineSettings['limits'] {
    return this.settings.pipeline.limits;
  }

  /** Where the table goes. */
  get target(): TableName {
    const { database, schema } = this.settings.pipeline.snowflake;
    const { target, name, names } = this.settings.table;
    return { database, schema, table: target ?? (names === 'upper' ? name.toUpperCase() : name) };
  }

  /** Where what has no place in the target is kept. */
  get quarantine(): TableName {
    const { schema, table } = this.target;
    return this.control.named(`QUARANTINE_${schema}_${table}`);
  }

  /** The session at this position; the first is for questions and snapshots, the others read along. */
  source(position = 0): Promise<SourceSession> {
    return this.sources.at(position);
  }

  /** How many sessions are not open yet of so many. */
  sessionsToOpen(readers: number): number {
    return Math.max(0, readers - this.sources.size);
  }

  /** So many sessions that see what this one's snapshot sees, itself the first. */
  async readersOf(first: SourceSession, count: number): Promise<readonly SourceSession[]> {
    if (count <= 1) return [first];
    const snapshot = await first.exportSnapshot();
    const others = [...Array(count - 1).keys()].map(async (position) => {
      const other = await this.source(position + 1);
      await other.beginSnapshot(snapshot);
      return other;
    });
    return [first, ...(await Promise.all(others))];
  }

  /** The session at this position; the first is for questions and transactions, the others load along. */
  warehouse(position = 0): Promise<WarehouseSession> {
    return this.warehouses.at(position);
  }

  /** Renews what Vault lent, if it is time. */
  async keepAlive(): Promise<void> {
    await this.vault.keepAlive();
  }

  /** Lets PostgreSQL clean up again what snapshots have kept it from. */
  async endSnapshots(): Promise<void> {
    await Promise.all((await this.sources.all()).map((session) => session.endSnapshot()));
  }

  private openSource(): Promise<SourceSession> {
    const { statementTimeoutSeconds, lockTimeoutSeconds, snapshotMaxAgeSeconds } = this.limits;
    return this.ports.openSource({
      details: { host: this.access.host, port: this.access.port, database: this.settings.pipeline.source.database, user: this.access.login.username, password: this.access.login.password },
      applicationName: `${APPLICATION_NAME}/${this.settings.table.name}`.slice(0, LONGEST_APPLICATION_NAME),
      limits: { statementTimeoutMs: statementTimeoutSeconds * MS_PER_SECOND, lockTimeoutMs: lockTimeoutSeconds * MS_PER_SECOND, idleInTransactionMs: snapshotMaxAgeSeconds * MS_PER_SECOND },
      pepper: this.access.pepper,
    });
  }

  private openWarehouse(): Promise<WarehouseSession> {
    const { account, accessUrl, role, warehouse, database, schema } = this.settings.pipeline.snowflake;
    return this.ports.openWarehouse({ account, accessUrl, role, warehouse, database, schema }, this.access.snowflake, WAREHOUSE_LIMITS, `holdfast ${this.tableId} ${this.operationId}`);
  }

  /** Tells of what was slow, however the work ended: a statement that was given up is the slowest of all. */
  private async closeSessions(): Promise<void> {
    const [sources, warehouses] = await Promise.all([this.sources.all(), this.warehouses.all()]);
    if (sources.length > 0) addMetric(this.tableId, METRIC.slowestQuery, Math.max(...sources.map((session) => session.slowestSeconds)));
    await Promise.all([...sources, ...warehouses].map((session) => session.close()));
  }
}

/** What a table is called in state, locks and metrics: `<pipeline>/<schema>.<table>`. */
export function tableIdOf(pipeline: string, table: Pick<TableSettings, 'schema' | 'name'>): string {
  return `${pipeline}/${labelOf(table)}`;
}

/** PostgreSQL cuts longer names off. */
const LONGEST_APPLICATION_NAME = 63;

interface Access {
  readonly host: string;
  readonly port: number;
  readonly clusterResourceId: string;
  readonly login: DatabaseLogin;
  readonly snowflake: Login;
  readonly pepper: string | null;
}

async function findAccess(ports: WorkPorts, pipeline: PipelineSettings, vault: Pick<VaultSession, 'readSecret' | 'lendDatabaseLogin'>): Promise<Access> {
  const { clusterIdentifier } = pipeline.source;
  const cluster = await ports.clusters.find(clusterIdentifier);
  if (!cluster?.endpoint) throw new WrongSource(`source.clusterIdentifier: there is no cluster ${JSON.stringify(clusterIdentifier)} with an endpoint in this account and region`, { clusterIdentifier });
  return {
    host: cluster.endpoint,
    port: cluster.port,
    clusterResourceId: cluster.resourceId,
    snowflake: await snowflakeLogin(vault, pipeline),
    pepper: await pepper(vault, pipeline),
    // Last, because it makes something that has to be given back.
    login: await databaseLogin(vault, pipeline),
  };
}
