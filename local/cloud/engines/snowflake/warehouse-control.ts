import type { FaultRule } from './faults';
import type { RequestCounts } from './protocol/protocol-server';
import type { LoggedStatement } from './run/statement-log';

/** In what place and as whom the operator's own statements run. */
export interface ExecuteOptions {
  readonly role?: string;
  readonly database?: string;
  readonly schema?: string;
  readonly warehouse?: string;
}

/** A user to be created; keys are SPKI in PEM. */
export interface NewUser {
  readonly name: string;
  readonly type?: 'PERSON' | 'SERVICE' | 'LEGACY_SERVICE';
  readonly roles?: readonly string[];
  readonly defaultRole?: string;
  readonly defaultWarehouse?: string;
  readonly publicKeyPem?: string;
  readonly publicKey2Pem?: string;
  readonly password?: string;
  readonly workloadIdentityArn?: string;
  readonly defaultSecondaryRoles?: 'ALL' | 'NONE';
}

/** A value that is altered behind everybody's back. `set` and `where` are SQL over the table's columns. */
export interface Corruption {
  /** As in SQL: `DB.SCHEMA."Table"`. */
  readonly table: string;
  readonly set: string;
  readonly where: string;
}

/** `pattern` is a regular expression over the SQL text. */
export interface StatementLike {
  readonly pattern: string;
  readonly queryTagEnd: string;
}

export interface WarehouseCounters extends RequestCounts {
  readonly openSessions: number;
}

/** Rows of the operator's statements: every value as the driver would get it, text or null, by column name. */
export type OperatorRow = Readonly<Record<string, string | null>>;

/** What scenarios can do with a warehouse, in this process or in another. */
export interface WarehouseControl {
  /** Where the driver's `accessUrl` points. */
  readonly url: string;
  /** Runs a statement as ACCOUNTADMIN, or as the given role; it does not appear in the statement log. */
  execute(sqlText: string, options?: ExecuteOptions): Promise<readonly OperatorRow[]>;
  createUser(user: NewUser): Promise<void>;
  /** Alters rows outside of any transaction log; returns how many. */
  corrupt(corruption: Corruption): Promise<number>;
  statements(): Promise<readonly LoggedStatement[]>;
  /** Waits until a statement was run whose text matches a regular expression and whose query tag ends so; it may have been already. */
  statementLike(like: StatementLike): Promise<void>;
  counters(): Promise<WarehouseCounters>;
  addFault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  /** Expires the session tokens; with `andMaster` they cannot be renewed either. */
  expireSessions(andMaster: boolean): Promise<void>;
  expireStageCredentials(): Promise<void>;
  stop(): Promise<void>;
}
