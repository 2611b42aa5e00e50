import { ConcurrentChange, InvalidEnvironment, InvalidInput, OperationError } from '../common/errors';

/**
 * Operations: one file each, with the AWS actions it calls and where it connects to. All of them read PIPELINE and
 * AWS_REGION. *Settings* is SETTINGS_PATH with ssm:GetParameter on `<path>/pipeline` and `<path>/tables/*`.
 * *Worker* is settings, LOCK_TABLE, every VAULT_* variable, WORKER_ENVIRONMENT, rds:DescribeDBClusters on the source, and in
 * the VPC the ways to PostgreSQL, to Snowflake with its stage, and to Vault; with VAULT_AUTH `token` also
 * secretsmanager:GetSecretValue on VAULT_TOKEN_SECRET_ARN.
 *
 * | operation           | needs                                                                                                |
 * |---------------------|------------------------------------------------------------------------------------------------------|
 * | request-replication | settings, ssm:GetParametersByPath on `<path>/tables`; STATE_MACHINE_ARN: states:StartExecution, states:DescribeExecution |
 * | list-tables         | settings, ssm:GetParametersByPath on `<path>/tables`                                                 |
 * | plan-replication    | worker; on LOCK_TABLE dynamodb:GetItem, PutItem, UpdateItem                                          |
 * | replicate-table     | worker; on LOCK_TABLE dynamodb:GetItem, PutItem, UpdateItem; 1 GB of memory and of /tmp              |
 * | extract-partition   | worker; on LOCK_TABLE dynamodb:UpdateItem; 1 GB of memory and of /tmp                                |
 * | commit-load         | worker; on LOCK_TABLE dynamodb:UpdateItem                                                            |
 * | verify-table        | worker; on LOCK_TABLE dynamodb:GetItem, PutItem, UpdateItem; 1 GB of memory                          |
 * | record-failure      | FAILURE_QUEUE_URL: sqs:SendMessage; TOPIC_ARN: sns:Publish                                           |
 * | redrive-failures    | FAILURE_QUEUE_URL: sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility; STATE_MACHINE_ARN: states:StartExecution  |
 * | finish-run          | TOPIC_ARN: sns:Publish                                                                               |
 *
 * Workers that log in to Snowflake with workload identity need no permission for it: they sign sts:GetCallerIdentity.
 */
export const OPERATIONS = [
  'request-replication', 'list-tables', 'plan-replication', 'replicate-table', 'extract-partition', 'commit-load', 'verify-table', 'record-failure', 'redrive-failures',
  'finish-run',
] as const;

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
 * Environment of the functions that reach both sides. The Snowflake driver reads it: without it every cold start asks the network which
 * cloud it is in, and tells Snowflake's telemetry of it. And V8 and malloc are kept from holding more memory the more rows came by: the
 * space for young objects is small and collected often (`collectingYoung`), with which the buffers go that live a moment; and blocks from
 * 128 KB on go back to the system, where malloc by itself would keep all that are smaller than the largest one it was ever given back.
 * https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
export const WORKER_ENVIRONMENT = {
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  SNOWFLAKE_DISABLE_MINICORE: 'true',
  SF_TELEMETRY_DISABLE_CONNECTION_SHAPE: '1',
  NODE_OPTIONS: '--expose-gc --max-semi-space-size=1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
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
  /** Alarming: seconds of the slowest statement that a function sent to the source, also one that was given up. */
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

/** `list-tables`: checks the request that an execution was started with, and names its tables. */
export interface ListTablesInput {
  /** The execution's name, which stands in for an `operationId` that the request does not have. */
  readonly operationId: string;
  readonly request: ReplicationRequest;
}

export interface ListTablesOutput {
  readonly operationId: string;
  readonly mode: RequestedMode;
  readonly tables: readonly TableRun[];
  /** Tables that the state machine works on at once. */
  readonly tablesAtOnce: number;
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
}

/** How long to wait, and what to go on with: goes back into the next call as it is. */
export interface Continuation {
  /** Zero unless the source asked for rest. */
  readonly waitSeconds: number;
  /** Counts the calls of one run of a table. */
  readonly calls: number;
  /** Counts the calls in a row in which the source asked for rest. */
  readonly rests: number;
  /** Sum of the calls so far. */
  readonly progress: Progress;
}

/** What the calls of one run of a table have done so far. */
export interface Progress {
  readonly rows: number;
  readonly quarantined: number;
  readonly batches: number;
  readonly seconds: number;
  readonly findings: Findings;
}

/** Rows in which a comparison of both sides found them to differ. */
export interface Findings {
  readonly compared: number;
  readonly missing: number;
  readonly altered: number;
  readonly extra: number;
  readonly repaired: number;
  /** Those that the cursor would never have brought. */
  readonly missedByCursor: number;
}

/** `replicate-table` and `verify-table`; a person who invokes them needs to say the table only. */
export interface TableInput {
  /** @default the id of the request to Lambda, which stays the same when Lambda tries again */
  readonly operationId?: string;
  readonly table: string;
  /** @default auto */
  readonly mode?: RequestedMode;
  readonly continuation?: Continuation | null;
  /** `replicate-table`: whether a full load that is too large for one function may be left to several. @default false */
  readonly divisible?: boolean;
}

/** `done` with a summary, or not done with what to go on with. */
export interface TableOutput<Summary> {
  readonly done: boolean;
  readonly summary: Summary | null;
  readonly continuation: Continuation | null;
}

export interface ReplicateTableOutput extends TableOutput<ReplicationSummary> {
  /** Several functions have to do it: nothing was done, and the table stays taken for `plan-replication`. */
  readonly spread: boolean;
}

/** What one whole run of a table did. */
export interface ReplicationSummary {
  readonly table: string;
  readonly mode: 'full' | 'incremental';
  /** Why this mode. */
  readonly reasons: readonly string[];
  readonly rowsExtracted: number;
  readonly rowsQuarantined: number;
  readonly batches: number;
  /** The batch up to which everything is proven. */
  readonly verifiedBatch: number;
  readonly durationSeconds: number;
}

export type VerifyTableOutput = TableOutput<VerificationSummary>;

export interface VerificationSummary extends Findings {
  readonly table: string;
  /** True when this run reached the end of the table; false when its budget of rows was spent, and the next goes on there. */
  readonly whole: boolean;
  readonly durationSeconds: number;
}

/** One share of a full load that several functions do together; which rows it is, is noted in Snowflake. */
export interface Partition {
  readonly index: number;
}

/** A load that several functions do together, from its plan to its commit. */
export interface SpreadLoad {
  readonly operationId: string;
  readonly table: string;
  /** Names what was planned, in Snowflake. */
  readonly loadId: string;
  /** Token of the lock that the plan took and the commit gives back. */
  readonly fence: number;
}

/** `plan-replication`, which `replicate-table` leaves large loads to: `single`, should it be none any more, leads back there; `spread` to `extract-partition` for each partition, `commit-load`, and then `replicate-table` with mode `incremental` for what changed meanwhile. */
export interface PlanReplicationOutput {
  readonly strategy: 'single' | 'spread';
  readonly mode: 'full' | 'incremental';
  readonly reasons: readonly string[];
  /** Of the table in the source, with what is stored aside. */
  readonly estimatedBytes: number;
  /** With `spread`, else null. */
  readonly load: SpreadLoad | null;
  /** With `spread`, else empty. */
  readonly partitions: readonly Partition[];
  /** How many of them are read at once. */
  readonly partitionsAtOnce: number;
}

/** `extract-partition`: called again until it is done; what it extracted is noted in Snowflake. */
export interface ExtractPartitionInput {
  readonly operationId: string;
  readonly load: SpreadLoad;
  readonly partition: Partition;
  /** From the answer before, 0 at first. */
  readonly rests: number;
}

export interface ExtractPartitionOutput {
  readonly index: number;
  readonly done: boolean;
  readonly rangesDone: number;
  readonly rows: number;
  /** Zero unless the source asked for rest. */
  readonly waitSeconds: number;
  /** Counts the calls in a row in which the source asked for rest. */
  readonly rests: number;
}

export interface CommitLoadInput {
  readonly operationId: string;
  readonly load: SpreadLoad;
}

/** What kind of failure an error is, and so whether trying again may help. */
export type FailureClass = 'connection' | 'timeout' | 'throttle' | 'auth' | 'data' | 'config';

/** `record-failure`: what a table, or with `table` null the run itself, failed of for good. */
export interface RecordFailureInput {
  readonly operationId: string;
  readonly table: string | null;
  readonly mode: RequestedMode;
  readonly executionArn: string;
  /** As Step Functions puts it into a Catch. */
  readonly error: { readonly Error: string; readonly Cause?: string };
}

/** How one table of a run ended: what the branches of a run put together for `finish-run`. */
export type TableOutcome =
  /** Another run worked on the table for as long as this one waited, and brings what this one would have. */
  | { readonly table: string; readonly status: 'busy' }
  | { readonly table: string; readonly status: 'succeeded'; readonly summary: ReplicationSummary | VerificationSummary }
  | { readonly table: string | null; readonly status: 'failed'; readonly errorName: string; readonly failureClass: FailureClass | 'unforeseen'; readonly message: string };

/** `finish-run`: tells people when something failed or was repaired, and fails with `TablesFailed` so that the execution does. */
export interface FinishRunInput {
  readonly operationId: string;
  readonly executionArn: string;
  readonly startedAt: string;
  readonly outcomes: readonly TableOutcome[];
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

/** Tables of the run failed; each is in the queue of failures. */
export class TablesFailed extends OperationError {
  static readonly errorName = 'SnowflakeReplicator.TablesFailed';
  override readonly name = TablesFailed.errorName;
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
