import { createHash } from 'node:crypto';
import { happened, type AuditEvent } from '../common/audit-log';
import type { Cluster, Instance } from '../common/aws/clusters';
import { TAG, type RestoreRun } from './contract';
import { isBusy } from './is-busy';

/** What is known of the source before anything of it is deleted. */
export interface DeletionCandidate {
  readonly pipeline: string;
  readonly sourceDeletable: boolean;
  readonly cluster: Cluster;
  readonly instances: readonly Instance[];
}

/**
 * Every reason not to delete the source, found before the first instance is touched.
 *
 * Deletion protection of a cluster does not protect its instances, so looking at it when the cluster's turn comes
 * would be too late.
 */
export function reasonsToKeep({ pipeline, sourceDeletable, cluster, instances }: DeletionCandidate): string[] {
  return [
    ...(sourceDeletable ? [] : ['the configuration of the pipeline does not allow it (source.deletable)']),
    ...(cluster.tags[TAG.deletableBy] === pipeline ? [] : [`cluster ${cluster.identifier} is not tagged ${TAG.deletableBy}=${pipeline}`]),
    ...(cluster.tags[TAG.pipeline] ? [`cluster ${cluster.identifier} was itself restored by pipeline ${cluster.tags[TAG.pipeline] ?? ''}`] : []),
    ...(cluster.deletionProtection ? [`cluster ${cluster.identifier} has deletion protection on`] : []),
    ...instances.filter(({ tags }) => tags[TAG.deletableBy] !== pipeline).map(({ identifier }) => `instance ${identifier} is not tagged ${TAG.deletableBy}=${pipeline}`),
    ...(cluster.status === 'available' || isBusy(cluster) ? [] : [`cluster ${cluster.identifier} is ${cluster.status}, not available: no final snapshot can be taken of it`]),
    ...instances.filter(({ deletionProtection }) => deletionProtection).map(({ identifier }) => `instance ${identifier} has deletion protection on`),
    ...(cluster.isGlobalMember ? [`cluster ${cluster.identifier} is a member of a global database`] : []),
    ...(cluster.replicatesFrom ? [`cluster ${cluster.identifier} replicates from ${cluster.replicatesFrom}`] : []),
  ];
}

/** What the cluster really is whose deletion this operation has begun. */
export function deletionBegun(events: readonly AuditEvent[]): string | undefined {
  return happened(events, 'DeletionBegun').at(-1)?.['resourceId'] as string | undefined;
}

/** What a run that deletes its source would delete, in order; AWS lists instances in none. */
export function deletionsOf({ cluster, instances }: Pick<DeletionCandidate, 'cluster' | 'instances'>): string[] {
  return [...instances.map(({ identifier }) => `instance ${identifier}`).sort(), `cluster ${cluster.identifier} (${cluster.resourceId}), after a final snapshot`];
}

/** The hash that a plan ends with. It covers the request and what would be deleted, and nothing that differs between a plan and its run. */
export function hashPlan(run: RestoreRun, snapshotArn: string, deletions: readonly string[]): string {
  const { targetClusterIdentifier, deleteSource } = run;
  return createHash('sha256').update(JSON.stringify({ targetClusterIdentifier, deleteSource, snapshotArn, deletions })).digest('hex');
}
