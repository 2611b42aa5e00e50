import type { Place } from '../../../gateway/service';
import type { ReplicationLink } from '../../../engines/postgres/replication-link';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import type { ClusterStatus } from '../life-cycle/cluster-life-cycle';
import type { InstanceStatus } from '../life-cycle/instance-life-cycle';
import type { Passing } from '../life-cycle/passages';
import type { Encryption } from './encryption';

export type AuroraEngine = 'aurora-postgresql';
export type InstanceEngine = 'postgres';

/** What a snapshot keeps of its database and a restored database starts with. */
export interface DatabaseTraits {
  engine: AuroraEngine | InstanceEngine;
  engineVersion: string;
  port: number;
  masterUsername: string;
  databaseName: string | undefined;
  storageType: string;
  /** In GiB: what the database pretends to hold, which decides how long snapshots and copies take. */
  sizeGb: number;
  iamAuthentication: boolean;
  encryption: Encryption;
}

/** Where a database stands in the network. */
export interface DatabaseNetwork {
  subnetGroupName: string;
  securityGroupIds: readonly string[];
  publiclyAccessible: boolean;
}

/** When a database is backed up and how long backups are kept. */
export interface BackupPlan {
  /** 0 for no backups, which Aurora does not allow. */
  retentionDays: number;
  /** `hh24:mi-hh24:mi`, in UTC. */
  window: string;
}

/** The secret that RDS keeps the master password in. */
export interface MasterUserSecret {
  readonly arn: string;
  readonly kmsKeyId: string;
}

/** Of clusters and instances alike. */
interface Database {
  readonly place: Place;
  /** Stays the same when the database is renamed. */
  readonly resourceId: string;
  readonly createdAt: Date;
  identifier: string;
  /** The name that it is about to take: nobody else can have it any more. */
  renamesTo?: string;
  network: DatabaseNetwork;
  backups: BackupPlan;
  maintenanceWindow: string;
  deletionProtection: boolean;
  copyTagsToSnapshot: boolean;
  parameterGroupName: string;
  secret: MasterUserSecret | undefined;
  tags: Record<string, string>;
  /** When it starts by itself, for a stopped one. */
  startsAgainAt: Date | undefined;
  /** Ends whatever is due in the future: the next backup, the automatic start. */
  readonly schedule: AbortController;
}

/** An Aurora cluster: a volume and what all its instances have in common. */
export interface DbCluster extends Database, Passing<ClusterStatus> {
  readonly traits: DatabaseTraits & { readonly engine: AuroraEngine };
  /** The data. It is there from the end of the creation on, with or without instances. */
  volume: PostgresServer | undefined;
  writer: DbInstance | undefined;
  readonly cloneGroupId: string;
  /** Members that are visible and change nothing here. */
  shown: ClusterOptions;
}

/** Settings of a cluster that the local cloud shows and otherwise leaves alone. */
export interface ClusterOptions {
  readonly EnabledCloudwatchLogsExports?: string[] | undefined;
  readonly ServerlessV2ScalingConfiguration?: { MinCapacity?: number | undefined; MaxCapacity?: number | undefined } | undefined;
  readonly AutoMinorVersionUpgrade?: boolean | undefined;
  readonly HttpEndpointEnabled?: boolean | undefined;
  readonly MonitoringInterval?: number | undefined;
  readonly MonitoringRoleArn?: string | undefined;
  readonly PerformanceInsightsEnabled?: boolean | undefined;
  readonly VPCNetworkingEnabled?: boolean | undefined;
  readonly InternetAccessGatewayEnabled?: boolean | undefined;
  readonly EngineLifecycleSupport?: string | undefined;
  readonly NetworkType?: string | undefined;
}

/** A DB instance: by itself, or a member of a cluster. */
export interface DbInstance extends Database, Passing<InstanceStatus> {
  /** A member has its cluster's. */
  readonly traits: DatabaseTraits;
  readonly cluster: DbCluster | undefined;
  instanceClass: string;
  availabilityZone: string;
  multiAz: boolean;
  promotionTier: number;
  /** The server behind the endpoint: for the writer of a cluster its volume, for a reader a standby of it. */
  server: PostgresServer | undefined;
  /** For a read replica, where its data comes from. */
  replication: Replication | undefined;
  /** Parameters that wait for a reboot. */
  pendingReboot: boolean;
  shown: InstanceOptions;
}

/** Settings of an instance that the local cloud shows and otherwise leaves alone. */
export interface InstanceOptions {
  readonly EnabledCloudwatchLogsExports?: string[] | undefined;
  readonly AutoMinorVersionUpgrade?: boolean | undefined;
  readonly MonitoringInterval?: number | undefined;
  readonly MonitoringRoleArn?: string | undefined;
  readonly PerformanceInsightsEnabled?: boolean | undefined;
  readonly PerformanceInsightsRetentionPeriod?: number | undefined;
  readonly PerformanceInsightsKMSKeyId?: string | undefined;
  readonly MaxAllocatedStorage?: number | undefined;
  readonly Iops?: number | undefined;
  readonly StorageThroughput?: number | undefined;
  readonly CACertificateIdentifier?: string | undefined;
  readonly EngineLifecycleSupport?: string | undefined;
  readonly NetworkType?: string | undefined;
}

/** How a read replica gets its data. */
export interface Replication {
  readonly sourceArn: string;
  /** The source while it exists. */
  source: DbInstance | undefined;
  /** The way between the regions, or inside one; a scenario may delay or cut it. */
  link: ReplicationLink | undefined;
  /** Since when nothing has arrived. */
  brokenSince: Date | undefined;
  /** Whether RDS has noticed that it does not work. */
  error: boolean;
  /** Ended for good, by time or because the source is gone. */
  terminated: boolean;
}
