import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import type { Place } from '../../../gateway/service';
import type { Passing } from '../../rds/life-cycle/passages';
import type { ClusterStatus } from '../life-cycle/cluster-life-cycle';
import type { Encryption } from './encryption';

/** What a snapshot keeps of its cluster and a restored cluster starts with. */
export interface ClusterTraits {
  nodeType: string;
  numberOfNodes: number;
  databaseName: string;
  masterUsername: string;
  port: number;
  /** What the cluster pretends to hold, which decides how long snapshots and loads take. */
  sizeMb: number;
  encryption: Encryption;
  enhancedVpcRouting: boolean;
  maintenanceTrack: string;
  maintenanceWindow: string;
  automatedRetentionDays: number;
  /** -1 keeps manual snapshots for ever. */
  manualRetentionDays: number;
  /** The secret with the admin password, where Redshift manages it. */
  secret: AdminSecret | undefined;
}

/** Where a cluster stands in the network. */
export interface ClusterNetwork {
  readonly subnetGroupName: string;
  readonly securityGroupIds: readonly string[];
  readonly publiclyAccessible: boolean;
}

export interface AdminSecret {
  readonly arn: string;
  readonly kmsKeyId: string | undefined;
}

/** Copies of a cluster's snapshots in another region, from now on. */
export interface SnapshotCopySetting {
  readonly destinationRegion: string;
  retentionDays: number;
  manualRetentionDays: number;
  readonly grantName: string | undefined;
}

/** How a cluster came from a snapshot. */
export interface RestoreProgress {
  readonly startedMs: number;
  /** When all the data has been loaded; queries are answered before. */
  readonly loadedMs: number;
  readonly sizeMb: number;
}

/** A resize, under way or over. */
export interface ResizeProgress {
  readonly kind: 'ClassicResize' | 'ElasticResize';
  readonly nodeType: string;
  readonly numberOfNodes: number;
  readonly startedMs: number;
  readonly endsMs: number;
  status: 'IN_PROGRESS' | 'SUCCEEDED';
}

/** A provisioned cluster. */
export interface RedshiftCluster extends Passing<ClusterStatus> {
  readonly place: Place;
  /** Stays when the cluster is renamed. */
  readonly namespaceId: string;
  readonly createdAt: Date;
  identifier: string;
  readonly traits: ClusterTraits;
  network: ClusterNetwork;
  availabilityZone: string;
  parameterGroupName: string;
  /** Whether a change of parameters waits for a reboot. */
  parametersPending: boolean;
  iamRoleArns: readonly string[];
  defaultIamRoleArn: string | undefined;
  scheduleIdentifier: string | undefined;
  copySetting: SnapshotCopySetting | undefined;
  readonly restored: RestoreProgress | undefined;
  resize: ResizeProgress | undefined;
  logging: { readonly bucketName: string | undefined; readonly prefix: string | undefined; readonly destination: string | undefined; readonly exports: readonly string[] } | undefined;
  /** When the next automated snapshot is due. */
  nextAutomatedAt: Date | undefined;
  /** What the cluster held when its last snapshot was begun. */
  lastSnapshotMb: number | undefined;
  tags: Record<string, string>;
  server: PostgresServer | undefined;
  /** Ends whatever is due in the future. */
  readonly schedule: AbortController;
  /** Wakes who waits for the next automated snapshot, when the schedule has changed. */
  reschedule: () => void;
}
