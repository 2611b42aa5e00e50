import type { RedshiftBackupConfig } from '../config/redshift-backup';
import type { Permission } from '../shared/permission';
import { describeClusters, DESCRIBE_SNAPSHOTS, NAMED_BY_SLOT, onOwnServerlessSnapshots, readDatabase, readServerless, readSnapshotQuota, redshiftArn, serverlessArn, serverlessSnapshots, TAGS_OF_SNAPSHOTS, tagServerlessSnapshots, type Place } from './permissions';

/** What the functions of the source account may do with the warehouse, each named after what it is for. */
export interface SourcePermissions {
  readonly describe: readonly Permission[];
  readonly read: readonly Permission[];
  readonly listSnapshots: readonly Permission[];
  readonly findSnapshot: readonly Permission[];
  readonly createSnapshot: readonly Permission[];
  readonly share: readonly Permission[];
  readonly revoke: readonly Permission[];
  /** Beside revoking and sharing. */
  readonly cleanUp: readonly Permission[];
}

/** Of a cluster: its snapshots are named by their ARN. */
export function clusterPermissions(place: Place, { source, names }: RedshiftBackupConfig): SourcePermissions {
  const { clusterIdentifier, database, readerUser } = source;
  const ours = redshiftArn(place, `snapshot:${clusterIdentifier}/${names.snapshotPrefix}-*`);
  const onSnapshots = (...actions: string[]): Permission => ({ actions, resources: [ours], because: NAMED_BY_SLOT });
  return {
    describe: [
      describeClusters(place, clusterIdentifier),
      readSnapshotQuota(place),
    ],
    read: readDatabase(place, { cluster: clusterIdentifier, database, user: readerUser }),
    listSnapshots: [DESCRIBE_SNAPSHOTS],
    findSnapshot: [DESCRIBE_SNAPSHOTS],
    createSnapshot: [
      { actions: ['redshift:CreateClusterSnapshot'], resources: [redshiftArn(place, `cluster:${clusterIdentifier}`), ours], because: NAMED_BY_SLOT },
      onSnapshots('redshift:CreateTags'),
      DESCRIBE_SNAPSHOTS,
    ],
    share: [onSnapshots('redshift:AuthorizeSnapshotAccess'), describeSourceKey(place, source.warehouse, names.sourceKeyAlias)],
    revoke: [onSnapshots('redshift:RevokeSnapshotAccess')],
    cleanUp: [onSnapshots('redshift:DeleteClusterSnapshot', 'redshift:ModifyClusterSnapshot')],
  };
}

/** Of a namespace of Redshift Serverless: AWS gives its resources ids, so they are told apart by their tags. */
export function namespacePermissions(place: Place, { name }: RedshiftBackupConfig): SourcePermissions {
  const ids = 'AWS names namespaces and workgroups by ids that it gives';
  const [namespaces, workgroups] = [serverlessArn(place, 'namespace/*'), serverlessArn(place, 'workgroup/*')];
  const policies: Permission = { actions: ['redshift-serverless:PutResourcePolicy'], resources: ['*'], because: 'the action has no resource' };
  const unshare: Permission = { actions: ['redshift-serverless:DeleteResourcePolicy'], resources: ['*'], because: 'the action has no resource' };
  const look = serverlessSnapshots(place, 'GetSnapshot');
  return {
    // The tags of the namespace may be read with those of the snapshots.
    describe: [{ actions: ['redshift-serverless:GetNamespace', 'redshift-serverless:GetWorkgroup'], resources: [namespaces, workgroups], because: ids }],
    read: readServerless(place),
    listSnapshots: [serverlessSnapshots(place, 'ListSnapshots'), TAGS_OF_SNAPSHOTS],
    findSnapshot: [look, TAGS_OF_SNAPSHOTS],
    createSnapshot: [{ actions: ['redshift-serverless:CreateSnapshot'], resources: [namespaces, serverlessArn(place, 'snapshot/*')], because: ids }, tagServerlessSnapshots(place, name), look, TAGS_OF_SNAPSHOTS],
    share: [policies, look],
    revoke: [unshare],
    cleanUp: [onOwnServerlessSnapshots(place, name, 'redshift-serverless:DeleteSnapshot', 'redshift-serverless:UpdateSnapshot')],
  };
}

/** Who shares a snapshot must be able to describe its key: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html */
function describeSourceKey({ account, region }: Place, warehouse: RedshiftBackupConfig['source']['warehouse'], alias: string): Permission {
  if ('kmsKeyArn' in warehouse) return { actions: ['kms:DescribeKey'], resources: [warehouse.kmsKeyArn] };
  return {
    actions: ['kms:DescribeKey'],
    resources: [`arn:aws:kms:${region}:${account}:key/*`],
    because: 'the key of the warehouse belongs to another stack and is named by its alias',
    conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${alias}`] } },
  };
}
