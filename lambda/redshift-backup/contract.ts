import { OperationError } from '../common/errors';

/** ManualSnapshotRetentionPeriod: https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html */
export const LONGEST_RETENTION_DAYS = 3653;

/** Names of the environment variables that the stacks set and the functions read. */
export const ENV = {
  /** Name of the pipeline, such as `warehouse`. */
  PIPELINE: 'PIPELINE',
  SOURCE_ACCOUNT: 'SOURCE_ACCOUNT',
  TARGET_ACCOUNT: 'TARGET_ACCOUNT',
  /** The cluster or namespace that is backed up. */
  CLUSTER_IDENTIFIER: 'CLUSTER_IDENTIFIER',
  DATABASE: 'DATABASE',
  /** Database user that reads every table, in the source and, restored with it, in the copy. */
  READER_USER: 'READER_USER',
  /** Of Redshift Serverless alone: what a restore runs with, in Redshift processing units. */
  CAPACITY_RPU: 'CAPACITY_RPU',
  /** Of Redshift Serverless, in the source: what computes for the namespace. */
  WORKGROUP: 'WORKGROUP',
  /** Manual snapshots that the account may have in the region, as the configuration says. */
  SNAPSHOT_QUOTA: 'SNAPSHOT_QUOTA',
  SNAPSHOT_PREFIX: 'SNAPSHOT_PREFIX',
  /** Prefix of the clusters that are restored to be proven; nothing else is ever deleted. */
  PROOF_CLUSTER_PREFIX: 'PROOF_CLUSTER_PREFIX',
  RETENTION: 'RETENTION',
  /** Days that a snapshot lives on when the clean-up is dead. */
  GRACE_DAYS: 'GRACE_DAYS',
  STATE_MACHINE_ARN: 'STATE_MACHINE_ARN',
  /** Bucket of the target account that keeps manifests and proofs, locked. */
  EVIDENCE_BUCKET: 'EVIDENCE_BUCKET',
  TOPIC_ARN: 'TOPIC_ARN',
  SOURCE_KEY_ARN: 'SOURCE_KEY_ARN',
  TARGET_KEY_ARN: 'TARGET_KEY_ARN',
  SUBNET_GROUP: 'SUBNET_GROUP',
  /** Of Redshift Serverless, which knows no subnet groups: separated by commas. */
  SUBNET_IDS: 'SUBNET_IDS',
  SECURITY_GROUP: 'SECURITY_GROUP',
  /** On-demand price of a node and hour in USD, by node type. */
  NODE_PRICES: 'NODE_PRICES',
  COST_CAP_USD: 'COST_CAP_USD',
  LIFETIME_HOURS: 'LIFETIME_HOURS',
  /** Where Redshift copies the snapshots of the cluster to, and what it needs there. */
  COPY_REGION: 'COPY_REGION',
  COPY_GRANT: 'COPY_GRANT',
  COPY_KEY_ALIAS: 'COPY_KEY_ALIAS',
  COPY_KEEP_DAYS: 'COPY_KEEP_DAYS',
  COPY_KEEP_AUTOMATED_DAYS: 'COPY_KEEP_AUTOMATED_DAYS',
  BACKUP_VAULT: 'BACKUP_VAULT',
  TARGET_VAULT_ARN: 'TARGET_VAULT_ARN',
  BACKUP_ROLE_ARN: 'BACKUP_ROLE_ARN',
  BACKUP_KEEP_DAYS: 'BACKUP_KEEP_DAYS',
} as const;

/** Tags by which functions and people know what is whose. */
export const TAG = {
  pipeline: 'holdfast:pipeline',
  /** The run that made it. */
  operation: 'holdfast:operation',
  /** Of a cluster: days that its owner wants its backups kept; of a snapshot: days that the run asked for. Instead of the policy's. */
  retentionDays: 'holdfast:retention-days',
  /** Why nobody may delete it; released by removing the tag. */
  legalHold: 'holdfast:legal-hold',
  /** The shared snapshot that an owned copy was restored from. */
  copyOf: 'holdfast:copy-of',
  /** When that snapshot was made, ISO 8601: how old the data is, however young the copy. */
  dataAsOf: 'holdfast:data-as-of',
  /** The automated snapshot or recovery point that a snapshot was made of. */
  promotedFrom: 'holdfast:promoted-from',
  /** The snapshot that a namespace of Redshift Serverless was made for. */
  restoreOf: 'holdfast:restore-of',
  /** The same, once its data is on the way: restoring again would replace what people have written since. */
  restoreBegun: 'holdfast:restore-begun',
} as const;

/** Custom metrics, in the namespace `Holdfast` with the dimensions `service` (the system) and `instance` (the pipeline). */
export const METRIC = {
  /** Alarming: 1 for each run that shared its snapshot. */
  backupCompleted: 'BackupCompleted',
  /** Alarming: 1 for each snapshot that was made without a manifest and can never be proven. */
  manifestMissing: 'ManifestMissing',
  /** Alarming: age of the newest backup that the target account could restore now. */
  restorableAge: 'RestorableAgeSeconds',
  /** Alarming: age of the newest copy that the target account owns and has proven. */
  provenAge: 'ProvenAgeSeconds',
  /** Alarming: age of the newest copy in the other region that the target account could restore there now. */
  regionCopyAge: 'RegionCopyAgeSeconds',
  /** Alarming: 1 for each own copy that two people had deleted before its time. */
  copyReleased: 'CopyReleased',
  /** Alarming: 1 for each restore with other content than its manifest says. */
  proofMismatch: 'ProofMismatch',
  /** Alarming: 1 for each clean-up that left something undone. */
  cleanUpFailed: 'CleanUpFailed',
  /** Alarming by its silence: snapshots that a clean-up deleted, also when there were none. */
  snapshotsDeleted: 'SnapshotsDeleted',
  /** Alarming: clusters that outlived their run and were deleted. */
  clustersSwept: 'ClustersSwept',
  /** Alarming: 1 when AWS Backup copied a Redshift recovery point to another account, which it never did before. */
  copySupported: 'CopySupported',
  /** Diagnosing: 1 for each content that was proven. */
  proven: 'CopyProven',
  /** Diagnosing: minutes from the start of the restore to all data loaded. */
  restoreDuration: 'RestoreDurationMinutes',
  /** Diagnosing: minutes from the request to the shared snapshot. */
  backupDuration: 'BackupDurationMinutes',
  /** Diagnosing: share of rows that the manifests could prove. */
  provenRows: 'ProvenRowsPercent',
  /** Diagnosing: manual snapshots in the region, ours and others'. */
  snapshotsUsed: 'SnapshotsUsed',
  /** Diagnosing: shares that had to be added or revoked. */
  sharesMended: 'SharesMended',
  /** Diagnosing: what about the copies in the other region was not as configured. */
  regionCopiesMended: 'RegionCopiesMended',
} as const;

/** The documented event of a manual invoke. What is left out comes from the configuration. */
export interface BackupEvent {
  readonly cluster_identifier?: string;
  readonly target_account_id?: string;
  readonly retention_days?: number;
}

/** The documented response, with the execution that goes on. A snapshot takes longer than a function may run, so `shared` is false in it. */
export interface BackupResponse {
  readonly statusCode: 200;
  readonly snapshot_id: string;
  readonly cluster_identifier: string;
  readonly target_account_id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly shared: boolean;
  readonly cleaned_up_snapshots: number;
  /** `completed` or `failed` when the run of this schedule slot has ended before: a slot is not run twice. */
  readonly status: 'started' | 'running' | 'completed' | 'failed';
  readonly execution_arn: string;
}

/** One run of the backup: what every step gets. */
export interface BackupRun {
  /** Also the snapshot's identifier. */
  readonly operationId: string;
  readonly clusterIdentifier: string;
  readonly targetAccount: string;
  /** Absent when the policy decides. */
  readonly retentionDays: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** When, in the life of a snapshot, a manifest is taken. */
export type ManifestPhase = 'before' | 'after' | 'restored';

/** Where the reading of a manifest is: the state machine carries it from call to call. */
export interface ManifestProgress {
  readonly done: boolean;
  readonly stage: 'catalog' | 'content' | 'written';
  /** Statements of the Data API that run. */
  readonly statementIds: readonly string[];
  readonly manifestKey: string;
  readonly tables: number;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** A snapshot in the words of the application. */
export interface SnapshotState {
  readonly done: boolean;
  readonly status: string;
}

/** What a proof restores, decided before anything is started. */
export interface ProofPlan {
  /** Name of the proof's run; also the identifier of the shared snapshot. */
  readonly operationId: string;
  readonly snapshotIdentifier: string;
  readonly snapshotCreatedAt: string;
  readonly proofClusterIdentifier: string;
  readonly nodeType: string;
  readonly numberOfNodes: number;
  readonly estimatedUsd: number;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What the first of two people has asked for, as it is written down. */
export interface ReleaseRequest {
  readonly snapshotIdentifier: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly expiresAt: string;
}

export type Verdict = 'PROVEN' | 'MISMATCH';

/** What the comparison of a restored cluster with the manifests found. */
export interface ProofResult {
  readonly verdict: Verdict;
  readonly tables: number;
  readonly rows: number;
  /** Rows in tables that nobody wrote to while the snapshot was made: those that the manifests can prove. */
  readonly provenRows: number;
  /** A line for each table that is not as the manifest says, at most a hundred. */
  readonly differences: readonly string[];
  /** Tables that were being written to, so that only their schema is compared. */
  readonly moving: readonly string[];
}

/** The cluster is being resized, paused, changed or only just made. What is wanted of it can be done when it is available again. */
export class ClusterBusy extends OperationError {
  static readonly errorName = 'RedshiftBackup.ClusterBusy';
  override readonly name = ClusterBusy.errorName;
  override readonly disposition = 'retry';
}

/** Something that the backup or the proof needs is not there. All of it is named, before anything was started. */
export class PreflightFailed extends OperationError {
  static readonly errorName = 'RedshiftBackup.PreflightFailed';
  override readonly name = PreflightFailed.errorName;
  override readonly disposition = 'stop';

  constructor(what: string, readonly missing: readonly string[]) {
    super(`${what} cannot start: ${missing.join('; ')}`, { missing });
  }
}

/** A snapshot of this name exists that no run of the pipeline made. */
export class SnapshotNotOurs extends OperationError {
  static readonly errorName = 'RedshiftBackup.SnapshotNotOurs';
  override readonly name = SnapshotNotOurs.errorName;
  override readonly disposition = 'stop';
}

/** Redshift gave the snapshot up, or it vanished. The next run makes another. */
export class SnapshotFailed extends OperationError {
  static readonly errorName = 'RedshiftBackup.SnapshotFailed';
  override readonly name = SnapshotFailed.errorName;
  override readonly disposition = 'stop';
}

/** The snapshot or its key is shared with as many accounts as AWS allows. Somebody has to revoke a share first. */
export class ShareRefused extends OperationError {
  static readonly errorName = 'RedshiftBackup.ShareRefused';
  override readonly name = ShareRefused.errorName;
  override readonly disposition = 'stop';
}

/** The share was made and does not show. It shows a moment later, or somebody revoked it. */
export class ShareNotSeen extends OperationError {
  static readonly errorName = 'RedshiftBackup.ShareNotSeen';
  override readonly name = ShareNotSeen.errorName;
  override readonly disposition = 'retry';
}

/** A statement of the Data API failed: the reader lacks a right, or the cluster does not answer. */
export class ManifestFailed extends OperationError {
  static readonly errorName = 'RedshiftBackup.ManifestFailed';
  override readonly name = ManifestFailed.errorName;
  override readonly disposition = 'stop';
}

/** No shared snapshot is left to prove: the newest is proven already. Nothing is wrong. */
export class NothingToProve extends OperationError {
  static readonly errorName = 'RedshiftBackup.NothingToProve';
  override readonly name = NothingToProve.errorName;
  override readonly disposition = 'stop';
}

/** The restored cluster could cost more than the configuration allows for one proof. */
export class CostCapExceeded extends OperationError {
  static readonly errorName = 'RedshiftBackup.CostCapExceeded';
  override readonly name = CostCapExceeded.errorName;
  override readonly disposition = 'stop';
}

/** The restored cluster failed, or is gone before it was proven. */
export class RestoreFailed extends OperationError {
  static readonly errorName = 'RedshiftBackup.RestoreFailed';
  override readonly name = RestoreFailed.errorName;
  override readonly disposition = 'stop';
}

/** The restored content is not what the manifest says. It is recorded, and no copy is kept of it. */
export class ContentMismatch extends OperationError {
  static readonly errorName = 'RedshiftBackup.ContentMismatch';
  override readonly name = ContentMismatch.errorName;
  override readonly disposition = 'stop';
}

/** The copy is not to be released, or not by this token. Nothing was deleted. */
export class ReleaseRefused extends OperationError {
  static readonly errorName = 'RedshiftBackup.ReleaseRefused';
  override readonly name = ReleaseRefused.errorName;
  override readonly disposition = 'stop';
}

/** Not everything that should be gone is gone. The next clean-up tries again. */
export class CleanUpIncomplete extends OperationError {
  static readonly errorName = 'RedshiftBackup.CleanUpIncomplete';
  override readonly name = CleanUpIncomplete.errorName;
  override readonly disposition = 'stop';
}
