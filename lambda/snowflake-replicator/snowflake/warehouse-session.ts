import { basename } from 'node:path';
import type { Connection, FileAndStageBindStatement, RowStatement, SnowflakeError } from 'snowflake-sdk';
import { LoadIncomplete, WarehouseTimedOut } from '../contract';
import type { Digest } from '../rows/digest';
import type { Compression } from '../rows/load-sql';
import { text } from '../rows/snowflake-text';
import { newConnection, type Destination, type Login } from './driver';
import { warehouseFailure } from './warehouse-failure';
import { withdrawFile } from './withdraw-file';

/** A row; every value as text. */
export type WarehouseRow = Readonly<Record<string, string | null>>;

export interface WarehouseLimits {
  readonly loginTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How long a file may take to its stage; credentials of a stage live an hour. */
  readonly uploadTimeoutMs: number;
  /** How long a statement waits for a table that another transaction changes. */
  readonly lockTimeoutSeconds: number;
}

/** What a statement changed and answered. */
export interface WarehouseResult {
  readonly rows: readonly WarehouseRow[];
  /** Rows inserted, updated and deleted; 0 for other statements. */
  readonly changed: number;
}

const MS_PER_SECOND = 1000;
/** What the server is given beyond our own patience, so that both do not end at the same moment. */
const SERVER_GRACE_SECONDS = 5;
const SHOWN_SQL = 100;

/**
 * What texts, names and single statements mean, whatever the account or the user has set. The formats of COPY are `AUTO`, which is to
 * say those of the session. https://docs.snowflake.com/en/sql-reference/parameters
 */
const PARAMETERS: Readonly<Record<string, string>> = {
  TIMEZONE: `'UTC'`,
  DATE_INPUT_FORMAT: `'AUTO'`,
  TIME_INPUT_FORMAT: `'AUTO'`,
  TIMESTAMP_INPUT_FORMAT: `'AUTO'`,
  BINARY_INPUT_FORMAT: `'HEX'`,
  QUOTED_IDENTIFIERS_IGNORE_CASE: 'FALSE',
  AUTOCOMMIT: 'TRUE',
};

/**
 * One session of Snowflake. Every wait has an end and every failure comes as one of the contract's errors: left alone,
 * the driver repeats a failing query for more than two minutes, and a file for ever once a stage's credentials expired.
 */
export class WarehouseSession {
  private constructor(
    private readonly connection: Connection,
    private readonly limits: WarehouseLimits,
    private readonly warehouse: string,
  ) {}

  static async open(destination: Destination, login: Login, limits: WarehouseLimits, queryTag: string): Promise<WarehouseSession> {
    const doing = `logging in to Snowflake account ${destination.account} as ${login.kind === 'key-pair' ? login.user : 'the function itself'}`;
    const connection = await connect(destination, login, limits.loginTimeoutMs, doing);
    const session = new WarehouseSession(connection, limits, destination.warehouse);
    const seconds = Math.ceil(limits.statementTimeoutMs / MS_PER_SECOND) + SERVER_GRACE_SECONDS;
    const parameters = { ...PARAMETERS, QUERY_TAG: text(queryTag), STATEMENT_TIMEOUT_IN_SECONDS: seconds, LOCK_TIMEOUT: limits.lockTimeoutSeconds };
    await session.execute(`ALTER SESSION SET ${Object.entries(parameters).map(([name, value]) => `${name} = ${value}`).join(', ')}`);
    return session;
  }

  /** Runs one statement; `?` in it stand for the values, which are sent as text. */
  async execute(sql: string, values: readonly (string | number | null)[] = []): Promise<WarehouseResult> {
    const doing = sql.length > SHOWN_SQL ? `${sql.slice(0, SHOWN_SQL)}...` : sql;
    const { statement, rows } = await this.run({ sqlText: sql, binds: values.map((value) => (value === null ? null : String(value))) }, this.limits.statementTimeoutMs, doing);
    return { rows, changed: 'getNumUpdatedRows' in statement ? (statement.getNumUpdatedRows() ?? 0) : 0 };
  }

  async rows(sql: string, values?: readonly (string | number | null)[]): Promise<readonly WarehouseRow[]> {
    return (await this.execute(sql, values)).rows;
  }

  /** The digest that a statement with the columns ROW_COUNT, UPPER_SUM and LOWER_SUM answers. */
  async digest(sql: string): Promise<Digest> {
    const [row] = await this.rows(sql);
    return digestFrom(row ?? {});
  }

  /** Puts a compressed file into a directory of a stage. Raises `LoadIncomplete` unless the driver says that it arrived; a file that takes too long is gone afterwards. */
  async put(file: string, location: string, compression: Compression): Promise<void> {
    const sql = `PUT ${text(`file://${file}`)} ${location} SOURCE_COMPRESSION = ${compression.toUpperCase()} AUTO_COMPRESS = FALSE OVERWRITE = TRUE PARALLEL = 1`;
    const { rows } = await this.run({ sqlText: sql, upload: file }, this.limits.uploadTimeoutMs, `PUT ${basename(file)} ${location}`);
    const [row] = rows;
    // The driver puts failures into the answer, and sometimes no answer where nothing was uploaded.
    if (row?.['status'] !== 'UPLOADED') throw new LoadIncomplete(`${basename(file)} did not arrive in ${location}: ${row?.['message'] || row?.['status'] || 'the driver reported nothing'}`, { file, location });
  }

  /** Whether the session can still be used. */
  get isUp(): boolean {
    return this.connection.isUp();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      // A session that cannot say goodbye ends by itself.
      const timer = setTimeout(resolve, this.limits.loginTimeoutMs);
      this.connection.destroy(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async run(options: StatementOptions, timeoutMs: number, doing: string): Promise<Answer> {
    const { statement, answer } = this.begin(options, doing);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // Asked, not awaited: what the server makes of it does not change what we know.
        statement.cancel(() => undefined);
        const failure = new WarehouseTimedOut(`${doing}: no answer within ${timeoutMs} ms`, { timeoutMs });
        void (options.upload === undefined ? Promise.resolve() : withdrawFile(options.upload)).then(() => reject(failure), reject);
      }, timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private begin({ sqlText, binds = [] }: StatementOptions, doing: string): { readonly statement: RowStatement | FileAndStageBindStatement; readonly answer: Promise<Answer> } {
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>();
    const statement = this.connection.execute({
      sqlText,
      ...(binds.length > 0 && { binds: [...binds] }),
      complete: (error: SnowflakeError | undefined, done, rows) => {
        if (error) reject(warehouseFailure(error, doing, this.warehouse));
        else resolve({ statement: done, rows: (rows ?? []) as WarehouseRow[] });
      },
    });
    return { statement, answer };
  }
}

interface StatementOptions {
  readonly sqlText: string;
  readonly binds?: readonly (string | null)[];
  /** The file that it uploads. */
  readonly upload?: string;
}

interface Answer {
  readonly statement: RowStatement | FileAndStageBindStatement;
  readonly rows: readonly WarehouseRow[];
}

/** The digest in a row with the columns ROW_COUNT, UPPER_SUM and LOWER_SUM. */
export function digestFrom(row: WarehouseRow): Digest {
  return { rows: Number(row['ROW_COUNT'] ?? 0), upper: BigInt(row['UPPER_SUM'] ?? 0), lower: BigInt(row['LOWER_SUM'] ?? 0) };
}

async function connect(destination: Destination, login: Login, timeoutMs: number, doing: string): Promise<Connection> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WarehouseTimedOut(`${doing}: no answer within ${timeoutMs} ms`, { timeoutMs })), timeoutMs);
  });
  try {
    const connection = newConnection(destination, login);
    return await Promise.race([opened(connection), late]);
  } catch (error) {
    throw warehouseFailure(error, doing, destination.warehouse);
  } finally {
    clearTimeout(timer);
  }
}

/** The driver tells a callback why a login failed; `connectAsync` without one resolves all the same (snowflake-sdk 3.3.0, connection/connection.js). */
function opened(connection: Connection): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  connection.connect((error: SnowflakeError | undefined) => {
    if (error) reject(error);
    else resolve(connection);
  });
  return promise;
}
