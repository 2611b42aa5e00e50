import type { Timer } from '../../../gateway/clock';
import type { Place } from '../../../gateway/service';
import type { Passing } from '../../rds/life-cycle/passages';
import type { SnapshotImage } from '../../rds/storage/snapshot-image';
import type { SnapshotStatus } from '../life-cycle/snapshot-life-cycle';
import type { Damage } from '../storage/damage';
import type { ClusterTraits } from './cluster';

/** A snapshot of a provisioned cluster. */
export interface RedshiftSnapshot extends Passing<SnapshotStatus> {
  /** Where it is, and whose. */
  readonly place: Place;
  readonly identifier: string;
  readonly type: 'manual' | 'automated';
  readonly clusterIdentifier: string;
  readonly namespaceId: string;
  readonly clusterCreatedAt: Date;
  readonly vpcId: string | undefined;
  readonly availabilityZone: string;
  readonly traits: Readonly<ClusterTraits>;
  readonly createdAt: Date;
  /** The region that it was copied from. */
  readonly sourceRegion: string | undefined;
  /** What the backup adds to those before it. */
  readonly incrementalMb: number;
  /** In days from the creation; -1 for ever. */
  retentionDays: number;
  expiry: Timer | undefined;
  /** Accounts that may restore it. */
  readonly sharedWith: Set<string>;
  tags: Record<string, string>;
  /** The data, once it has been read. */
  image: SnapshotImage | undefined;
  /** What a scenario did to the data. */
  damage: Damage | undefined;
}
