import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { CallSts } from './auth/workload-identity';
import { Access } from './catalog/access';
import { Catalog } from './catalog/catalog';
import { Names } from './catalog/names';
import { Session } from './catalog/session';
import { DuckDatabase } from './duck/duck-database';
import { type FaultRule, Faults } from './faults';
import { ProtocolServer } from './protocol/protocol-server';
import { QueryRunner } from './protocol/query-runner';
import { SessionStore, type TokenLifetimes } from './protocol/session-store';
import { runStatement } from './run/run-statement';
import type { Engine } from './run/statement-context';
import { type LoggedStatement, StatementLog } from './run/statement-log';
import { Transactions } from './run/transactions';
import { DirectoryStore } from './stages/directory-store';
import type { StageStore } from './stages/object-store';
import { StageDoor } from './stages/stage-door';
import { StageFiles } from './stages/stage-files';
import type { Corruption, ExecuteOptions, NewUser, OperatorRow, StatementLike, WarehouseControl, WarehouseCounters } from './warehouse-control';

export interface WarehouseOptions {
  /** The account identifier that tokens must name. @default 'LOCAL' */
  readonly accountName?: string;
  /** Key and certificate, PEM; without them the server speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** DuckDB's threads. @default 2 */
  readonly threads?: number;
  /** DuckDB spills to disk above it. @default '4GB' */
  readonly memoryLimit?: string;
  /** The cloud's time. @default the machine's */
  readonly now?: () => Date;
  /** Awaited before each request is looked at, for a clock that is elsewhere. */
  readonly refreshTime?: () => Promise<void>;
  /** Told of every statement that runs, so that the cloud's time passes at the busy pace. */
  readonly whileWorking?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Where stages keep their files. @default a directory behind the server's own S3 door */
  readonly stageStore?: StageStore;
  /** How long the own door's credentials last. @default 3600 */
  readonly stageCredentialSeconds?: number;
  /** Asks AWS STS who signed a request; without it workload identity is refused. */
  readonly callSts?: CallSts;
  /** @default 45 000 ms, as Snowflake */
  readonly inProgressAfterMs?: number;
  /** @default one hour and four hours, as Snowflake */
  readonly lifetimes?: TokenLifetimes;
}

const OPERATOR = 'HOLDFAST_OPERATOR';
const OWN_BUCKET = 'sfc-local-stages';

interface Parts {
  readonly engine: Engine;
  readonly server: ProtocolServer;
  readonly sessions: SessionStore;
  readonly faults: Faults;
  readonly door: StageDoor | undefined;
  readonly whileWorking: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A warehouse that speaks Snowflake's driver protocol; its SQL runs on DuckDB. */
export class SnowflakeWarehouse implements WarehouseControl {
  private constructor(
    private readonly parts: Parts,
    readonly url: string,
  ) {}

  static async start(options: WarehouseOptions = {}): Promise<SnowflakeWarehouse> {
    const now = options.now ?? (() => new Date());
    const whileWorking = options.whileWorking ?? ((work) => work());
    const lifetimes = options.lifetimes ?? { sessionSeconds: 3600, masterSeconds: 14_400 };
    const database = await DuckDatabase.open({ threads: options.threads ?? 2, memoryLimit: options.memoryLimit ?? '4GB' });
    const catalog = new Catalog((options.accountName ?? 'LOCAL').toUpperCase(), now);
    const access = new Access(catalog);
    const transactions = new Transactions();
    const stages = options.stageStore
      ? { store: options.stageStore, door: undefined }
      : ownStages(database.directory, now, options.stageCredentialSeconds ?? 3600);
    const stageFiles = new StageFiles(stages.store, join(database.directory, 'copy'));
    const engine: Engine = {
      catalog,
      access,
      names: new Names(catalog, access),
      database,
      transactions,
      stageFiles,
      log: new StatementLog(),
      now,
      resultOf: (queryId) => queries.rowsOf(queryId),
    };
    const queries: QueryRunner = new QueryRunner(engine, whileWorking);
    const sessions = new SessionStore({ catalog, database, transactions, stageFiles, nowMs: () => now().getTime(), lifetimes });
    const faults = new Faults();
    const { door } = stages;
    const server = new ProtocolServer({
      catalog,
      sessions,
      queries,
      faults,
      lifetimes,
      stageDoor: door,
      tls: options.tls,
      callSts: options.callSts,
      refreshTime: options.refreshTime,
      inProgressAfterMs: options.inProgressAfterMs ?? 45_000,
      onFault: (effect, session) => {
        const warehouse = catalog.warehouses.get(session?.warehouse ?? '');
        if (effect.kind === 'expireStageCredentials') door?.expireAll();
        else if (warehouse) [warehouse.state, warehouse.autoResume] = ['SUSPENDED', false];
      },
    });
    const url = await server.listen();
    // With TLS the driver is sent to the own door by name; without, AWS_ENDPOINT_URL_S3 must lead its AWS SDK here.
    if (door && options.tls) stages.tellEndPoint(new URL(url).host);
    const operator = catalog.addUser(OPERATOR);
    operator.roles.add('ACCOUNTADMIN');
    return new SnowflakeWarehouse({ engine, server, sessions, faults, door, whileWorking }, url);
  }

  execute(sqlText: string, options: ExecuteOptions = {}): Promise<readonly OperatorRow[]> {
    return this.parts.whileWorking(() => this.executeAsOperator(sqlText, options));
  }

  private async executeAsOperator(sqlText: string, options: ExecuteOptions): Promise<readonly OperatorRow[]> {
    const { engine } = this.parts;
    const session = new Session(
      '0',
      engine.catalog.user(OPERATOR),
      await engine.database.connect(),
      options.role ?? 'ACCOUNTADMIN',
      options.role === undefined,
    );
    try {
      session.database = options.database;
      session.schema = options.schema ?? (options.database === undefined ? undefined : 'PUBLIC');
      session.warehouse = options.warehouse;
      session.secondaryRoles = 'NONE';
      const result = await runStatement(
        { engine, session, queryId: randomUUID(), sqlText, bindings: new Map(), bindStage: undefined, reads: new Set() },
        false,
      );
      if (result.kind === 'transfer') throw new Error('the operator cannot transfer files');
      return result.rows.map((row) => Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index] ?? null])));
    } finally {
      await engine.transactions.rollback(session);
      await session.connection.close();
    }
  }

  async createUser(user: NewUser): Promise<void> {
    const { catalog } = this.parts.engine;
    for (const role of user.roles ?? []) catalog.role(role);
    const created = catalog.addUser(user.name.toUpperCase());
    created.type = user.type ?? 'SERVICE';
    for (const role of user.roles ?? []) created.roles.add(role);
    created.defaultRole = user.defaultRole ?? user.roles?.[0];
    created.defaultWarehouse = user.defaultWarehouse;
    created.rsaPublicKey = user.publicKeyPem;
    created.rsaPublicKey2 = user.publicKey2Pem;
    created.password = user.password;
    created.workloadIdentityArn = user.workloadIdentityArn;
    created.secondaryRoles = user.defaultSecondaryRoles ?? 'ALL';
  }

  async corrupt({ table, set, where }: Corruption): Promise<number> {
    const [row] = await this.execute(`UPDATE ${table} SET ${set} WHERE ${where}`);
    return Number(row?.['number of rows updated'] ?? 0);
  }

  async statements(): Promise<readonly LoggedStatement[]> {
    return this.parts.engine.log.all();
  }

  async statementLike({ pattern, queryTagEnd }: StatementLike): Promise<void> {
    const text = new RegExp(pattern);
    await this.parts.engine.log.first(({ sqlText, queryTag }) => queryTag.endsWith(queryTagEnd) && text.test(sqlText));
  }

  async counters(): Promise<WarehouseCounters> {
    return { ...this.parts.server.counts, openSessions: this.parts.sessions.size };
  }

  async addFault(rule: FaultRule): Promise<void> {
    this.parts.faults.add(rule);
  }

  async clearFaults(): Promise<void> {
    this.parts.faults.clear();
  }

  async expireSessions(andMaster: boolean): Promise<void> {
    this.parts.sessions.expireAll(andMaster);
  }

  async expireStageCredentials(): Promise<void> {
    this.parts.door?.expireAll();
  }

  async stop(): Promise<void> {
    await this.parts.server.close();
    await this.parts.sessions.closeAll();
    await this.parts.engine.database.close();
  }
}

/** A store in a directory, and the door that leads to it. */
function ownStages(directory: string, now: () => Date, lifetimeSeconds: number) {
  const objects = new DirectoryStore(join(directory, 'stages'), now);
  const door = new StageDoor({ objects, bucket: OWN_BUCKET, nowMs: () => now().getTime(), lifetimeSeconds });
  const told: { endPoint: string | null } = { endPoint: null };
  const store: StageStore = {
    objects,
    bucket: OWN_BUCKET,
    region: 'us-east-1',
    get endPoint() {
      return told.endPoint;
    },
    credentials: (prefix) => door.issue(prefix),
  };
  return { store, door, tellEndPoint: (endPoint: string) => (told.endPoint = endPoint) };
}
