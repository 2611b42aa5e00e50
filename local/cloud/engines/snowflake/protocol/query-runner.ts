import { randomUUID } from 'node:crypto';
import type { Session } from '../catalog/session';
import { snowflakeErrorOf } from '../duck/duck-errors';
import { statementTimeoutSeconds } from '../run/compute';
import { runStatement } from '../run/run-statement';
import type { Binding, Engine, StatementContext } from '../run/statement-context';
import { failureOf } from '../run/statement-log';
import type { RowsResult, StatementResult } from '../run/statement-result';
import { SnowflakeError } from '../snowflake-error';

/** The body of a query request, as far as it is used. */
export interface QueryRequest {
  readonly requestId: string;
  readonly sqlText: string;
  readonly bindings: ReadonlyMap<number, Binding>;
  readonly bindStage: string | undefined;
  readonly describeOnly: boolean;
  /** Parameters for this statement alone. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A statement that was started, and what it will come to. */
export interface StartedQuery {
  readonly queryId: string;
  readonly session: Session;
  readonly outcome: Promise<StatementResult | SnowflakeError>;
  /** Undefined while the statement runs. */
  settled: StatementResult | SnowflakeError | undefined;
}

/** What Node's timers can hold. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Results that can still be fetched or scanned; all their rows are in memory. */
const MOST_KEPT = 50;

/** Runs statements, one at a time a session, and remembers them by request and by query id. */
export class QueryRunner {
  private readonly byRequest = new Map<string, StartedQuery>();
  private readonly byQueryId = new Map<string, StartedQuery>();
  private readonly tails = new WeakMap<Session, Promise<unknown>>();
  private readonly cancelled = new Set<string>();

  constructor(
    private readonly engine: Engine,
    private readonly whileWorking: <T>(work: () => Promise<T>) => Promise<T>,
  ) {}

  /** Starts a statement, or finds it when the driver sends the same request again. */
  start(session: Session, request: QueryRequest): StartedQuery {
    const key = `${session.id} ${request.requestId}`;
    const known = this.byRequest.get(key);
    if (known) return known;
    const queryId = randomUUID();
    const before = this.tails.get(session) ?? Promise.resolve();
    const outcome = before.then(() => this.whileWorking(() => this.execute(session, queryId, request)));
    this.tails.set(session, outcome);
    const started: StartedQuery = { queryId, session, outcome, settled: undefined };
    void outcome.then((settled) => (started.settled = settled));
    remember(this.byRequest, key, started);
    remember(this.byQueryId, queryId, started);
    return started;
  }

  find(queryId: string): StartedQuery | undefined {
    return this.byQueryId.get(queryId);
  }

  findRequest(session: Session, requestId: string): StartedQuery | undefined {
    return this.byRequest.get(`${session.id} ${requestId}`);
  }

  /** Stops a statement that is running. */
  cancel(started: StartedQuery): void {
    if (started.settled) return;
    this.cancelled.add(started.queryId);
    started.session.connection.interrupt();
  }

  /** The rows of a finished statement. */
  rowsOf(queryId: string): RowsResult | undefined {
    const settled = this.byQueryId.get(queryId)?.settled;
    return settled && !(settled instanceof SnowflakeError) && settled.kind === 'rows' ? settled : undefined;
  }

  private async execute(session: Session, queryId: string, request: QueryRequest): Promise<StatementResult | SnowflakeError> {
    const context: StatementContext = {
      engine: this.engine,
      session,
      queryId,
      sqlText: request.sqlText,
      bindings: request.bindings,
      bindStage: request.bindStage,
      reads: new Set(),
    };
    const startedAt = this.engine.now();
    const began = performance.now();
    const restore = withParameters(session, request.parameters);
    const queryTag = session.parameter('QUERY_TAG');
    const guard = new TimeLimit(session, statementTimeoutSeconds(context));
    let outcome: StatementResult | SnowflakeError;
    try {
      if (this.cancelled.has(queryId)) throw new SnowflakeError('000604', '57014', 'SQL execution canceled');
      outcome = await runStatement(context, request.describeOnly);
    } catch (error) {
      outcome = guard.reached ?? snowflakeErrorOf(error);
    } finally {
      guard.stop();
      session.connection.calm();
      restore();
    }
    session.queryIds.push(queryId);
    this.engine.log.add({
      queryId,
      sqlText: request.sqlText,
      kind: /^\s*(\w+)/.exec(request.sqlText)?.[1]?.toUpperCase() ?? '',
      queryTag,
      user: session.user.name,
      role: session.role,
      warehouse: session.warehouse ?? null,
      database: session.database ?? null,
      schema: session.schema ?? null,
      sessionId: session.id,
      startedAt,
      durationMs: performance.now() - began,
      rowsProduced: outcome instanceof SnowflakeError || outcome.kind === 'transfer' ? 0 : outcome.rows.length,
      error: outcome instanceof SnowflakeError ? failureOf(outcome) : null,
    });
    return outcome;
  }
}

/** Interrupts a statement that runs longer than its limit; 0 seconds are no limit. */
class TimeLimit {
  reached: SnowflakeError | undefined;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(session: Session, seconds: number) {
    if (seconds === 0) return;
    const interrupt = () => {
      this.reached = new SnowflakeError(
        '000630',
        '57014',
        `Statement reached its statement or warehouse timeout of ${seconds} second(s) and was canceled.`,
      );
      session.connection.interrupt();
    };
    this.timer = setTimeout(interrupt, Math.min(seconds * 1000, LONGEST_TIMEOUT_MS));
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Sets parameters for one statement and returns what puts them back. */
function withParameters(session: Session, parameters: Readonly<Record<string, unknown>>): () => void {
  const before = session.parameters();
  const names = Object.keys(parameters).filter((name) => name in before);
  for (const name of names) session.setParameter(name, String(parameters[name]));
  return () => {
    for (const name of names) session.setParameter(name, before[name] as string);
  };
}

function remember(map: Map<string, StartedQuery>, key: string, started: StartedQuery): void {
  map.set(key, started);
  const oldest = map.keys().next().value;
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}
