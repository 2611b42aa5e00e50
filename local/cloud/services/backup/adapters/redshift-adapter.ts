import {
  CreateClusterSnapshotCommand,
  DeleteClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DescribeClustersCommand,
  RestoreFromClusterSnapshotCommand,
  type Snapshot,
} from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import type { CloudClient } from '../../../gateway/cloud-client';
import { tagList, tagMap } from '../../../gateway/tags';
import { parseRedshiftArn, redshiftArn, snapshotArn, splitSnapshotName } from '../../redshift/redshift-arn';
import { invalidValue } from '../backup-errors';
import type { Backable, Progress, ResourceAdapter } from './resource-adapter';

const BYTES_PER_MB = 1024 * 1024;
/** Members of RestoreFromClusterSnapshot that metadata may name. */
const TEXTS = ['NodeType', 'AvailabilityZone', 'ClusterSubnetGroupName', 'ClusterParameterGroupName', 'KmsKeyId', 'MaintenanceTrackName', 'PreferredMaintenanceWindow', 'SnapshotScheduleIdentifier'] as const;
const NUMBERS = ['NumberOfNodes', 'Port', 'AutomatedSnapshotRetentionPeriod', 'ManualSnapshotRetentionPeriod'] as const;
const FLAGS = ['PubliclyAccessible', 'EnhancedVpcRouting', 'Encrypted', 'ManageMasterPassword', 'AllowVersionUpgrade', 'AvailabilityZoneRelocation', 'MultiAZ'] as const;
const LISTS = ['VpcSecurityGroupIds', 'IamRoles'] as const;

/** Backs provisioned clusters up as manual snapshots of Redshift. https://docs.aws.amazon.com/aws-backup/latest/devguide/redshift-backups.html */
export const redshiftAdapter: ResourceAdapter = {
  resourceType: 'Redshift',
  nameOf: (resourceArn) => {
    const parsed = parseRedshiftArn(resourceArn);
    return parsed?.kind === 'cluster' ? parsed.name : undefined;
  },
  async list(role) {
    const clusters: Backable[] = [];
    let Marker: string | undefined;
    do {
      const page = await role.send(new DescribeClustersCommand({ Marker }));
      for (const { ClusterIdentifier = '', ClusterNamespaceArn = '', Tags } of page.Clusters ?? []) {
        const place = parseRedshiftArn(ClusterNamespaceArn)?.place;
        if (place) clusters.push({ arn: redshiftArn('cluster', place, ClusterIdentifier), name: ClusterIdentifier, tags: tagMap(Tags) });
      }
      Marker = page.Marker;
    } while (Marker !== undefined);
    return clusters;
  },
  async begin(role, { jobId, resourceArn, tags }) {
    const { Snapshot: snapshot } = await role.send(
      new CreateClusterSnapshotCommand({
        ClusterIdentifier: parseRedshiftArn(resourceArn)?.name,
        SnapshotIdentifier: `awsbackup:job-${jobId.toLowerCase()}`,
        ManualSnapshotRetentionPeriod: -1,
        Tags: tagList({ ...tags, 'aws:backup:source-resource': resourceArn }),
      }),
    );
    return { recoveryPointArn: snapshot?.SnapshotArn ?? '', keyArn: snapshot?.KmsKeyId };
  },
  async progressOf(role, recoveryPointArn) {
    const { Status, BackupProgressInMegaBytes = 0, ActualIncrementalBackupSizeInMegaBytes: total = 0, TotalBackupSizeInMegaBytes: size = 0 } = await describe(role, recoveryPointArn);
    const state = Status === 'available' ? 'done' : Status === 'failed' ? 'failed' : 'running';
    return { state, percent: state === 'done' ? 100 : (100 * BackupProgressInMegaBytes) / Math.max(1, total), sizeBytes: Math.round(size * BYTES_PER_MB) };
  },
  async delete(role, recoveryPointArn) {
    const { SnapshotIdentifier, ClusterIdentifier } = await describe(role, recoveryPointArn);
    await role.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier, SnapshotClusterIdentifier: ClusterIdentifier }));
  },
  async restoreMetadata(role, recoveryPointArn) {
    const snapshot = await describe(role, recoveryPointArn);
    const known = {
      RestoreType: 'CLUSTER_RESTORE',
      ClusterIdentifier: snapshot.ClusterIdentifier,
      NodeType: snapshot.NodeType,
      NumberOfNodes: snapshot.NumberOfNodes,
      Port: snapshot.Port,
      AvailabilityZone: snapshot.AvailabilityZone,
      Encrypted: snapshot.Encrypted,
      KmsKeyId: snapshot.KmsKeyId,
      EnhancedVpcRouting: snapshot.EnhancedVpcRouting,
      MaintenanceTrackName: snapshot.MaintenanceTrackName,
    };
    return Object.fromEntries(Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
  },
  async restore(role, place, recoveryPointArn, { RestoreType, ClusterIdentifier, ...more }) {
    // A table is the other thing that AWS restores: https://docs.aws.amazon.com/aws-backup/latest/devguide/redshift-restores.html
    if (RestoreType !== 'CLUSTER_RESTORE') throw invalidValue(`The metadata RestoreType ${RestoreType ?? ''} must be CLUSTER_RESTORE: the local cloud restores whole clusters.`);
    if (ClusterIdentifier === undefined) throw invalidValue('The metadata must contain ClusterIdentifier.');
    await role.send(new RestoreFromClusterSnapshotCommand({ ClusterIdentifier, SnapshotArn: recoveryPointArn, ...restoreMembers(more) }));
    return redshiftArn('cluster', place, ClusterIdentifier);
  },
  async restoreProgressOf(role, createdArn): Promise<Progress> {
    const { Clusters } = await role.send(new DescribeClustersCommand({ ClusterIdentifier: parseRedshiftArn(createdArn)?.name }));
    const status = Clusters?.[0]?.ClusterStatus;
    return { state: status === 'available' ? 'done' : status === 'creating' ? 'running' : 'failed', percent: status === 'available' ? 100 : 50, sizeBytes: 0 };
  },
};

async function describe(role: CloudClient, recoveryPointArn: string): Promise<Snapshot> {
  const parsed = parseRedshiftArn(recoveryPointArn);
  const { identifier, clusterIdentifier } = splitSnapshotName(parsed?.name ?? '');
  const { Snapshots } = await role.send(new DescribeClusterSnapshotsCommand({ ClusterIdentifier: clusterIdentifier, SnapshotIdentifier: identifier }));
  const snapshot = Snapshots?.[0];
  if (!snapshot || !parsed) throw new AwsError('ResourceNotFoundException', `${snapshotArn({ place: parsed?.place ?? { account: '', region: '' }, clusterIdentifier, identifier })} does not exist.`);
  return snapshot;
}

/** Metadata is text; the API has numbers, flags and lists. */
function restoreMembers(metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  const members = Object.entries(metadata).map(([name, value]): readonly [string, unknown] => {
    if (isOneOf(TEXTS, name)) return [name, value];
    if (isOneOf(NUMBERS, name)) return [name, Number(value)];
    if (isOneOf(FLAGS, name)) return [name, value === 'true'];
    if (isOneOf(LISTS, name)) return [name, value.split(',').map((item) => item.trim())];
    throw invalidValue(`Unknown metadata: ${name}`);
  });
  return Object.fromEntries(members.filter(([, value]) => value !== ''));
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
