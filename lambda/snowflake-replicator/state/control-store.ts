import { StateMoved } from '../contract';
import { isWithin } from '../rows/merge-sql';
import { name, qualified, text, type TableName } from '../rows/snowflake-text';
import { statementGroups } from '../rows/statement-groups';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import { parseState, type LedgerEntry, type TableState } from './table-state';

/** Where the replicator keeps its own tables. */
export interface ControlPlace {
  readonly database: string;
  readonly schema: string;
}

/** A state, and the version that a change of it must come after. */
export interface StoredState {
  readonly version: number;
  /** Greatest token of a lock that has changed it. */
  readonly fence: number;
  readonly state: TableState | null;
}

/** What a change of state is made by. */
export interface Writer {
  readonly tableId: string;
  readonly fence: number;
}

type Session = Pick<WarehouseSession, 'execute' | 'rows'>;

const STATE_TABLE = 'REPLICATION_STATE';
const LEDGER_TABLE = 'REPLICATION_LEDGER';
const FINDING_TABLE = 'REPLICATION_FINDING';
export const PART_TABLE = 'REPLICATION_PART';
export const STAGE = 'REPLICATION_PARTS';

/**
 * The tables in which Snowflake remembers how far each replicated table is.
 *
 * A state changes in the transaction that changes the rows it speaks of, and only from the version that its writer read:
 * of two writers, and of two attempts of one, a single one gets through.
 */
export class ControlStore {
  constructor(private readonly place: ControlPlace) {}

  /** Makes the tables and the stage where they are missing. */
  async prepare(session: Session): Promise<void> {
    for (const statement of [
      `CREATE TABLE IF NOT EXISTS ${this.table(STATE_TABLE)} (TABLE_ID VARCHAR NOT NULL, VERSION NUMBER(38,0) NOT NULL, FENCE NUMBER(38,0) NOT NULL, STATE VARCHAR, UPDATED_AT TIMESTAMP_TZ(6) NOT NULL)`,
      `CREATE TABLE IF NOT EXISTS ${this.table(LEDGER_TABLE)} (TABLE_ID VARCHAR NOT NULL, BATCH NUMBER(38,0) NOT NULL, KIND VARCHAR NOT NULL, OPERATION_ID VARCHAR NOT NULL, ROW_COUNT NUMBER(38,0) NOT NULL, QUARANTINED NUMBER(38,0) NOT NULL, BYTES NUMBER(38,0) NOT NULL, DIGEST VARCHAR, DETAILS VARCHAR, COMMITTED_AT TIMESTAMP_TZ(6) NOT NULL)`,
      `CREATE TABLE IF NOT EXISTS ${this.table(FINDING_TABLE)} (TABLE_ID VARCHAR NOT NULL, OPERATION_ID VARCHAR NOT NULL, KIND VARCHAR NOT NULL, ROW_KEY VARCHAR NOT NULL, MISSED_BY_CURSOR BOOLEAN NOT NULL, OUTCOME VARCHAR NOT NULL, FOUND_AT TIMESTAMP_TZ(6) NOT NULL)`,
      `CREATE TABLE IF NOT EXISTS ${this.table(PART_TABLE)} (LOAD_ID VARCHAR NOT NULL, PART NUMBER(38,0) NOT NULL, STEP NUMBER(38,0) NOT NULL, MANIFEST VARCHAR NOT NULL)`,
      `CREATE STAGE IF NOT EXISTS ${this.table(STAGE)}`,
    ]) await session.execute(statement);
  }

  /** The state of a table; version 0 for one that has none yet. */
  async read(session: Session, tableId: string): Promise<StoredState> {
    const [row] = await session.rows(`SELECT VERSION, FENCE, STATE FROM ${this.table(STATE_TABLE)} WHERE TABLE_ID = ?`, [tableId]);
    if (!row) return { version: 0, fence: 0, state: null };
    const { VERSION: version, FENCE: fence, STATE: state } = row;
    return { version: Number(version), fence: Number(fence), state: state == null ? null : parseState(tableId, state) };
  }

  /** Makes sure that the table has a row to compare and change. The MERGE waits for others that do the same. */
  async begin(session: Session, { tableId }: Writer, now: Date): Promise<void> {
    await session.execute(
      `MERGE INTO ${this.table(STATE_TABLE)} t USING (SELECT ? AS TABLE_ID, ?::TIMESTAMP_TZ(6) AS UPDATED_AT) s ON t.TABLE_ID = s.TABLE_ID
       WHEN NOT MATCHED THEN INSERT (TABLE_ID, VERSION, FENCE, UPDATED_AT) VALUES (s.TABLE_ID, 0, 0, s.UPDATED_AT)`,
      [tableId, now.toISOString()],
    );
  }

  /**
   * Replaces the state, if it is still the version that was read, no later lock has changed it and the session still is in
   * the transaction, if one is named. Answers the new version; raises `StateMoved`.
   */
  async write(session: Session, { tableId, fence }: Writer, before: Pick<StoredState, 'version'>, state: TableState, now: Date, transactionId?: string): Promise<StoredState> {
    const within = transactionId === undefined ? '' : ` AND ${isWithin(transactionId)}`;
    const { changed } = await session.execute(
      `UPDATE ${this.table(STATE_TABLE)} SET VERSION = VERSION + 1, FENCE = ?, STATE = ?, UPDATED_AT = ?::TIMESTAMP_TZ(6) WHERE TABLE_ID = ? AND VERSION = ? AND FENCE <= ?${within}`,
      [fence, JSON.stringify(state), now.toISOString(), tableId, before.version, fence],
    );
    if (changed !== 1) throw new StateMoved(`the state of ${tableId} is no longer version ${before.version}: another run has moved it on`, { tableId, version: before.version, fence });
    return { version: before.version + 1, fence, state };
  }

  async record(session: Session, tableId: string, { batch, kind, operationId, rows, quarantined, bytes, digest, details }: LedgerEntry, now: Date): Promise<void> {
    await session.execute(
      `INSERT INTO ${this.table(LEDGER_TABLE)} (TABLE_ID, BATCH, KIND, OPERATION_ID, ROW_COUNT, QUARANTINED, BYTES, DIGEST, DETAILS, COMMITTED_AT) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::TIMESTAMP_TZ(6)`,
      [tableId, batch, kind, operationId, rows, quarantined, bytes, digest, JSON.stringify(details), now.toISOString()],
    );
  }

  /** Whether the operation has brought a full load of the table to its end. */
  async hasFullLoadOf(session: Session, tableId: string, operationId: string): Promise<boolean> {
    const rows = await session.rows(`SELECT BATCH FROM ${this.table(LEDGER_TABLE)} WHERE TABLE_ID = ? AND OPERATION_ID = ? AND KIND = 'full' LIMIT 1`, [tableId, operationId]);
    return rows.length > 0;
  }

  /** Notes rows that were found to differ, and what became of them. */
  async recordFindings(session: Session, tableId: string, operationId: string, findings: readonly Finding[], now: Date): Promise<void> {
    const values = (finding: Finding) => [finding.kind, finding.key, finding.missedByCursor ? 'true' : 'false', finding.outcome].map(text).join(', ');
    const charactersOf = (finding: Finding) => tableId.length + operationId.length + finding.key.length + OTHER_CHARACTERS;
    for (const group of statementGroups(findings, FINDINGS_PER_STATEMENT, charactersOf)) {
      const rows = group.map((finding) => `(${[tableId, operationId].map(text).join(', ')}, ${values(finding)}, ${text(now.toISOString())})`);
      await session.execute(`INSERT INTO ${this.table(FINDING_TABLE)} (TABLE_ID, OPERATION_ID, KIND, ROW_KEY, MISSED_BY_CURSOR, OUTCOME, FOUND_AT) VALUES ${rows.join(', ')}`);
    }
  }

  /** Where a table of the replicator's own lies. */
  named(table: string): TableName {
    return { ...this.place, table };
  }

  /** A directory of the stage. */
  location(path: string): string {
    return `@${qualified(this.named(STAGE))}/${path}`;
  }

  /** Names of the tables that begin so. */
  async tablesNamed(session: Session, prefix: string): Promise<readonly string[]> {
    const rows = await session.rows(`SELECT TABLE_NAME FROM ${name(this.place.database)}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND STARTSWITH(TABLE_NAME, ?)`, [this.place.schema, prefix]);
    return rows.map(({ TABLE_NAME }) => TABLE_NAME ?? '');
  }

  table(own: string): string {
    return qualified(this.named(own));
  }
}

const FINDINGS_PER_STATEMENT = 500;
/** Of a finding in SQL: its time, words and punctuation. */
const OTHER_CHARACTERS = 100;

/** A row in which the sides differed. */
export interface Finding {
  readonly kind: string;
  readonly key: string;
  readonly missedByCursor: boolean;
  readonly outcome: 'repaired' | 'quarantined' | 'deleted' | 'reported';
}
