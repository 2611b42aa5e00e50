import { TAG } from '../../lambda/aurora-restore/contract';
import type { Permission } from '../shared/permission';

/** The source of a pipeline, as far as permissions name it. */
export interface SourcePlace {
  readonly pipeline: string;
  readonly account: string;
  readonly region: string;
  readonly clusterIdentifier: string;
  readonly kmsKeyArn: string | undefined;
}

const SNAPSHOTS_OF_CLUSTER = 'identifiers of snapshots are made up when they are taken, so only their tags and cluster can be named';

/** Looking for a snapshot of the source and at the source itself. */
export function readSource({ account, region, clusterIdentifier }: SourcePlace): readonly Permission[] {
  const rds = `arn:aws:rds:${region}:${account}`;
  return [
    { actions: ['rds:DescribeDBClusterSnapshots'], resources: [`${rds}:cluster:${clusterIdentifier}`, `${rds}:cluster-snapshot:*`], because: SNAPSHOTS_OF_CLUSTER },
  ];
}

/** Copying a snapshot inside the source account, and letting the target account restore it. */
export function shareSource({ pipeline, account, region, kmsKeyArn }: SourcePlace): readonly Permission[] {
  const rds = `arn:aws:rds:${region}:${account}`;
  return [
    { actions: ['rds:CopyDBClusterSnapshot'], resources: [`${rds}:cluster-snapshot:*`], because: SNAPSHOTS_OF_CLUSTER },
    {
      actions: ['rds:AddTagsToResource'],
      resources: [`${rds}:cluster-snapshot:*-share`],
      conditions: { StringEquals: { [`aws:RequestTag/${TAG.pipeline}`]: pipeline } },
      because: 'the copy is named after the operation',
    },
    {
      actions: ['rds:DescribeDBClusterSnapshotAttributes', 'rds:ModifyDBClusterSnapshotAttribute'],
      resources: [`${rds}:cluster-snapshot:*`],
      because: SNAPSHOTS_OF_CLUSTER,
    },
    ...(kmsKeyArn ? [useKeyThroughRds(kmsKeyArn, region)] : []),
  ];
}

/** Deleting the copies that were made at the source, and nothing that a pipeline did not make. */
export function cleanSource({ pipeline, account, region }: SourcePlace): readonly Permission[] {
  return [
    {
      actions: ['rds:DeleteDBClusterSnapshot'],
      resources: [`arn:aws:rds:${region}:${account}:cluster-snapshot:*-share`],
      conditions: { StringEquals: { [`aws:ResourceTag/${TAG.pipeline}`]: pipeline } },
      because: 'the copy is named after the operation; its tag says whose it is',
    },
    { actions: ['rds:ModifyDBClusterSnapshotAttribute'], resources: [`arn:aws:rds:${region}:${account}:cluster-snapshot:*`], because: SNAPSHOTS_OF_CLUSTER },
  ];
}

/** Looking at everything that a deletion would touch. */
export function readSourceCluster({ account, region, clusterIdentifier }: SourcePlace): readonly Permission[] {
  const rds = `arn:aws:rds:${region}:${account}`;
  return [
    { actions: ['rds:DescribeDBClusters'], resources: [`${rds}:cluster:${clusterIdentifier}`] },
    { actions: ['rds:DescribeDBInstances'], resources: [`${rds}:db:*`], because: 'the names of the instances are read from the cluster' },
  ];
}

/** Deleting the source, only while its owner's tag says so. */
export function deleteSource(place: SourcePlace): readonly Permission[] {
  const { pipeline, account, region, clusterIdentifier } = place;
  const rds = `arn:aws:rds:${region}:${account}`;
  const allowedByOwner = { StringEquals: { [`aws:ResourceTag/${TAG.deletableBy}`]: pipeline } };
  return [
    ...readSourceCluster(place),
    { actions: ['rds:DescribeDBClusterSnapshots'], resources: [`${rds}:cluster-snapshot:*-final`], because: 'the final snapshot is named after the operation' },
    { actions: ['rds:CreateDBClusterSnapshot'], resources: [`${rds}:cluster:${clusterIdentifier}`, `${rds}:cluster-snapshot:*-final`], because: 'the final snapshot is named after the operation' },
    { actions: ['rds:AddTagsToResource'], resources: [`${rds}:cluster-snapshot:*-final`], because: 'the final snapshot is named after the operation' },
    { actions: ['rds:DeleteDBCluster'], resources: [`${rds}:cluster:${clusterIdentifier}`], conditions: allowedByOwner },
    { actions: ['rds:DeleteDBInstance'], resources: [`${rds}:db:*`], conditions: allowedByOwner, because: "the owner's tag on each instance names what may go" },
  ];
}

/** Looking whether the policy of the source's key lets the account that restores use it. */
export function readSourceKey({ kmsKeyArn }: SourcePlace): readonly Permission[] {
  return kmsKeyArn ? [{ actions: ['kms:GetKeyPolicy'], resources: [kmsKeyArn] }] : [];
}

/** Looking how much room an account has in a region. */
export function readQuotas(): Permission {
  return { actions: ['rds:DescribeAccountAttributes'], resources: ['*'], because: 'the action has no resource' };
}

/** RDS looks at the key with the caller's permissions and grants itself its use: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html */
export function useKeyThroughRds(keyArn: string, region: string): Permission {
  return {
    actions: ['kms:DescribeKey', 'kms:CreateGrant'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `rds.${region}.amazonaws.com` } },
  };
}
