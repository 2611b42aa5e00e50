import { randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { checkMaintenanceWindow, defaultMaintenanceWindow } from '../rds/backup-window';
import { keepTakingSnapshots } from './automated-snapshots';
import { newClusterIdentifier } from './cluster-rules';
import { placeInNetwork, type RequestedNetwork } from './network-placement';
import { parameterGroup } from './parameters/cluster-parameters';
import { haveServiceLinkedRole } from '../iam/have-service-linked-role';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftEventName } from './redshift-events';
import type { ClusterTraits, RedshiftCluster, RestoreProgress } from './state/cluster';

const REDSHIFT = 'redshift.amazonaws.com';

/** What creating and restoring a cluster have in common. */
export interface ClusterRequest extends RequestedNetwork {
  readonly ClusterIdentifier: string | undefined;
  readonly AvailabilityZone?: string | undefined;
  readonly ClusterParameterGroupName?: string | undefined;
  readonly IamRoles?: string[] | undefined;
  readonly DefaultIamRoleArn?: string | undefined;
  readonly SnapshotScheduleIdentifier?: string | undefined;
}

export interface ClusterBeginning {
  readonly traits: ClusterTraits;
  readonly tags: Record<string, string>;
  readonly restored?: RestoreProgress;
}

/** Puts a cluster together that is not there yet; fails where Redshift would refuse it. */
export async function assembleCluster(redshift: RedshiftContext, call: Call, request: ClusterRequest, { traits, tags, restored }: ClusterBeginning): Promise<RedshiftCluster> {
  const { estate } = redshift;
  const place = { account: call.account, region: call.region };
  const identifier = newClusterIdentifier(request.ClusterIdentifier);
  await haveServiceLinkedRole(redshift.cloud, call, REDSHIFT);
  checkRoom(redshift, call, identifier, traits.numberOfNodes);
  const network = await placeInNetwork(redshift, place, request);
  const zones = (estate.in(place).subnetGroups.get(network.subnetGroupName)?.subnets ?? []).map(({ availabilityZone }) => availabilityZone);
  const availabilityZone = request.AvailabilityZone ?? zones[0] ?? '';
  if (!zones.includes(availabilityZone)) throw new AwsError('InvalidVPCNetworkStateFault', `The cluster subnet group ${network.subnetGroupName} has no subnet in ${availabilityZone}.`);
  checkRoles(redshift, call, request);
  const { name: parameterGroupName } = parameterGroup(estate, place, request.ClusterParameterGroupName);
  return {
    place,
    namespaceId: randomUUID(),
    createdAt: redshift.cloud.clock.now(),
    identifier,
    traits,
    network,
    availabilityZone,
    parameterGroupName,
    parametersPending: false,
    iamRoleArns: request.IamRoles ?? [],
    defaultIamRoleArn: request.DefaultIamRoleArn,
    scheduleIdentifier: scheduleNamed(redshift, call, request.SnapshotScheduleIdentifier),
    copySetting: undefined,
    restored,
    resize: undefined,
    logging: undefined,
    nextAutomatedAt: undefined,
    lastSnapshotMb: undefined,
    tags,
    server: undefined,
    schedule: new AbortController(),
    reschedule: () => undefined,
    status: 'creating',
    underway: undefined,
  };
}

/** Lets a cluster be seen. The calls that lead to it take time, in which another one may have taken its name. */
export function keepCluster(redshift: RedshiftContext, cluster: RedshiftCluster): void {
  checkRoom(redshift, cluster.place, cluster.identifier, cluster.traits.numberOfNodes);
  redshift.estate.in(cluster.place).clusters.set(cluster.identifier, cluster);
}

/** What follows when a cluster is there: an event, and backups from now on. */
export function clusterOpened(redshift: RedshiftContext, cluster: RedshiftCluster, event: RedshiftEventName, subject?: string): void {
  redshift.notices.give(cluster, event, subject);
  void keepTakingSnapshots(redshift, cluster);
}

/** The name of a snapshot schedule that exists; nothing without a name. */
export function scheduleNamed({ estate }: RedshiftContext, place: Pick<Call, 'account' | 'region'>, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (!estate.in(place).schedules.has(name.toLowerCase())) throw new AwsError('SnapshotScheduleNotFoundFault', `Snapshot schedule ${name} not found.`);
  return name.toLowerCase();
}

/** A window that stays the same for the name of the cluster, unless the request has one. */
export function maintenanceWindowOf(requested: string | undefined, identifier: string): string {
  return requested === undefined ? defaultMaintenanceWindow(identifier, '05:00-05:30') : checkMaintenanceWindow(requested);
}

/** Fails when there are already too many nodes, or too many in one cluster. */
export function checkNodes({ estate, quotas }: RedshiftContext, place: Pick<Call, 'account' | 'region'>, numberOfNodes: number, instead = 0): void {
  const used = [...estate.in(place).clusters.values()].reduce((sum, { traits }) => sum + traits.numberOfNodes, 0) - instead;
  if (numberOfNodes > quotas.limitOf('nodesPerCluster', place)) throw new AwsError('NumberOfNodesPerClusterLimitExceededFault', `A cluster can have at most ${quotas.limitOf('nodesPerCluster', place)} nodes.`);
  const most = quotas.limitOf('nodes', place);
  if (used + numberOfNodes > most) throw new AwsError('NumberOfNodesQuotaExceededFault', `The request would exceed the quota of ${most} nodes.`);
}

function checkRoom(redshift: RedshiftContext, place: Pick<Call, 'account' | 'region'>, identifier: string, numberOfNodes: number): void {
  if (redshift.estate.in(place).clusters.has(identifier)) throw new AwsError('ClusterAlreadyExistsFault', `Cluster ${identifier} already exists.`);
  checkNodes(redshift, place, numberOfNodes);
}

function checkRoles({ quotas }: RedshiftContext, place: Call, { IamRoles = [] }: ClusterRequest): void {
  const most = quotas.limitOf('iamRolesPerCluster', place);
  if (IamRoles.length > most) throw new AwsError('InvalidParameterCombination', `A cluster can have at most ${most} IAM roles.`, { status: 400 });
}
