import { DatabaseError, type Client, type QueryArrayResult } from 'pg';
import type { CloudContext } from '../../gateway/cloud-context';
import type { EventSink } from '../events/event-sink';
import { toPostgres } from '../redshift/dialect/to-postgres';
import { AS_TEXT } from './result-set';
import { bindParameters } from './sql-parameters';
import { hasEnded, type Statement, type StatementPart } from './statement';
import type { Login, WarehouseLogins } from './warehouse-logins';

export interface RunnerPorts {
  readonly cloud: Pick<CloudContext, 'clock'>;
  readonly logins: WarehouseLogins;
  readonly events: EventSink;
}

/** How long a statement waits before somebody takes it up. */
const PICK_UP_MS = 50;
const RETENTION_MS = 24 * 3_600_000;

/** Runs statements after they have been handed in. */
export class StatementRunner {
  constructor(private readonly ports: RunnerPorts) {}

  /** Takes the statement up; `ended` settles when it is over. */
  begin(statement: Statement, login: Login, withEvent: boolean): void {
    statement.ended = this.run(statement, login).then(() => {
      if (withEvent) this.tell(statement, login);
    });
  }

  /** Ends a statement before its time. */
  async cancel(statement: Statement, server: Login['server'] | undefined): Promise<void> {
    this.end(statement, 'ABORTED', undefined);
    for (const part of statement.parts) if (!hasEnded(part)) part.status = 'ABORTED';
    const { pid } = statement;
    if (pid !== undefined && server?.isRunning) await server.asAdmin((admin) => admin.query('select pg_cancel_backend($1)', [pid]));
  }

  private async run(statement: Statement, login: Login): Promise<void> {
    const { clock } = this.ports.cloud;
    await clock.sleep(PICK_UP_MS);
    if (hasEnded(statement)) return;
    await clock.whileWorking(async () => {
      statement.status = 'PICKED';
      try {
        await this.inSession(statement, login);
      } catch (error) {
        this.end(statement, 'FAILED', messageOf(error));
      }
    });
  }

  private async inSession(statement: Statement, login: Login): Promise<void> {
    const client = await this.ports.logins.connect(login);
    statement.pid = (client as unknown as { processID: number }).processID;
    try {
      statement.status = 'STARTED';
      if (statement.isBatch && !statement.commitsEach) await this.runAsOne(statement, client);
      else await this.runEach(statement, client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** In one transaction: what follows a failure is not run. */
  private async runAsOne(statement: Statement, client: Client): Promise<void> {
    await client.query('begin');
    for (const [index, part] of statement.parts.entries()) {
      if (hasEnded(statement)) return;
      if (await this.runPart(statement, part, client)) continue;
      await client.query('rollback');
      for (const rest of statement.parts.slice(index + 1)) rest.status = 'ABORTED';
      this.end(statement, 'FAILED', `Query #${index + 1} failed with ${part.error ?? ''}`);
      return;
    }
    await client.query('commit');
    this.end(statement, 'FINISHED', undefined);
  }

  private async runEach(statement: Statement, client: Client): Promise<void> {
    for (const part of statement.parts) if (!hasEnded(statement)) await this.runPart(statement, part, client);
    const failed = statement.parts.findIndex(({ status }) => status === 'FAILED');
    const error = statement.parts[failed]?.error;
    if (failed === -1) this.end(statement, 'FINISHED', undefined);
    else this.end(statement, 'FAILED', statement.isBatch ? `Query #${failed + 1} failed with ${error ?? ''}` : error);
  }

  private async runPart(statement: Statement, part: StatementPart, client: Client): Promise<boolean> {
    const { clock } = this.ports.cloud;
    part.status = 'STARTED';
    part.startedMs = clock.nowMs();
    try {
      const { text, values } = bindParameters(part.sql, statement.parameters);
      // The extended protocol takes one statement at a time, as the Data API does.
      const query = { text: toPostgres(text), values: [...values], rowMode: 'array' as const, types: AS_TEXT, queryMode: 'extended' };
      const result: QueryArrayResult<(string | null)[]> = await client.query(query);
      if (result.fields.length > 0) part.result = { columns: result.fields, rows: result.rows };
      part.rowCount = result.rowCount ?? 0;
      if (!hasEnded(part)) part.status = 'FINISHED';
      return true;
    } catch (error) {
      part.error = messageOf(error);
      if (!hasEnded(part)) part.status = 'FAILED';
      return false;
    } finally {
      part.endedMs = clock.nowMs();
    }
  }

  private end(statement: Statement, status: Statement['status'], error: string | undefined): void {
    if (hasEnded(statement)) return;
    statement.status = status;
    statement.error = error;
    statement.updatedAt = this.ports.cloud.clock.now();
    for (const part of statement.parts) if (status === 'FAILED' && !hasEnded(part)) Object.assign(part, { status: 'FAILED', error });
  }

  /** https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html */
  private tell(statement: Statement, { warehouseArn }: Login): void {
    this.ports.events.emit({
      place: statement.place,
      source: 'aws.redshift-data',
      detailType: 'Redshift Data Statement Status Change',
      resources: [warehouseArn],
      detail: {
        statementId: statement.id,
        statementName: statement.name ?? '',
        ...(statement.clusterIdentifier !== undefined && { clusterId: statement.clusterIdentifier }),
        ...(statement.workgroupName !== undefined && { workgroupName: statement.workgroupName }),
        state: statement.status,
        principal: statement.owner,
        rows: statement.parts.at(-1)?.rowCount ?? 0,
        expireAt: new Date(statement.createdAt.getTime() + RETENTION_MS).toISOString(),
      },
    });
  }
}

/** As Redshift words it: the severity before the message, and what else is known of it behind. */
function messageOf(error: unknown): string {
  if (!(error instanceof DatabaseError)) return error instanceof Error ? error.message : String(error);
  const { severity = 'ERROR', message, detail, hint } = error;
  return [`${severity}: ${message}`, ...(detail === undefined ? [] : [`  Detail: ${detail}`]), ...(hint === undefined ? [] : [`  Hint: ${hint}`])].join('\n');
}
