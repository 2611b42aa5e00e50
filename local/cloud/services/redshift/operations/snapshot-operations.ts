import type { CopyClusterSnapshotMessage, CreateClusterSnapshotMessage } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { isFromBackup, isNameOfBackup } from '../aws-backup-snapshots';
import { checkManualRetention, newIdentifier } from '../cluster-rules';
import { deleteManualSnapshot } from '../delete-snapshot';
import { describeSnapshot } from '../describe/describe-snapshot';
import { SNAPSHOT_LIFE_CYCLE } from '../life-cycle/snapshot-life-cycle';
import { changeRetention } from '../snapshot-retention';
import type { RedshiftContext } from '../redshift-context';
import { requestedTags } from '../request';
import { authorizeAccess, revokeAccess } from '../share-snapshot';
import { scheduleExpiry } from '../snapshot-expiry';
import type { RedshiftSnapshot } from '../state/snapshot';
import { checkSnapshotRoom, takeSnapshot } from '../take-snapshot';
import { listedSnapshots } from '../list-snapshots';
import type { RedshiftOperations } from './redshift-operations';

const MOST_IN_A_BATCH = 100;

/** The operations on snapshots, except to restore them. */
export function snapshotOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const answer = (snapshot: RedshiftSnapshot, call: Call) => ({ Snapshot: describeSnapshot(redshift, snapshot, call) });
  return {
    CreateClusterSnapshot: {
      access: (input, call) => [to.existing('cluster', call, input.ClusterIdentifier), ...to.createdSnapshot(call, input.ClusterIdentifier, input.SnapshotIdentifier, input.Tags)],
      run: (input, call) => answer(createSnapshot(redshift, input, call), call),
    },
    CopyClusterSnapshot: {
      // The policies of https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html name snapshots only.
      access: (input, call) => [
        to.snapshot(call, { identifier: input.SourceSnapshotIdentifier, cluster: input.SourceSnapshotClusterIdentifier }),
        to.snapshot(call, { identifier: input.TargetSnapshotIdentifier, cluster: input.SourceSnapshotClusterIdentifier }),
      ],
      run: (input, call) => answer(keepAutomated(redshift, input, call), call),
    },
    DescribeClusterSnapshots: {
      // Of a list that names no cluster, AWS's own example says "Resource": "*": https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html
      access: ({ ClusterIdentifier }, call) => [ClusterIdentifier === undefined ? { resource: '*' } : to.existing('cluster', call, ClusterIdentifier)],
      run: (input, call) => {
        const { items, Marker } = listedSnapshots(redshift, call, input);
        return { Snapshots: items.map((snapshot) => describeSnapshot(redshift, snapshot, call)), Marker };
      },
    },
    DeleteClusterSnapshot: {
      access: (input, call) => [to.snapshot(call, { identifier: input.SnapshotIdentifier, cluster: input.SnapshotClusterIdentifier })],
      run: (input, call) => {
        const snapshot = redshift.estate.ownSnapshot(call, required('SnapshotIdentifier', input.SnapshotIdentifier));
        deleteManualSnapshot(redshift, snapshot, call);
        return answer(snapshot, call);
      },
    },
    BatchDeleteClusterSnapshots: {
      access: ({ Identifiers = [] }, call) => Identifiers.map(({ SnapshotIdentifier, SnapshotClusterIdentifier }) => to.snapshot(call, { identifier: SnapshotIdentifier, cluster: SnapshotClusterIdentifier })),
      run: ({ Identifiers = [] }, call) => {
        checkBatch(Identifiers.length, 'BatchDeleteRequestSizeExceededFault');
        return forEach(Identifiers.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier), (identifier) => deleteManualSnapshot(redshift, redshift.estate.ownSnapshot(call, identifier), call));
      },
    },
    ModifyClusterSnapshot: {
      access: (input, call) => [to.snapshot(call, { identifier: input.SnapshotIdentifier })],
      run: (input, call) => {
        const snapshot = redshift.estate.ownSnapshot(call, required('SnapshotIdentifier', input.SnapshotIdentifier));
        changeRetention(redshift, snapshot, call, input);
        return answer(snapshot, call);
      },
    },
    BatchModifyClusterSnapshots: {
      access: ({ SnapshotIdentifierList = [] }, call) => SnapshotIdentifierList.map((identifier) => to.snapshot(call, { identifier })),
      run: (input, call) => {
        const { SnapshotIdentifierList = [] } = input;
        checkBatch(SnapshotIdentifierList.length, 'BatchModifyClusterSnapshotsLimitExceededFault');
        return forEach(SnapshotIdentifierList, (identifier) => changeRetention(redshift, redshift.estate.ownSnapshot(call, identifier), call, input));
      },
    },
    AuthorizeSnapshotAccess: {
      access: (input, call) => [to.snapshot(call, { identifier: input.SnapshotIdentifier, arn: input.SnapshotArn, cluster: input.SnapshotClusterIdentifier })],
      run: async (input, call) => answer(await authorizeAccess(redshift, call, input), call),
    },
    RevokeSnapshotAccess: {
      access: (input, call) => [to.snapshot(call, { identifier: input.SnapshotIdentifier, arn: input.SnapshotArn, cluster: input.SnapshotClusterIdentifier })],
      run: (input, call) => answer(revokeAccess(redshift, call, input), call),
    },
  };
}

function createSnapshot(redshift: RedshiftContext, input: CreateClusterSnapshotMessage, call: Call): RedshiftSnapshot {
  const identifier = newSnapshotIdentifier(input.SnapshotIdentifier, call);
  const cluster = redshift.estate.cluster(call, required('ClusterIdentifier', input.ClusterIdentifier));
  const retentionDays = checkManualRetention(input.ManualSnapshotRetentionPeriod, cluster.traits.manualRetentionDays);
  const tags = isFromBackup(call) ? Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) : requestedTags(input.Tags);
  if (cluster.status !== 'available') {
    throw new AwsError('InvalidClusterStateFault', `Cannot create a snapshot of the cluster ${cluster.identifier} because it is not in the available state: ${cluster.status}`);
  }
  return takeSnapshot(redshift, cluster, { identifier, type: 'manual', retentionDays, tags });
}

/** Names with a colon are Redshift's and AWS Backup's. */
function newSnapshotIdentifier(value: string | undefined, call: Call): string {
  if (value !== undefined && isNameOfBackup(value) && isFromBackup(call)) return value.toLowerCase();
  return newIdentifier('SnapshotIdentifier', value);
}

/** Keeps an automated snapshot as a manual one, in the same account and region; there is no other copy. */
function keepAutomated(redshift: RedshiftContext, input: CopyClusterSnapshotMessage, call: Call): RedshiftSnapshot {
  const { estate, passages, cloud } = redshift;
  const identifier = newIdentifier('TargetSnapshotIdentifier', input.TargetSnapshotIdentifier);
  const source = estate.ownSnapshot(call, required('SourceSnapshotIdentifier', input.SourceSnapshotIdentifier));
  const retentionDays = checkManualRetention(input.ManualSnapshotRetentionPeriod);
  // "Must be the identifier for a valid automated snapshot whose state is available": the SDK's type text.
  if (source.type !== 'automated') throw new AwsError('InvalidClusterSnapshotStateFault', `Cannot copy the snapshot ${source.identifier}: only automated snapshots can be copied.`);
  if (source.status !== 'available' || !source.image) throw new AwsError('InvalidClusterSnapshotStateFault', `The snapshot ${source.identifier} is not in the available state: ${source.status}`);
  checkSnapshotRoom(redshift, call, identifier);
  const image = source.image.share();
  const copy: RedshiftSnapshot = {
    ...source,
    identifier,
    type: 'manual',
    retentionDays,
    expiry: undefined,
    sharedWith: new Set(),
    tags: {},
    image: undefined,
    status: 'creating',
    underway: undefined,
    createdAt: cloud.clock.now(),
  };
  estate.in(call).snapshots.set(identifier, copy);
  passages.begin(copy, SNAPSHOT_LIFE_CYCLE.keep, {
    work: async () => {
      copy.image = image;
    },
    then: () => scheduleExpiry(redshift, copy),
  });
  return copy;
}

function checkBatch(count: number, code: string): void {
  if (count > MOST_IN_A_BATCH) throw new AwsError(code, `The request has ${count} snapshots. The limit is ${MOST_IN_A_BATCH}.`);
}

/** Does it for each; what fails is told in the answer. */
function forEach(identifiers: readonly string[], work: (identifier: string) => void) {
  const Resources: string[] = [];
  const Errors: { SnapshotIdentifier: string; FailureCode: string; FailureReason: string }[] = [];
  for (const identifier of identifiers) {
    try {
      work(identifier);
      Resources.push(identifier);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ SnapshotIdentifier: identifier, FailureCode: error.code.replace(/Fault$/, ''), FailureReason: error.message });
    }
  }
  return { Resources, Errors };
}
