import type { DescribeDBClusterSnapshotsMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import type { Call } from '../../../gateway/service';
import { deleteManualSnapshot } from '../delete-snapshot';
import { copySnapshot } from '../copy-snapshot';
import { describeClusterSnapshot, snapshotArn } from '../describe/describe-snapshot';
import { byName, filtered, page } from '../describe/listing';
import { newIdentifier } from '../identifiers';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { changeShares, shareAttributes } from '../share-snapshot';
import { listedSnapshots } from '../list-snapshots';
import { requestedTags } from '../tagging';
import { snapshotCluster } from '../take-snapshot';
import type { RdsOperations } from './rds-operations';

/** The operations on cluster snapshots, except to restore one. */
export function clusterSnapshotOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  const access = ({ DBClusterSnapshotIdentifier }: { DBClusterSnapshotIdentifier: string | undefined }, call: Call) => [to.existing('cluster-snapshot', call, DBClusterSnapshotIdentifier)];
  return {
    CreateDBClusterSnapshot: {
      access: (input, call) => [to.existing('cluster', call, input.DBClusterIdentifier), ...to.created('cluster-snapshot', call, input.DBClusterSnapshotIdentifier, input.Tags)],
      run: (input, call) => {
        const identifier = newIdentifier('DBClusterSnapshotIdentifier', input.DBClusterSnapshotIdentifier);
        const cluster = rds.estate.cluster(call, input.DBClusterIdentifier);
        checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.backUp);
        const snapshot = snapshotCluster(rds, cluster, { identifier, type: 'manual', tags: requestedTags(input.Tags) });
        return { DBClusterSnapshot: describeClusterSnapshot(rds, snapshot) };
      },
    },
    CopyDBClusterSnapshot: {
      // Both ends: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html#USER_CopySnapshot.AcrossRegions
      access: (input, call) => [
        to.existing('cluster-snapshot', call, input.SourceDBClusterSnapshotIdentifier),
        ...to.created('cluster-snapshot', call, input.TargetDBClusterSnapshotIdentifier, input.Tags),
      ],
      run: async (input, call) => {
        const copy = await copySnapshot(rds, call, 'cluster', {
          source: input.SourceDBClusterSnapshotIdentifier,
          target: { parameter: 'TargetDBClusterSnapshotIdentifier', value: input.TargetDBClusterSnapshotIdentifier },
          kmsKeyId: input.KmsKeyId || undefined,
          copyTags: input.CopyTags ?? false,
          tags: requestedTags(input.Tags),
        });
        return { DBClusterSnapshot: describeClusterSnapshot(rds, copy) };
      },
    },
    DeleteDBClusterSnapshot: {
      access,
      run: ({ DBClusterSnapshotIdentifier }, call) => {
        const snapshot = rds.estate.ownSnapshot('cluster', call, DBClusterSnapshotIdentifier);
        deleteManualSnapshot(rds, snapshot);
        return { DBClusterSnapshot: describeClusterSnapshot(rds, snapshot) };
      },
    },
    DescribeDBClusterSnapshots: {
      access: ({ DBClusterSnapshotIdentifier, DBClusterIdentifier }, call) => [
        to.existing('cluster-snapshot', call, DBClusterSnapshotIdentifier),
        ...(DBClusterIdentifier === undefined ? [] : [to.existing('cluster', call, DBClusterIdentifier)]),
      ],
      run: (input, call) => describeSnapshots(rds, input, call),
    },
    DescribeDBClusterSnapshotAttributes: {
      access,
      run: ({ DBClusterSnapshotIdentifier }, call) => {
        const snapshot = rds.estate.ownSnapshot('cluster', call, DBClusterSnapshotIdentifier);
        return { DBClusterSnapshotAttributesResult: { DBClusterSnapshotIdentifier: snapshot.identifier, DBClusterSnapshotAttributes: shareAttributes(snapshot) } };
      },
    },
    ModifyDBClusterSnapshotAttribute: {
      access,
      run: (input, call) => {
        const snapshot = rds.estate.ownSnapshot('cluster', call, input.DBClusterSnapshotIdentifier);
        changeShares(snapshot, input);
        return { DBClusterSnapshotAttributesResult: { DBClusterSnapshotIdentifier: snapshot.identifier, DBClusterSnapshotAttributes: shareAttributes(snapshot) } };
      },
    },
  };
}

function describeSnapshots(rds: RdsContext, input: DescribeDBClusterSnapshotsMessage, call: Call) {
  const { DBClusterIdentifier, DBClusterSnapshotIdentifier, DbClusterResourceId, Filters, ...rest } = input;
  const listed = listedSnapshots(rds, call, 'cluster', { ...rest, database: DBClusterIdentifier, snapshot: DBClusterSnapshotIdentifier, resourceId: DbClusterResourceId });
  const snapshots = filtered(byName(listed, snapshotArn), Filters, {
    'db-cluster-id': ({ origin, place }) => [origin.identifier, rdsArn('cluster', place, origin.identifier)],
    'db-cluster-snapshot-id': ({ identifier }) => [identifier],
    'snapshot-type': ({ type }) => [type],
    engine: ({ traits }) => [traits.engine],
  });
  const { items, Marker } = page(snapshots, rest);
  return { DBClusterSnapshots: items.map((snapshot) => describeClusterSnapshot(rds, snapshot)), Marker };
}
