import { AwsError } from '../../gateway/aws-error';
import type { RegionState } from './state/region-state';
import type { SnapshotKind } from './state/snapshot';

/** What an account may have in a region before it asks for more. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html */
export const QUOTAS = {
  clusters: 40,
  instances: 40,
  manualSnapshots: 100,
  parameterGroups: 50,
  subnetGroups: 50,
  subnetsPerGroup: 20,
  eventSubscriptions: 20,
  readReplicasPerInstance: 15,
  membersPerCluster: 16,
  accountsPerSharedSnapshot: 20,
} as const;

/** How many copies into one region may be under way. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html */
const COPIES_UNDER_WAY = { cluster: 5, instance: 20 } as const;

/** Fails when one snapshot more would be too many. */
export function checkSnapshotQuota(state: RegionState, kind: SnapshotKind): void {
  if (state.manualSnapshots(kind).length >= QUOTAS.manualSnapshots) {
    throw new AwsError('SnapshotQuotaExceededFault', `Cannot create more than ${QUOTAS.manualSnapshots} manual snapshots`);
  }
}

/** Fails when one copy more into the region would be too many at a time. */
export function checkCopiesUnderWay(state: RegionState, kind: SnapshotKind): void {
  const copying = [...state.snapshots[kind].values()].filter(({ status }) => status === 'copying').length;
  if (copying >= COPIES_UNDER_WAY[kind]) throw new AwsError('SnapshotQuotaExceededFault', `Cannot copy more than ${COPIES_UNDER_WAY[kind]} snapshots across regions`);
}

/** The quotas with their names as `DescribeAccountAttributes` gives them. */
export function accountQuotas(state: RegionState): { AccountQuotaName: string; Used: number; Max: number }[] {
  const quota = (AccountQuotaName: string, Used: number, Max: number) => ({ AccountQuotaName, Used, Max });
  const instances = [...state.instances.values()];
  return [
    quota('DBInstances', instances.length, QUOTAS.instances),
    quota('DBClusters', state.clusters.size, QUOTAS.clusters),
    quota('ManualSnapshots', state.manualSnapshots('instance').length, QUOTAS.manualSnapshots),
    quota('ManualClusterSnapshots', state.manualSnapshots('cluster').length, QUOTAS.manualSnapshots),
    quota('DBParameterGroups', state.parameterGroups.instance.size, QUOTAS.parameterGroups),
    quota('DBClusterParameterGroups', state.parameterGroups.cluster.size, QUOTAS.parameterGroups),
    quota('DBSubnetGroups', state.subnetGroups.size, QUOTAS.subnetGroups),
    quota('SubnetsPerDBSubnetGroup', Math.max(0, ...[...state.subnetGroups.values()].map(({ subnets }) => subnets.length)), QUOTAS.subnetsPerGroup),
    quota('EventSubscriptions', state.eventSubscriptions.size, QUOTAS.eventSubscriptions),
    quota('ReadReplicasPerMaster', 0, QUOTAS.readReplicasPerInstance),
  ];
}
