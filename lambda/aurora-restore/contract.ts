import { OperationError } from '../common/errors';

/** Names of the environment variables that the stack sets and the functions read. */
export const ENV = {
  /** Name of the pipeline, such as `orders-refresh`. */
  PIPELINE: 'PIPELINE',
  SOURCE_REGION: 'SOURCE_REGION',
  SOURCE_ACCOUNT: 'SOURCE_ACCOUNT',
  SOURCE_CLUSTER: 'SOURCE_CLUSTER',
  /** Customer key under which snapshots leave the source account; absent within one account. */
  SOURCE_KEY_ARN: 'SOURCE_KEY_ARN',
  /** Role to act as in the source account; absent within one account. */
  SOURCE_ROLE_ARN: 'SOURCE_ROLE_ARN',
  TARGET_ACCOUNT: 'TARGET_ACCOUNT',
  TARGET_CLUSTER: 'TARGET_CLUSTER',
  TARGET_KEY_ARN: 'TARGET_KEY_ARN',
  TARGET_SUBNET_GROUP: 'TARGET_SUBNET_GROUP',
  TARGET_PARAMETER_GROUP: 'TARGET_PARAMETER_GROUP',
  INSTANCE_CLASS: 'INSTANCE_CLASS',
  QUARANTINE_SECURITY_GROUP: 'QUARANTINE_SECURITY_GROUP',
  CLIENT_SECURITY_GROUP: 'CLIENT_SECURITY_GROUP',
  SNAPSHOT_MAX_AGE_HOURS: 'SNAPSHOT_MAX_AGE_HOURS',
  SOURCE_DELETABLE: 'SOURCE_DELETABLE',
  ON_FAILURE: 'ON_FAILURE',
  KEEP_COPIES_DAYS: 'KEEP_COPIES_DAYS',
  KEEP_CAPTURES_DAYS: 'KEEP_CAPTURES_DAYS',
  STATE_TABLE: 'STATE_TABLE',
  AUDIT_TABLE: 'AUDIT_TABLE',
  COPY_SLOT_TABLE: 'COPY_SLOT_TABLE',
  STATE_MACHINE_ARN: 'STATE_MACHINE_ARN',
  ADMIN_SECRET_ARN: 'ADMIN_SECRET_ARN',
  APP_SECRET_ARN: 'APP_SECRET_ARN',
  MANIFEST_BUCKET: 'MANIFEST_BUCKET',
  MANIFEST_BUCKET_REGION: 'MANIFEST_BUCKET_REGION',
  /** Where this region's functions read the manifest and write the report. */
  EVIDENCE_BUCKET: 'EVIDENCE_BUCKET',
  TOPIC_ARN: 'TOPIC_ARN',
  DATABASES: 'DATABASES',
  SOURCE_SECRET_ARN: 'SOURCE_SECRET_ARN',
  /** Function of the source's account that reads the live source; absent when there is none. */
  TAKE_MANIFEST_FUNCTION: 'TAKE_MANIFEST_FUNCTION',
} as const;

/** Tags by which steps and later runs know what is theirs, and owners say what may be done. */
export const TAG = {
  operation: 'holdfast:operation',
  pipeline: 'holdfast:pipeline',
  /** Names the capture whose manifests describe a snapshot. */
  manifest: 'holdfast:manifest',
  /** Moment after which a kept copy is deleted, ISO 8601. */
  deleteAfter: 'holdfast:delete-after',
  /** Moment at which a cluster made room for a newer one, ISO 8601. */
  retiredAt: 'holdfast:retired-at',
  /** Put on a cluster by its owner: the pipeline that may delete it. */
  deletableBy: 'holdfast:deletable-by',
} as const;

/** Custom metrics of the system, in the namespace `Holdfast` with the dimensions `service` (the system) and `instance` (the pipeline). */
export const METRIC = {
  /** Alarming: minutes from the request to the open database. */
  restoreDuration: 'RestoreDurationMinutes',
  /** Alarming: 1 for each restore whose content was proven. */
  restoreProven: 'RestoreProven',
  /** Diagnosing: 1 for each run that ended in failure and could still tell so; the alarm counts executions. */
  restoreFailed: 'RestoreFailed',
  /** Alarming: 1 for each proof that found other content than the manifest says. */
  proofMismatch: 'ProofMismatch',
  /** Diagnosing: age of the snapshot when it was chosen. */
  snapshotAge: 'SnapshotAgeHours',
  /** Diagnosing: retired clusters and old copies deleted by a sweep. */
  leftoversRemoved: 'LeftoversRemoved',
  /** Alarming: share of rows that the manifest could prove. */
  provenRows: 'ProvenRowsPercent',
} as const;

export type Mode = 'restore' | 'plan' | 'abandon';

/** What somebody may ask for. Every field but none is required; the pipeline's configuration fills the rest. */
export interface RestoreRequest {
  /** Names the run: the same id twice is the same run, resumed. The id of a plan ends in `-plan`, so that it never is a run's. */
  readonly operationId?: string;
  /** `plan` changes nothing and tells what `restore` would do; `abandon` removes what a run made that was not completed. */
  readonly mode?: Mode;
  /** A certain snapshot, by identifier or ARN, instead of the newest. */
  readonly snapshotIdentifier?: string;
  readonly targetClusterIdentifier?: string;
  /** Deletes the source cluster after everything is proven. Needs the hash of a plan. */
  readonly deleteSource?: boolean;
  readonly planHash?: string;
  readonly onFailure?: 'remove' | 'keep';
}

/** An admitted request, complete: what every step gets. */
export interface RestoreRun {
  readonly operationId: string;
  readonly mode: Mode;
  readonly snapshotIdentifier: string | null;
  readonly targetClusterIdentifier: string;
  readonly deleteSource: boolean;
  readonly planHash: string | null;
  readonly onFailure: 'remove' | 'keep';
  /** When the run was asked for first, ISO 8601: resuming it does not start its clock anew. */
  readonly startedAt: string;
}

/** What every step after admission gets. */
export interface StepInput {
  /** Under this, logs and traces of all steps are found together. */
  readonly operationId: string;
  readonly run: RestoreRun;
}

/** Steps that work on the restored cluster, under the name it has until it takes over the target's. */
export interface ClusterStepInput extends StepInput {
  readonly clusterIdentifier: string;
}

/** What a run will do, found out before anything is started. */
export interface RestorePlan {
  /** Name to restore under: the target's own when it is free, otherwise one of this run until the cut-over. */
  readonly clusterIdentifier: string;
  /** Cluster that has the target's name and was made by an earlier run: it is retired at the cut-over. */
  readonly previousClusterIdentifier: string | null;
  /** What the run would call, in order, in words for people. */
  readonly calls: readonly string[];
  /** What the run would delete; empty unless it deletes its source. */
  readonly deletions: readonly string[];
  /** Hash of what would be deleted and why: a run that deletes carries the hash of the plan that somebody read. */
  readonly planHash: string;
}

/** One movement of the snapshot on its way to the target. */
export type Hop =
  /** A manual copy inside the source account under a key that can be shared. */
  | { readonly kind: 'copy-at-source'; readonly snapshotIdentifier: string; readonly region: string; readonly kmsKeyArn: string | null; readonly sourceArn: string }
  | { readonly kind: 'share'; readonly snapshotIdentifier: string; readonly region: string; readonly account: string }
  /** A copy that the target account owns, under its own key. */
  | { readonly kind: 'copy-to-target'; readonly snapshotIdentifier: string; readonly region: string; readonly kmsKeyArn: string | null; readonly sourceArn: string };

/** The snapshot that a run restores. */
export interface ChosenSnapshot {
  readonly arn: string;
  readonly identifier: string;
  readonly type: 'manual' | 'automated';
  readonly createdAt: string;
  readonly encryption: 'none' | 'sse-rds' | 'sse-kms';
  readonly kmsKeyArn: string | null;
  readonly engineVersion: string;
  readonly sizeGb: number;
  /** Object key of the manifest that was taken with the snapshot, if one was. */
  readonly manifestKey: string | null;
  readonly hops: readonly Hop[];
  /** ARN of the snapshot to restore from, after all hops. */
  readonly restorableArn: string;
}

export interface CopyProgress {
  readonly done: boolean;
  readonly status: string;
  readonly percent: number;
  /** Index of the hop that comes next; the number of hops when all are done. */
  readonly nextHop: number;
  readonly allDone: boolean;
}

/**
 * How a comparison of the content ended: proven by manifests, other than they say, compared with the source as it is
 * now for want of manifests, or compared with nothing.
 */
export type Verdict = 'PROVEN' | 'MISMATCH' | 'SAME_AS_LIVE_SOURCE' | 'DIFFERS_FROM_LIVE_SOURCE' | 'NO_REFERENCE';

export interface ProofSummary {
  readonly verdict: Verdict;
  readonly basis: 'manifest' | 'live' | 'none';
  /** Object key of the whole comparison in the evidence bucket. */
  readonly reportKey: string;
  readonly tables: number;
  readonly rows: number;
  readonly provenRows: number;
  readonly differences: number;
}

/** No snapshot fits the request: none is there, or the newest is too old. Waiting does not help. */
export class NoUsableSnapshot extends OperationError {
  static readonly errorName = 'AuroraRestore.NoUsableSnapshot';
  override readonly name = NoUsableSnapshot.errorName;
  override readonly disposition = 'stop';
}

/** The snapshot cannot leave its account: it is under a key that AWS does not let anybody share. */
export class SnapshotNotShareable extends OperationError {
  static readonly errorName = 'AuroraRestore.SnapshotNotShareable';
  override readonly name = SnapshotNotShareable.errorName;
  override readonly disposition = 'stop';
}

/** Something that the restore needs is not there. All that is missing is named at once, before anything was started. */
export class PreflightFailed extends OperationError {
  static readonly errorName = 'AuroraRestore.PreflightFailed';
  override readonly name = PreflightFailed.errorName;
  override readonly disposition = 'stop';

  constructor(readonly missing: readonly string[]) {
    super(`the restore cannot start: ${missing.join('; ')}`, { missing });
  }
}

/** All copy slots of the region are taken: AWS runs at most five copies at a time there. Its turn comes. */
export class NoCopySlot extends OperationError {
  static readonly errorName = 'AuroraRestore.NoCopySlot';
  override readonly name = NoCopySlot.errorName;
  override readonly disposition = 'retry';
}

/** The copy that an earlier attempt made is being deleted. Its name is free within minutes. */
export class CopyBeingDeleted extends OperationError {
  static readonly errorName = 'AuroraRestore.CopyBeingDeleted';
  override readonly name = CopyBeingDeleted.errorName;
  override readonly disposition = 'retry';
}

/** Another operation is about to take the same target's name. Its turn comes. */
export class TargetBusy extends OperationError {
  static readonly errorName = 'AuroraRestore.TargetBusy';
  override readonly name = TargetBusy.errorName;
  override readonly disposition = 'retry';
}

/** AWS refused to copy across account and region in one step: two steps lead there. */
export class OneStepCopyRefused extends OperationError {
  static readonly errorName = 'AuroraRestore.OneStepCopyRefused';
  override readonly name = OneStepCopyRefused.errorName;
  override readonly disposition = 'retry';
}

/** AWS gave the copy up. Another run may make a new one. */
export class CopyFailed extends OperationError {
  static readonly errorName = 'AuroraRestore.CopyFailed';
  override readonly name = CopyFailed.errorName;
  override readonly disposition = 'stop';
}

/** Something else changes the cluster at present. It is over in minutes. */
export class ClusterBusy extends OperationError {
  static readonly errorName = 'AuroraRestore.ClusterBusy';
  override readonly name = ClusterBusy.errorName;
  override readonly disposition = 'retry';
}

/** AWS gave the cluster or instance up while it was made or changed. */
export class RestoreFailed extends OperationError {
  static readonly errorName = 'AuroraRestore.RestoreFailed';
  override readonly name = RestoreFailed.errorName;
  override readonly disposition = 'stop';
}

/** The target's name is taken by something that no run of this pipeline made. */
export class TargetNotOurs extends OperationError {
  static readonly errorName = 'AuroraRestore.TargetNotOurs';
  override readonly name = TargetNotOurs.errorName;
  override readonly disposition = 'stop';
}

/** The operation id is in use by a run that is under way, or that has succeeded; or there is no such run to abandon. */
export class OperationNotResumable extends OperationError {
  static readonly errorName = 'AuroraRestore.OperationNotResumable';
  override readonly name = OperationNotResumable.errorName;
  override readonly disposition = 'stop';
}

/** The reader of the source or the restored database may not see everything that the manifest has to cover. */
export class ContentUnreadable extends OperationError {
  static readonly errorName = 'AuroraRestore.ContentUnreadable';
  override readonly name = ContentUnreadable.errorName;
  override readonly disposition = 'stop';
}

/** What the proof compares with is not where it was put. Nothing can be called proven. */
export class ReferenceLost extends OperationError {
  static readonly errorName = 'AuroraRestore.ReferenceLost';
  override readonly name = ReferenceLost.errorName;
  override readonly disposition = 'stop';
}

/** The restored content is not what the manifest says. The database stays closed. */
export class ProofMismatch extends OperationError {
  static readonly errorName = 'AuroraRestore.ProofMismatch';
  override readonly name = ProofMismatch.errorName;
  override readonly disposition = 'stop';
}

/** Masking left something unmasked, or a user can do more or less than it should. The database stays closed. */
export class UserSetupFailed extends OperationError {
  static readonly errorName = 'AuroraRestore.UserSetupFailed';
  override readonly name = UserSetupFailed.errorName;
  override readonly disposition = 'stop';
}

/** The database does not answer yet, or no longer; it may in a moment. */
export class DatabaseUnreachable extends OperationError {
  static readonly errorName = 'AuroraRestore.DatabaseUnreachable';
  override readonly name = DatabaseUnreachable.errorName;
  override readonly disposition = 'retry';
}

/** The connection reached another database than the one that was meant, or one that does not know the credentials. Nothing was changed in it. */
export class WrongDatabase extends OperationError {
  static readonly errorName = 'AuroraRestore.WrongDatabase';
  override readonly name = WrongDatabase.errorName;
  override readonly disposition = 'stop';
}

/** The source must not be deleted: each reason is named. Nothing was touched. */
export class DeletionRefused extends OperationError {
  static readonly errorName = 'AuroraRestore.DeletionRefused';
  override readonly name = DeletionRefused.errorName;
  override readonly disposition = 'stop';

  constructor(readonly reasons: readonly string[]) {
    super(`the source cluster is not deleted: ${reasons.join('; ')}`, { reasons });
  }
}
