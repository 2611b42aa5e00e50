import type { Place } from '../../../gateway/service';
import type { Passing } from '../life-cycle/passages';
import type { SnapshotStatus } from '../life-cycle/snapshot-life-cycle';
import type { SnapshotImage } from '../storage/snapshot-image';
import type { DatabaseTraits } from './database';

/** A DB cluster snapshot or a DB snapshot. */
export interface Snapshot extends Passing<SnapshotStatus> {
  readonly kind: SnapshotKind;
  readonly place: Place;
  readonly identifier: string;
  readonly type: 'manual' | 'automated';
  /** The database that it was taken of, wherever that is and whatever became of it. */
  readonly origin: SnapshotOrigin;
  readonly traits: Readonly<DatabaseTraits>;
  readonly createdAt: Date;
  /** The snapshot that it is a copy of. */
  readonly copiedFromArn: string | undefined;
  /** Accounts that may copy and restore it, and `all`. */
  readonly sharedWith: Set<string>;
  tags: Record<string, string>;
  /** The data, once it has been read. */
  image: SnapshotImage | undefined;
  /** For a copy that is bound to fail, how far it gets. */
  readonly failsAtPercent: number | undefined;
}

export type SnapshotKind = 'cluster' | 'instance';

/** What is known of the database behind a snapshot. */
export interface SnapshotOrigin {
  readonly identifier: string;
  readonly resourceId: string;
  readonly createdAt: Date;
  readonly vpcId: string | undefined;
  readonly backupRetentionDays: number;
  readonly backupWindow: string;
  readonly availabilityZones: readonly string[];
}
