import type { Call } from '../../gateway/service';
import { rdsNameOf } from './rds-arn';
import type { RdsContext } from './rds-context';
import { invalidCombination, invalidValue } from './request-errors';
import type { Snapshot, SnapshotKind } from './state/snapshot';

/** Which snapshots a request asks for. */
export interface SnapshotQuery {
  readonly database?: string | undefined;
  readonly snapshot?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly SnapshotType?: string | undefined;
  readonly IncludeShared?: boolean | undefined;
  readonly IncludePublic?: boolean | undefined;
}

const TYPES = ['automated', 'manual', 'shared', 'public', 'awsbackup'];

/**
 * The snapshots that a caller sees: its own, and what others have shared with it or with everybody when it asks for that.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterSnapshots.html
 */
export function listedSnapshots({ estate }: RdsContext, call: Call, kind: SnapshotKind, query: SnapshotQuery): readonly Snapshot[] {
  const { SnapshotType, database, snapshot, resourceId } = query;
  if (SnapshotType !== undefined && !TYPES.includes(SnapshotType)) throw invalidValue(`Invalid snapshot type: ${SnapshotType}`);
  if (database !== undefined && snapshot !== undefined) throw invalidCombination('The identifiers of a database and of a snapshot cannot be specified together.');
  if (snapshot !== undefined) {
    const found = estate.usableSnapshot(kind, call, snapshot);
    return SnapshotType === undefined || typesOf(found, call).includes(SnapshotType) ? [found] : [];
  }
  const candidates = [
    ...(SnapshotType === 'shared' || SnapshotType === 'public' ? [] : estate.in(call).snapshots[kind].values()),
    ...sharedOnes(estate, call, kind, query),
  ].filter(({ type }) => SnapshotType === undefined || !['automated', 'manual'].includes(SnapshotType) || type === SnapshotType);
  const databaseName = database === undefined ? undefined : rdsNameOf(kind === 'cluster' ? 'cluster' : 'db', call, database).name;
  return candidates.filter(({ origin }) => (databaseName === undefined || origin.identifier === databaseName) && (resourceId === undefined || origin.resourceId === resourceId));
}

function sharedOnes(estate: RdsContext['estate'], call: Call, kind: SnapshotKind, { SnapshotType, IncludeShared, IncludePublic }: SnapshotQuery): readonly Snapshot[] {
  const isOwnType = SnapshotType === 'manual' || SnapshotType === 'automated';
  const wantsShared = SnapshotType === 'shared' || (IncludeShared === true && SnapshotType !== 'public' && !isOwnType);
  const wantsPublic = SnapshotType === 'public' || (IncludePublic === true && SnapshotType !== 'shared' && !isOwnType);
  return [...new Set([...(wantsShared ? estate.sharedSnapshots(kind, call, call.account) : []), ...(wantsPublic ? estate.sharedSnapshots(kind, call, 'all') : [])])];
}

function typesOf({ type, place, sharedWith }: Snapshot, { account }: Call): readonly string[] {
  return [...(place.account === account ? [type] : []), ...(sharedWith.has(account) ? ['shared'] : []), ...(sharedWith.has('all') ? ['public'] : [])];
}
