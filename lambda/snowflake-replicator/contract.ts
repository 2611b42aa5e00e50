import { ConcurrentChange, InvalidEnvironment, InvalidInput, OperationError } from '../common/errors';

/** Names of the environment variables that the stack sets and the functions read. */
export const ENV = {
  /** Name of the pipeline, such as `orders-to-snowflake`. */
  PIPELINE: 'PIPELINE',
  /** Path of Parameter Store under which the settings lie: `<path>/pipeline` and `<path>/tables/<schema>.<table>`. */
  SETTINGS_PATH: 'SETTINGS_PATH',
  /** DynamoDB table with one item a replicated table: who works on it, and what it looked like last. */
  LOCK_TABLE: 'LOCK_TABLE',
  STATE_MACHINE_ARN: 'STATE_MACHINE_ARN',
  /** Queue of what failed for good. */
  FAILURE_QUEUE_URL: 'FAILURE_QUEUE_URL',
  TOPIC_ARN: 'TOPIC_ARN',
  /** `https://vault.example.com:8200`. */
  VAULT_ADDRESS: 'VAULT_ADDRESS',
  VAULT_NAMESPACE: 'VAULT_NAMESPACE',
  /** `aws` to log in with the function's role, `token` to use the token in VAULT_TOKEN_SECRET_ARN. */
  VAULT_AUTH: 'VAULT_AUTH',
  /** Mount of the AWS auth method. */
  VAULT_AUTH_MOUNT: 'VAULT_AUTH_MOUNT',
  VAULT_ROLE: 'VAULT_ROLE',
  /** What logins must have signed, so that one meant for this Vault is of no use to another. */
  VAULT_SERVER_ID: 'VAULT_SERVER_ID',
  /** Secret of Secrets Manager, `{"token": "..."}`. */
  VAULT_TOKEN_SECRET_ARN: 'VAULT_TOKEN_SECRET_ARN',
} as const;

/**
 * Environment that the functions need because the Snowflake driver reads it: without it every cold start asks the
 * network which cloud it is in, and tells Snowflake's telemetry of it.
 */
export const DRIVER_ENVIRONMENT = {
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  SNOWFLAKE_DISABLE_MINICORE: 'true',
  SF_TELEMETRY_DISABLE_CONNECTION_SHAPE: '1',
} as const;

/** Custom metrics of the system, in the namespace `Holdfast` with the dimension `instance`, which is `<pipeline>/<schema>.<table>`. */
export const METRIC = {
  /** Alarming: age of the oldest change that may not have arrived, when a run of the table ends. */
  lag: 'ReplicationLagSeconds',
  /** Alarming: 1 for each run of a table that ended well; its absence is silence. */
  succeeded: 'ReplicationSucceeded',
  /** Alarming: 1 for each run of a table that failed for good. */
  failed: 'ReplicationFailed',
  /** Alarming: rows that were found to differ and could not be repaired. */
  unproven: 'RowsUnproven',
  /** Alarming: rows that have no place in the target, now in its quarantine. */
  quarantined: 'RowsQuarantined',
  /** Alarming: age of the oldest transaction in the source when a batch began; one that is stuck makes every run read more. */
  oldestTransaction: 'OldestTransactionAgeSeconds',
  /** Alarming: seconds of the slowest statement that a run sent to the source. */
  slowestQuery: 'SlowestSourceQuerySeconds',
  /** Diagnosing. */
  rowsExtracted: 'RowsExtracted',
  rowsLoaded: 'RowsLoaded',
  bytesExtracted: 'ExtractedBytes',
  duration: 'RunDurationSeconds',
  batches: 'BatchesCommitted',
  /** Diagnosing: rows that the cursor would never have brought, found by the hash tree. */
  missedByCursor: 'RowsMissedByCursor',
  deletesFound: 'DeletesFound',
  rowsRepaired: 'RowsRepaired',
  rowsVerified: 'RowsVerified',
} as const;

/** What may be asked of a table. `auto` does what its settings say; `verify` compares both sides instead of loading. */
export type RequestedMode = 'auto' | 'full' | 'incremental' | 'verify';

/** What people, schedules and the command line ask for. No field is required. */
export interface ReplicationRequest {
  /** Names the run: the same id twice is the same run. */
  readonly operationId?: string;
  /** `schema.table` of some of the pipeline's tables. @default all */
  readonly tables?: readonly string[];
  /** @default auto */
  readonly mode?: RequestedMode;
  /** When a schedule meant to start the run, ISO 8601: gives it its id, so that a late or repeated start is the same run. */
  readonly scheduledTime?: string;
}

/** One table of a run: what the operations that work on a table get. */
export interface TableRun {
  readonly operationId: string;
  /** `schema.table`. */
  readonly table: string;
  readonly mode: RequestedMode;
}

/** How long to wait, and what to go on with: goes back into the next call as it is. */
export interface Continuation {
  /** Zero unless the source asked for rest. */
  readonly waitSeconds: number;
  /** Counts the calls of one run of a table. */
  readonly calls: number;
}

/** What one call of `replicate-table` or one whole run of it did. */
export interface ReplicationSummary {
  readonly table: string;
  readonly mode: 'full' | 'incremental';
  /** Why this mode. */
  readonly reasons: readonly string[];
  readonly rowsExtracted: number;
  readonly rowsQuarantined: number;
  readonly batches: number;
  /** The batch up to which everything is proven; `null` where the settings ask for no proof. */
  readonly verifiedBatch: number | null;
  readonly durationSeconds: number;
}

/** One share of a full load that several functions do together. */
export interface Partition {
  readonly index: number;
  /** Ranges of keys, each as `[after, through]`; each becomes one part file. */
  readonly ranges: readonly KeyBounds[];
}

/** Keys after the first and not beyond the second, as the texts of their columns; null for no bound. */
export type KeyBounds = readonly [after: readonly string[] | null, through: readonly string[] | null];

/** A load that several functions do together, from its plan to its commit. */
export interface SpreadLoad {
  readonly operationId: string;
  readonly table: string;
  /** Sequence number of the batch that the load will be. */
  readonly batch: number;
  /** Names everything in Snowflake that belongs to this plan. */
  readonly attempt: string;
  readonly fence: number;
  /** Fingerprint of the columns; a partition that finds others fails. */
  readonly schema: string;
  readonly reasons: readonly string[];
}

export interface PlanReplicationOutput {
  readonly strategy: 'single' | 'spread';
  readonly mode: 'full' | 'incremental';
  readonly reasons: readonly string[];
  readonly estimatedBytes: number;
  /** With `spread`. */
  readonly load?: SpreadLoad;
  readonly partitions?: readonly Partition[];
}

/** What an extracted partition left on the stage. */
export interface PartitionManifest {
  readonly index: number;
  readonly path: string;
  readonly files: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  /** Digest of the rows, `rows:upper:lower`; null without proof. */
  readonly digest: string | null;
  /** How many of the partition's ranges these files are; the partition is whole when none is left. */
  readonly rangesDone: number;
}

/** What kind of failure an error is, and so whether trying again may help. */
export type FailureClass = 'connection' | 'timeout' | 'throttle' | 'auth' | 'data' | 'config';

/** What the queue of failures holds: enough to look into the failure, and to do it again. */
export interface FailureRecord {
  readonly version: 1;
  readonly pipeline: string;
  readonly operationId: string;
  readonly table: string;
  readonly mode: RequestedMode;
  readonly errorName: string;
  readonly failureClass: FailureClass | 'unforeseen';
  readonly message: string;
  readonly executionArn: string;
  /** ISO 8601. */
  readonly failedAt: string;
  /** How often the request has been taken from the queue again. */
  readonly redrives: number;
}

/** PostgreSQL cannot be reached, or the connection broke. */
export class SourceUnavailable extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SourceUnavailable';
  override readonly name = SourceUnavailable.errorName;
  override readonly disposition = 'retry';
}

/** PostgreSQL did not answer in time, or gave a statement up. */
export class SourceTimedOut extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SourceTimedOut';
  override readonly name = SourceTimedOut.errorName;
  override readonly disposition = 'retry';
}

/** PostgreSQL has too much to do to be read as well: too many sessions, or replicas that lag. */
export class SourceBusy extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SourceBusy';
  override readonly name = SourceBusy.errorName;
  override readonly disposition = 'retry';
}

/** PostgreSQL refuses the login, or the login may not do what the replicator needs. */
export class SourceAccessDenied extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SourceAccessDenied';
  override readonly name = SourceAccessDenied.errorName;
  override readonly disposition = 'stop';
}

/** PostgreSQL could not read its own rows, or refused a statement for a reason that stays. */
export class SourceUnreadable extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SourceUnreadable';
  override readonly name = SourceUnreadable.errorName;
  override readonly disposition = 'stop';
}

/** The address leads to a reader, whose snapshots do not tell which transactions are still running. */
export class SourceIsReader extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SourceIsReader';
  override readonly name = SourceIsReader.errorName;
  override readonly disposition = 'stop';
}

/** The address leads to another cluster than the configured one. */
export class WrongSource extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WrongSource';
  override readonly name = WrongSource.errorName;
  override readonly disposition = 'stop';
}

/** The table cannot be replicated as it is, or as it is configured. Every problem says what would help. */
export class TableNotReplicable extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.TableNotReplicable';
  override readonly name = TableNotReplicable.errorName;
  override readonly disposition = 'stop';

  constructor(table: string, readonly problems: readonly string[]) {
    super(`${table} cannot be replicated: ${problems.join('; ')}`, { table, problems });
  }
}

/** The table is not what it was, and its settings say not to follow. */
export class SchemaDrifted extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SchemaDrifted';
  override readonly name = SchemaDrifted.errorName;
  override readonly disposition = 'stop';
}

/** The table changed while it was being loaded in parts; planning again sees it as it is now. */
export class SchemaChangedMeanwhile extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SchemaChangedMeanwhile';
  override readonly name = SchemaChangedMeanwhile.errorName;
  override readonly disposition = 'retry';
}

/** Snowflake cannot be reached, or answered with an error of its own. */
export class WarehouseUnavailable extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WarehouseUnavailable';
  override readonly name = WarehouseUnavailable.errorName;
  override readonly disposition = 'retry';
}

/** Snowflake did not answer in time. What it was asked for may have been done. */
export class WarehouseTimedOut extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WarehouseTimedOut';
  override readonly name = WarehouseTimedOut.errorName;
  override readonly disposition = 'retry';
}

/** Snowflake asks for fewer requests, or another transaction holds what this one needs. */
export class WarehouseThrottled extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WarehouseThrottled';
  override readonly name = WarehouseThrottled.errorName;
  override readonly disposition = 'retry';
}

/** Snowflake refuses the login, or its role may not do what the replicator needs. */
export class WarehouseAccessDenied extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WarehouseAccessDenied';
  override readonly name = WarehouseAccessDenied.errorName;
  override readonly disposition = 'stop';
}

/** Something that the settings name is missing in Snowflake, or is suspended. */
export class WarehouseMisconfigured extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WarehouseMisconfigured';
  override readonly name = WarehouseMisconfigured.errorName;
  override readonly disposition = 'stop';
}

/** Snowflake refused a statement for a reason that stays. */
export class WarehouseRefused extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.WarehouseRefused';
  override readonly name = WarehouseRefused.errorName;
  override readonly disposition = 'stop';
}

/** A part file did not arrive on the stage, or not all of its rows in the table. */
export class LoadIncomplete extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.LoadIncomplete';
  override readonly name = LoadIncomplete.errorName;
  override readonly disposition = 'retry';
}

/** Both sides hold different rows and repairing did not help. Nothing of the batch was made visible. */
export class ProofFailed extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.ProofFailed';
  override readonly name = ProofFailed.errorName;
  override readonly disposition = 'stop';
}

/** Readers of the target would lose privileges by the swap. Nothing was swapped. */
export class GrantsWouldBeLost extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.GrantsWouldBeLost';
  override readonly name = GrantsWouldBeLost.errorName;
  override readonly disposition = 'stop';
}

/** Another run works on the table. Its lease ends, or it does. */
export class TableBusy extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.TableBusy';
  override readonly name = TableBusy.errorName;
  override readonly disposition = 'retry';
}

/** The state was moved on by another run; nothing of this one was made visible. */
export class StateMoved extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.StateMoved';
  override readonly name = StateMoved.errorName;
  override readonly disposition = 'retry';
}

/** Vault cannot be reached, is sealed, or asks for fewer requests. */
export class VaultUnavailable extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.VaultUnavailable';
  override readonly name = VaultUnavailable.errorName;
  override readonly disposition = 'retry';
}

/** Vault refuses the login, or its policies do not let the login read what it needs. */
export class VaultAccessDenied extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.VaultAccessDenied';
  override readonly name = VaultAccessDenied.errorName;
  override readonly disposition = 'stop';
}

/** A secret is missing or does not hold what it must; its content is never shown. */
export class SecretUnusable extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.SecretUnusable';
  override readonly name = SecretUnusable.errorName;
  override readonly disposition = 'stop';
}

const FAILURE_CLASSES: Readonly<Record<FailureClass, readonly { readonly errorName: string }[]>> = {
  connection: [SourceUnavailable, WarehouseUnavailable, LoadIncomplete, VaultUnavailable],
  timeout: [SourceTimedOut, WarehouseTimedOut],
  throttle: [SourceBusy, WarehouseThrottled, TableBusy, StateMoved, ConcurrentChange],
  auth: [SourceAccessDenied, WarehouseAccessDenied, VaultAccessDenied],
  data: [SourceUnreadable, SchemaDrifted, SchemaChangedMeanwhile, WarehouseRefused, ProofFailed],
  config: [SourceIsReader, WrongSource, TableNotReplicable, WarehouseMisconfigured, GrantsWouldBeLost, SecretUnusable, InvalidInput, InvalidEnvironment],
};

/** Names of the errors after which the state machine tries again. */
export const RETRIED_ERRORS: readonly string[] = [
  SourceUnavailable, SourceTimedOut, SourceBusy, SchemaChangedMeanwhile, WarehouseUnavailable, WarehouseTimedOut, WarehouseThrottled, LoadIncomplete,
  StateMoved, VaultUnavailable,
].map(({ errorName }) => errorName);

/** The error after which the state machine waits for another run to end, longer than for the others. */
export const WAITED_FOR_ERRORS: readonly string[] = [TableBusy.errorName];

/** Kind of the failure with this name. */
export function failureClassOf(errorName: string): FailureClass | 'unforeseen' {
  const found = Object.entries(FAILURE_CLASSES).find(([, errors]) => errors.some((error) => error.errorName === errorName));
  return found ? (found[0] as FailureClass) : 'unforeseen';
}
