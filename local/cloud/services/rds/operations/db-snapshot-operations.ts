import type { DescribeDBSnapshotsMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import type { Call } from '../../../gateway/service';
import { deleteManualSnapshot } from '../delete-snapshot';
import { copySnapshot } from '../copy-snapshot';
import { describeDbSnapshot, snapshotArn } from '../describe/describe-snapshot';
import { byName, filtered, page } from '../describe/listing';
import { LONGEST_SNAPSHOT_IDENTIFIER, newIdentifier } from '../identifiers';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { listedSnapshots } from '../list-snapshots';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidValue, refuseUnsupported } from '../request-errors';
import { changeShares, shareAttributes } from '../share-snapshot';
import { requestedTags } from '../tagging';
import { snapshotInstance } from '../take-snapshot';
import type { RdsOperations } from './rds-operations';

/** The operations on DB snapshots, except to restore one. */
export function dbSnapshotOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  const access = ({ DBSnapshotIdentifier }: { DBSnapshotIdentifier: string | undefined }, call: Call) => [to.existing('snapshot', call, DBSnapshotIdentifier)];
  return {
    CreateDBSnapshot: {
      access: (input, call) => [to.existing('db', call, input.DBInstanceIdentifier), ...to.created('snapshot', call, input.DBSnapshotIdentifier, input.Tags)],
      run: (input, call) => {
        const identifier = newIdentifier('DBSnapshotIdentifier', input.DBSnapshotIdentifier, LONGEST_SNAPSHOT_IDENTIFIER);
        const instance = rds.estate.instance(call, input.DBInstanceIdentifier);
        if (instance.cluster) {
          throw invalidValue('The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the CreateDBClusterSnapshot API instead.');
        }
        checkMayBegin(instance, INSTANCE_LIFE_CYCLE.backUp);
        return { DBSnapshot: describeDbSnapshot(rds, snapshotInstance(rds, instance, { identifier, type: 'manual', tags: requestedTags(input.Tags) })) };
      },
    },
    CopyDBSnapshot: {
      access: (input, call) => [
        to.existing('snapshot', call, input.SourceDBSnapshotIdentifier),
        ...to.created('snapshot', call, input.TargetDBSnapshotIdentifier, input.Tags),
      ],
      run: async (input, call) => {
        refuseUnsupported(input, 'TargetCustomAvailabilityZone', 'SnapshotTarget', 'OptionGroupName');
        const copy = await copySnapshot(rds, call, 'instance', {
          source: input.SourceDBSnapshotIdentifier,
          target: { parameter: 'TargetDBSnapshotIdentifier', value: input.TargetDBSnapshotIdentifier },
          kmsKeyId: input.KmsKeyId || undefined,
          copyTags: input.CopyTags ?? false,
          tags: requestedTags(input.Tags),
        });
        return { DBSnapshot: describeDbSnapshot(rds, copy) };
      },
    },
    DeleteDBSnapshot: {
      access,
      run: ({ DBSnapshotIdentifier }, call) => {
        const snapshot = rds.estate.ownSnapshot('instance', call, DBSnapshotIdentifier);
        deleteManualSnapshot(rds, snapshot);
        return { DBSnapshot: describeDbSnapshot(rds, snapshot) };
      },
    },
    DescribeDBSnapshots: {
      access: ({ DBSnapshotIdentifier, DBInstanceIdentifier }, call) => [
        to.existing('snapshot', call, DBSnapshotIdentifier),
        ...(DBInstanceIdentifier === undefined ? [] : [to.existing('db', call, DBInstanceIdentifier)]),
      ],
      run: (input, call) => describeSnapshots(rds, input, call),
    },
    DescribeDBSnapshotAttributes: {
      access,
      run: ({ DBSnapshotIdentifier }, call) => {
        const snapshot = rds.estate.ownSnapshot('instance', call, DBSnapshotIdentifier);
        return { DBSnapshotAttributesResult: { DBSnapshotIdentifier: snapshot.identifier, DBSnapshotAttributes: shareAttributes(snapshot) } };
      },
    },
    ModifyDBSnapshotAttribute: {
      access,
      run: (input, call) => {
        const snapshot = rds.estate.ownSnapshot('instance', call, input.DBSnapshotIdentifier);
        changeShares(snapshot, input);
        return { DBSnapshotAttributesResult: { DBSnapshotIdentifier: snapshot.identifier, DBSnapshotAttributes: shareAttributes(snapshot) } };
      },
    },
  };
}

function describeSnapshots(rds: RdsContext, input: DescribeDBSnapshotsMessage, call: Call) {
  const { DBInstanceIdentifier, DBSnapshotIdentifier, DbiResourceId, Filters, ...rest } = input;
  const listed = listedSnapshots(rds, call, 'instance', { ...rest, database: DBInstanceIdentifier, snapshot: DBSnapshotIdentifier, resourceId: DbiResourceId });
  const snapshots = filtered(byName(listed, snapshotArn), Filters, {
    'db-instance-id': ({ origin, place }) => [origin.identifier, rdsArn('db', place, origin.identifier)],
    'db-snapshot-id': ({ identifier }) => [identifier],
    'dbi-resource-id': ({ origin }) => [origin.resourceId],
    'snapshot-type': ({ type }) => [type],
    engine: ({ traits }) => [traits.engine],
  });
  const { items, Marker } = page(snapshots, rest);
  return { DBSnapshots: items.map((snapshot) => describeDbSnapshot(rds, snapshot)), Marker };
}
