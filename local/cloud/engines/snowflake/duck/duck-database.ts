import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBDataChunk, type DuckDBConnection, DuckDBInstance, type DuckDBValue, VARCHAR } from '@duckdb/node-api';
import { ProcessGuard } from '../../process-guard';
import { installFunctions } from './duck-functions';

export interface DuckOptions {
  /** Parallel threads of the whole database. */
  readonly threads: number;
  /** Memory above which DuckDB spills to its directory, such as `4GB`. */
  readonly memoryLimit: string;
}

/** What a DuckDB statement returned: rows of values, and for DML the number of rows changed. */
export interface DuckResult {
  readonly rows: readonly (readonly DuckDBValue[])[];
  readonly rowsChanged: number;
}

const INTERRUPT_EVERY_MS = 20;

/** A DuckDB database in a directory of its own, removed when it is closed or this process ends in any other way. */
export class DuckDatabase {
  private constructor(
    private readonly instance: DuckDBInstance,
    /** A directory for files that live as long as the database. */
    readonly directory: string,
    private readonly guard: ProcessGuard,
  ) {}

  static async open({ threads, memoryLimit }: DuckOptions): Promise<DuckDatabase> {
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-warehouse-'));
    const guard = new ProcessGuard(directory);
    const instance = await DuckDBInstance.create(join(directory, 'warehouse.duckdb'), {
      threads: String(threads),
      memory_limit: memoryLimit,
      temp_directory: join(directory, 'spill'),
      // A table has no order in Snowflake; without one DuckDB loads in parallel and needs less memory.
      preserve_insertion_order: 'false',
    });
    const connection = await instance.connect();
    // Finding the best compression for each block takes a third of the time of a load.
    await connection.run(`SET force_compression = 'uncompressed'`);
    await installFunctions(connection);
    connection.closeSync();
    return new DuckDatabase(instance, directory, guard);
  }

  async connect(): Promise<DuckConnection> {
    const connection = await this.instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    return new DuckConnection(connection);
  }

  async close(): Promise<void> {
    this.instance.closeSync();
    await this.guard.finish();
  }
}

/** One connection: statements run one after the other and share a transaction. */
export class DuckConnection {
  private interrupting: NodeJS.Timeout | undefined;
  private readonly running = new Set<Promise<unknown>>();
  private closed = false;

  constructor(private readonly connection: DuckDBConnection) {}

  async run(sql: string, values?: readonly DuckDBValue[]): Promise<DuckResult> {
    return this.calmOnFailure(async () => {
      const result = await this.connection.runAndReadAll(sql, values ? [...values] : undefined);
      return { rows: result.getRows(), rowsChanged: result.rowsChanged };
    });
  }

  /** Hands rows over chunk by chunk, so that a large result never lies in memory as a whole. */
  async stream(sql: string, receive: (rows: DuckDBValue[][]) => void): Promise<void> {
    await this.calmOnFailure(async () => {
      const result = await this.connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) receive(chunk.getRows());
    });
  }

  /** What fails after an interrupt is what was meant; the rollback behind it must not be hit too. */
  private async calmOnFailure<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new Error('the connection is closed');
    const statement = work();
    this.running.add(statement);
    try {
      return await statement;
    } catch (error) {
      this.calm();
      throw error;
    } finally {
      this.running.delete(statement);
    }
  }

  /** Makes what runs fail and waits until nothing does. DuckDB does not survive a connection that is closed under a statement. */
  async quiesce(): Promise<void> {
    while (this.running.size > 0) {
      this.interrupt();
      await Promise.allSettled([...this.running]);
    }
    this.calm();
  }

  /** Fills a table of VARCHAR columns from whole columns of values. */
  async append(table: string, catalog: 'temp', columns: readonly (readonly (string | null)[])[]): Promise<void> {
    const appender = await this.connection.createAppender(table, 'main', catalog);
    const rowCount = columns[0]?.length ?? 0;
    for (let from = 0; from < rowCount; from += 2048) {
      const chunk = DuckDBDataChunk.create(columns.map(() => VARCHAR));
      chunk.setColumns(columns.map((column) => column.slice(from, from + 2048)));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  /** Makes the running statement fail. DuckDB forgets an interrupt that comes before it has begun, so it is repeated. */
  interrupt(): void {
    this.connection.interrupt();
    this.interrupting ??= setInterval(() => this.connection.interrupt(), INTERRUPT_EVERY_MS);
  }

  /** Ends the interrupting. */
  calm(): void {
    clearInterval(this.interrupting);
    this.interrupting = undefined;
  }

  /** Refuses statements from now on and closes once none runs any more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.quiesce();
    this.connection.closeSync();
  }
}
