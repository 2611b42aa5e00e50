import type { DescribeClusterSnapshotsMessage } from '@aws-sdk/client-redshift';
import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { page } from '../rds/describe/listing';
import { invalidCombination, invalidValue } from '../rds/request-errors';
import { parseRedshiftArn, splitSnapshotName } from './redshift-arn';
import type { RedshiftContext } from './redshift-context';
import { hasTags } from './request';
import type { RedshiftSnapshot } from './state/snapshot';

/** What a request names one snapshot by. */
interface Wanted {
  readonly identifier: string | undefined;
  readonly owner: string | undefined;
}

/** The snapshots that a request asks for, a page of them: the account's own, or those that another account shares with it. */
export function listedSnapshots(redshift: RedshiftContext, call: Call, input: DescribeClusterSnapshotsMessage): { readonly items: RedshiftSnapshot[]; readonly Marker: string | undefined } {
  const wanted = wantedOf(input);
  const visible = visibleSnapshots(redshift, call, input, wanted).filter((snapshot) => passes(snapshot, input, wanted));
  if (wanted.identifier !== undefined && visible.length === 0) throw new AwsError('ClusterSnapshotNotFoundFault', `Snapshot ${wanted.identifier} not found.`);
  const existing = visible.filter((snapshot) => matchesExistence(redshift, snapshot, input));
  return page(sorted(existing, input), input);
}

function wantedOf({ SnapshotIdentifier, SnapshotArn, OwnerAccount }: DescribeClusterSnapshotsMessage): Wanted {
  if (SnapshotIdentifier !== undefined && SnapshotArn !== undefined) throw invalidCombination('SnapshotIdentifier and SnapshotArn cannot both be specified.');
  if (SnapshotArn === undefined) return { identifier: SnapshotIdentifier?.toLowerCase(), owner: OwnerAccount };
  const parsed = parseRedshiftArn(SnapshotArn);
  if (parsed?.kind !== 'snapshot') throw invalidValue(`Invalid snapshot ARN: ${SnapshotArn}`);
  return { identifier: splitSnapshotName(parsed.name).identifier, owner: OwnerAccount ?? parsed.place.account };
}

/**
 * "To describe snapshots you own, either specify your Amazon Web Services account, or do not specify the parameter", and "Only snapshots
 * that you own are returned ... with the tag key and tag value request parameters": the SDK's type texts of DescribeClusterSnapshots.
 */
function visibleSnapshots({ estate }: RedshiftContext, call: Call, { TagKeys, TagValues }: DescribeClusterSnapshotsMessage, { owner }: Wanted): readonly RedshiftSnapshot[] {
  const own = [...estate.in(call).snapshots.values()].filter(({ tags }) => hasTags(tags, TagKeys, TagValues));
  const wantsTags = Boolean(TagKeys?.length) || Boolean(TagValues?.length);
  if (owner === undefined || owner === call.account || wantsTags) return own;
  return estate.sharedSnapshots(call).filter(({ place }) => place.account === owner);
}

function passes(snapshot: RedshiftSnapshot, { ClusterIdentifier, SnapshotType, StartTime, EndTime }: DescribeClusterSnapshotsMessage, { identifier }: Wanted): boolean {
  if (SnapshotType !== undefined && !['automated', 'manual'].includes(SnapshotType)) throw invalidValue(`Invalid snapshot type: ${SnapshotType}`);
  return (
    (identifier === undefined || snapshot.identifier === identifier) &&
    (ClusterIdentifier === undefined || snapshot.clusterIdentifier === ClusterIdentifier.toLowerCase()) &&
    (SnapshotType === undefined || snapshot.type === SnapshotType) &&
    (StartTime === undefined || snapshot.createdAt >= StartTime) &&
    (EndTime === undefined || snapshot.createdAt <= EndTime)
  );
}

function matchesExistence({ estate }: RedshiftContext, { place, clusterIdentifier }: RedshiftSnapshot, { ClusterExists, ClusterIdentifier }: DescribeClusterSnapshotsMessage): boolean {
  if (ClusterExists === undefined) return true;
  if (ClusterExists && ClusterIdentifier === undefined) throw invalidCombination('ClusterIdentifier is required if ClusterExists is true.');
  return estate.in(place).clusters.has(clusterIdentifier) === ClusterExists;
}

/** By creation, the oldest first, unless the request says otherwise. */
function sorted(snapshots: readonly RedshiftSnapshot[], { SortingEntities = [] }: DescribeClusterSnapshotsMessage): readonly RedshiftSnapshot[] {
  const [{ Attribute = 'CREATE_TIME', SortOrder = 'ASC' } = {}] = SortingEntities;
  const valueOf = ({ createdAt, place, traits }: RedshiftSnapshot): number | string => {
    if (Attribute === 'SOURCE_TYPE') return place.account;
    return Attribute === 'TOTAL_SIZE' ? traits.sizeMb : createdAt.getTime();
  };
  const direction = SortOrder === 'DESC' ? -1 : 1;
  return [...snapshots].sort((one, other) => direction * compare(valueOf(one), valueOf(other)) || compare(one.identifier, other.identifier));
}

function compare(one: number | string, other: number | string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
