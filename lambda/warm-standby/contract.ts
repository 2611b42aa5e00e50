import { OperationError } from '../common/errors';

/** Names of the environment variables that the stacks set and the functions read. */
export const ENV = {
  /** Name of the system, such as `shop`. */
  SYSTEM: 'SYSTEM',
  PEER_REGION: 'PEER_REGION',
  WITNESS_REGION: 'WITNESS_REGION',
  /** Region whose table holds the traffic switch and whose alarm Route 53 follows. */
  SWITCH_REGION: 'SWITCH_REGION',
  /** The table of the same name in this region, in the peer's and in the witness'. */
  STATE_TABLE: 'STATE_TABLE',
  STATE_MACHINE_ARN: 'STATE_MACHINE_ARN',
  REBUILD_MACHINE_ARN: 'REBUILD_MACHINE_ARN',
  INSTANCE: 'INSTANCE',
  INSTANCE_CLASS: 'INSTANCE_CLASS',
  PEER_INSTANCE_ARN: 'PEER_INSTANCE_ARN',
  DATABASE: 'DATABASE',
  SUBNET_GROUP: 'SUBNET_GROUP',
  PARAMETER_GROUP: 'PARAMETER_GROUP',
  DATA_KEY_ARN: 'DATA_KEY_ARN',
  ADMIN_SECRET: 'ADMIN_SECRET',
  APP_SECRET: 'APP_SECRET',
  DATABASE_GROUP: 'DATABASE_GROUP',
  APP_GROUP: 'APP_GROUP',
  BACKUP_RETENTION_DAYS: 'BACKUP_RETENTION_DAYS',
  BACKUP_WINDOW: 'BACKUP_WINDOW',
  RECONCILED_TABLES: 'RECONCILED_TABLES',
  RPO_SECONDS: 'RPO_SECONDS',
  /** Declared seconds of each step, as JSON. */
  BUDGET: 'BUDGET',
  RTO_MINUTES: 'RTO_MINUTES',
  CLUSTER: 'CLUSTER',
  SERVICE: 'SERVICE',
  ACTIVE_TASKS: 'ACTIVE_TASKS',
  /** This region's load balancer, by the name that AWS gave it. */
  LOAD_BALANCER: 'LOAD_BALANCER',
  /** What clients connect to. */
  RECORD_NAME: 'RECORD_NAME',
  PEER_YIELD_FUNCTION: 'PEER_YIELD_FUNCTION',
  PEER_OPEN_FUNCTION: 'PEER_OPEN_FUNCTION',
  /** Only in the primary region: what has the standby's objects copied back. */
  PEER_PAIR_FUNCTION: 'PEER_PAIR_FUNCTION',
  OWN_BUCKET: 'OWN_BUCKET',
  PEER_BUCKET: 'PEER_BUCKET',
  PEER_DATA_KEY_ARN: 'PEER_DATA_KEY_ARN',
  REPLICATION_ROLE_ARN: 'REPLICATION_ROLE_ARN',
  REPORT_BUCKET: 'REPORT_BUCKET',
  PEER_REPORT_BUCKET: 'PEER_REPORT_BUCKET',
  TOPIC_ARN: 'TOPIC_ARN',
  APPROVAL_MINUTES: 'APPROVAL_MINUTES',
  TASK_SUBNETS: 'TASK_SUBNETS',
  /** The most tasks that autoscaling may start, and what each takes of the quota. */
  MOST_TASKS: 'MOST_TASKS',
  TASK_VCPU: 'TASK_VCPU',
} as const;

/** Ids of the rules that copy a region's objects to the other one; metrics of replication are told apart by them. */
export const REPLICATION_RULE = { primary: 'to-the-standby-region', standby: 'to-the-primary-region' } as const;

/**
 * How long a region may go on writing after it last heard that it may: what an unplanned failover waits before it promotes.
 * Leases are renewed once a minute, so two renewals may be missed.
 */
export const LEASE_SECONDS = 150;

/** How often the active region is looked at, and leases are renewed. */
export const LOOK_SECONDS = 60;

/** How long a region may have gone on writing that nobody hears: it is missed a look later, and its lease may have been renewed just before. */
export const UNSEEN_SECONDS = LOOK_SECONDS + LEASE_SECONDS;

/** Environment of the application's container. */
export const APPLICATION_ENV = {
  REGION: 'REGION',
  PORT: 'PORT',
  DB_HOST: 'DB_HOST',
  DB_NAME: 'DB_NAME',
  DB_USER: 'DB_USER',
  DB_PASSWORD: 'DB_PASSWORD',
} as const;

/** Custom metrics of the system, in the namespace `Holdfast` with the dimensions `service` (the system) and `instance` (its name). */
export const METRIC = {
  /** Alarming, and what Route 53 follows: 1 while the standby region serves, 0 while the primary does. */
  standbyServes: 'StandbyServes',
  /** Alarming, and what Route 53 follows beside it: 1 while the primary region has called its clients back because the switch could not be reached. */
  clientsRecalled: 'ClientsRecalled',
  /** Alarming: 1 for each probe that the active region did not answer, 0 for each that it did. */
  serviceUnreachable: 'ServiceUnreachable',
  /** Alarming: share of the conditions of a failover that hold. */
  readiness: 'ReadinessPercent',
  /** Alarming: how old the newest heartbeat on the replica is. */
  heartbeatAge: 'HeartbeatAgeSeconds',
  /** Alarming: 1 while somebody is asked to approve. */
  approvalPending: 'ApprovalPending',
  /** Silencing: 1 while a planned failover may be under way, during which this region is expected to refuse and to fall silent. */
  handingOver: 'HandingOver',
  /** Diagnosing: how long clients were without service, and how much was lost. */
  recoveryTime: 'RecoveryTimeSeconds',
  recoveryPoint: 'RecoveryPointSeconds',
  /** Alarming: rows that clients were promised and that are only in the lost region's database. */
  lostRows: 'LostRows',
} as const;

export type FailoverKind = 'planned' | 'unplanned';

/** What somebody, or an alarm, asks for. It makes the region in which it is asked for the active one. */
export interface FailoverRequest {
  readonly kind: FailoverKind;
  /** Who or what asks. */
  readonly requestedBy: string;
  readonly reason: string;
}

/** An admitted request: what every step of the failover gets. */
export interface FailoverRun {
  /** `epoch-<n>`, and `epoch-<n>_2` when it is resumed: two requests for the same epoch are one failover. */
  readonly operationId: string;
  readonly kind: FailoverKind;
  /** The epoch that begins with this failover. */
  readonly epoch: number;
  readonly requestedBy: string;
  readonly reason: string;
  /** When it was asked for first, ISO 8601. */
  readonly requestedAt: string;
  /** When the active region was last seen to work, ISO 8601: where the loss of service counts from. */
  readonly lastServedAt: string;
}

/** What every step after admission gets. */
export interface StepInput {
  readonly operationId: string;
  readonly run: FailoverRun;
}

/** A position in the write-ahead log, such as `0/3000148`. */
export type LogPosition = string;

/** The last sign of life that the active region wrote into its database. */
export interface Heartbeat {
  readonly epoch: number;
  readonly sequence: number;
  /** By the clock of whoever wrote it, ISO 8601. */
  readonly writtenAt: string;
}

/** Where the active region said it was, as it tells the other regions every minute. */
export interface Progress {
  readonly epoch: number;
  readonly sequence: number;
  readonly at: string;
}

/**
 * What the replica shows: `current` when it has everything that the primary sent and nothing is missing that the primary
 * is known to have had, `behind` when it is still replaying, `lossy` when something may be missing but no more than the
 * objective allows, `stale` when it may be more.
 */
export type Verdict = 'current' | 'behind' | 'lossy' | 'stale';

/** Why a replica may or may not be promoted, all of it read on the replica itself and in this region. */
export interface Evidence {
  readonly takenAt: string;
  readonly verdict: Verdict;
  /** The replica gets nothing because there is nothing to get: it streams, has everything, and only the heartbeats pause. */
  readonly idle: boolean;
  readonly inRecovery: boolean;
  readonly receiverAlive: boolean;
  readonly receivedLsn: LogPosition | null;
  readonly replayedLsn: LogPosition | null;
  readonly unreplayedBytes: number;
  readonly heartbeat: Heartbeat | null;
  readonly lastProgress: Progress | null;
  /** What a promotion now would lose at most: work of this many seconds, everything after this heartbeat. */
  readonly namedLoss: NamedLoss;
  readonly reasons: readonly string[];
}

export interface NamedLoss {
  readonly seconds: number;
  readonly lastSequence: number;
}

/** What the drained region had at its end. */
export interface Drained {
  readonly finalLsn: LogPosition;
  readonly finalSequence: number;
  readonly at: string;
}

/** An answer to the question whether to fail over. */
export interface ApprovalAnswer {
  /** The execution that asks: an approval for another one is refused. */
  readonly operationId: string;
  readonly decision: 'approve' | 'reject';
  readonly by: string;
  /** For a stale replica: the loss as it was named. */
  readonly signedLoss?: NamedLoss;
}

/** What the execution goes on with: who has consented, and what was signed for. */
export interface Approval {
  readonly by: string;
  readonly signedLoss: NamedLoss | null;
  /** ISO 8601. */
  readonly at: string;
}

/** Where a table whose rows are numbered ended when an epoch began. */
export interface TablePosition {
  readonly table: string;
  readonly lastNumber: number | null;
  /** Numbers shortly before the last that are not there: writers overtake each other, and one of them may be lost. */
  readonly gaps: readonly number[];
  /** Why its end is not known, such as a table that does not exist. */
  readonly unread?: string;
}

export type FailoverStep = 'detect' | 'decide' | 'fence' | 'promote' | 'scale' | 'switch' | 'verify';

/** Moments at which a failover entered its steps, ISO 8601. */
export type Marks = Readonly<Partial<Record<'admitted' | 'decided' | 'fenced' | 'promoted' | 'scaled' | 'switched' | 'verified', string>>>;

/** Another failover is under way, or this region is the active one already; its name is in the message. */
export class FailoverRefused extends OperationError {
  static readonly errorName = 'WarmStandby.FailoverRefused';
  override readonly name = FailoverRefused.errorName;
  override readonly disposition = 'stop';
}

/** The evidence does not allow this failover. Each reason is named; nothing was touched. */
export class EvidenceInsufficient extends OperationError {
  static readonly errorName = 'WarmStandby.EvidenceInsufficient';
  override readonly name = EvidenceInsufficient.errorName;
  override readonly disposition = 'stop';
}

/** Somebody said no, or answered for another execution, or signed for another loss than the named one. */
export class ApprovalRefused extends OperationError {
  static readonly errorName = 'WarmStandby.ApprovalRefused';
  override readonly name = ApprovalRefused.errorName;
  override readonly disposition = 'stop';
}

/** The registers that decide who may write cannot be written: promoting now could leave two writers. They may come back. */
export class AuthorityUnreachable extends OperationError {
  static readonly errorName = 'WarmStandby.AuthorityUnreachable';
  override readonly name = AuthorityUnreachable.errorName;
  override readonly disposition = 'retry';
}

/** Somebody has begun a later epoch: this failover is overtaken and must not go on. */
export class EpochOvertaken extends OperationError {
  static readonly errorName = 'WarmStandby.EpochOvertaken';
  override readonly name = EpochOvertaken.errorName;
  override readonly disposition = 'stop';
}

/** AWS gave the instance up, or it is not the one that was meant. */
export class PromotionFailed extends OperationError {
  static readonly errorName = 'WarmStandby.PromotionFailed';
  override readonly name = PromotionFailed.errorName;
  override readonly disposition = 'stop';
}

/** The database does not answer yet, or no longer; it may in a moment. */
export class DatabaseUnreachable extends OperationError {
  static readonly errorName = 'WarmStandby.DatabaseUnreachable';
  override readonly name = DatabaseUnreachable.errorName;
  override readonly disposition = 'retry';
}

/** The replica has not replayed all that the drained region wrote. It catches up in seconds, or not at all. */
export class ReplicaBehind extends OperationError {
  static readonly errorName = 'WarmStandby.ReplicaBehind';
  override readonly name = ReplicaBehind.errorName;
  override readonly disposition = 'retry';
}

/** This region's tasks do not run, or do not write yet. Tasks take a minute or two to start. */
export class ServiceNotReady extends OperationError {
  static readonly errorName = 'WarmStandby.ServiceNotReady';
  override readonly name = ServiceNotReady.errorName;
  override readonly disposition = 'retry';
}

/** The name that clients use does not lead here yet. Health checks and caches of names take their time. */
export class TrafficElsewhere extends OperationError {
  static readonly errorName = 'WarmStandby.TrafficElsewhere';
  override readonly name = TrafficElsewhere.errorName;
  override readonly disposition = 'retry';
}

/** The step cannot be undone any more, or what it would change is not as it was left. */
export class NotReversible extends OperationError {
  static readonly errorName = 'WarmStandby.NotReversible';
  override readonly name = NotReversible.errorName;
  override readonly disposition = 'stop';
}
