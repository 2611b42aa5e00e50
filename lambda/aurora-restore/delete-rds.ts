import type { AuditLog } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { Clusters, type Cluster, type Instance } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { DeletionRefused, ENV, TAG, type ProofSummary, type StepInput } from './contract';
import { deletionBegun, deletionsOf, hashPlan, reasonsToKeep } from './deletion-guard';
import { isBusy } from './is-busy';
import { journalOf } from './journal';
import { settingsOf, sourceTarget } from './settings';

export interface DeleteRdsInput extends StepInput {
  readonly snapshotArn: string;
  readonly proof: ProofSummary;
}

/** How far a deletion is: `final-snapshot`, then `instances`, then `cluster`, then `gone`. */
export type DeletionPhase = 'final-snapshot' | 'instances' | 'cluster' | 'gone';

export interface DeleteRdsPorts {
  readonly pipeline: string;
  readonly sourceDeletable: boolean;
  readonly sourceCluster: string;
  readonly clientGroup: string;
  readonly clusters: Pick<Clusters, 'find' | 'findInstance' | 'deleteInstance' | 'deleteCluster'>;
  readonly snapshots: Pick<ClusterSnapshots, 'find' | 'create'>;
  /** Where the database is that takes the source's place. */
  readonly restored: Pick<Clusters, 'find'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/**
 * Deletes the source cluster, one stage a call, and only when nothing speaks against it: the restored content is
 * proven, the new database is open, the plan is the one that somebody read, and a final snapshot is available.
 *
 * Raises `DeletionRefused` with every reason before the first instance is touched. Once the final snapshot exists and
 * instances are going, a second run continues; a cluster that was made since under the same name is left alone.
 */
export async function deleteRds(input: DeleteRdsInput, ports: DeleteRdsPorts): Promise<{ phase: DeletionPhase }> {
  const { run } = input;
  const { clusters, sourceCluster, audit } = ports;
  const cluster = await clusters.find(sourceCluster);
  const begun = deletionBegun(await audit.events(run.operationId));
  if (begun && begun !== cluster?.resourceId) return { phase: 'gone' };
  if (!cluster) throw new DeletionRefused([`cluster ${sourceCluster} is not there: somebody else has deleted it, and no final snapshot was taken by this operation`]);
  if (begun && cluster.status === 'deleting') return { phase: 'cluster' };
  const instances = (await Promise.all(cluster.instanceIdentifiers.map((identifier) => clusters.findInstance(identifier)))).filter((instance) => instance !== undefined);
  if (!begun) {
    const reasons = await reasonsAgainst(input, cluster, instances, ports);
    if (reasons.length > 0) throw new DeletionRefused(reasons);
    if (isBusy(cluster) || !(await finalSnapshotAvailable(run.operationId, ports))) return { phase: 'final-snapshot' };
    await audit.append(run.operationId, { type: 'DeletionBegun', status: 'started', details: { clusterIdentifier: sourceCluster, resourceId: cluster.resourceId, planHash: run.planHash } });
  }
  if (instances.length > 0) {
    for (const { identifier } of instances) await clusters.deleteInstance(identifier);
    return { phase: 'instances' };
  }
  await clusters.deleteCluster(sourceCluster, { keepAutomatedBackups: true });
  return { phase: 'cluster' };
}

async function reasonsAgainst({ run, snapshotArn, proof }: DeleteRdsInput, cluster: Cluster, instances: readonly Instance[], ports: DeleteRdsPorts): Promise<string[]> {
  const target = run.targetClusterIdentifier;
  const restored = await ports.restored.find(target);
  const isOpen = restored?.status === 'available' && restored.tags[TAG.operation] === run.operationId && restored.securityGroupIds.includes(ports.clientGroup);
  return [
    ...reasonsToKeep({ ...ports, cluster, instances }),
    ...(proof.verdict === 'PROVEN' ? [] : [`the restored content is ${proof.verdict}, not PROVEN`]),
    // Nothing speaks against a bucket of rows that was written to during the capture, and nothing for it.
    ...(proof.verdict === 'PROVEN' && proof.provenRows < proof.rows ? [`only ${proof.provenRows} of ${proof.rows} restored rows are proven: the source was written to while it was captured`] : []),
    ...(isOpen ? [] : [`cluster ${target}, which takes its place, is not open to its clients`]),
    ...(hashPlan(run, snapshotArn, deletionsOf({ cluster, instances })) === run.planHash ? [] : ['the source is not as it was when the plan was made']),
  ];
}

async function finalSnapshotAvailable(operationId: string, { pipeline, sourceCluster, snapshots, audit }: DeleteRdsPorts): Promise<boolean> {
  const identifier = finalSnapshotOf(operationId);
  const existing = await snapshots.find(identifier);
  if (!existing) {
    await snapshots.create(identifier, sourceCluster, { [TAG.operation]: operationId, [TAG.pipeline]: pipeline });
    await audit.append(operationId, { type: 'FinalSnapshotStarted', status: 'started', details: { identifier } });
    return false;
  }
  if (existing.clusterIdentifier !== sourceCluster || existing.tags[TAG.operation] !== operationId) {
    throw new DeletionRefused([`snapshot ${identifier} is there already and is not the final snapshot of this operation`]);
  }
  if (existing.status === 'available' || existing.status === 'creating') return existing.status === 'available';
  throw new DeletionRefused([`the final snapshot ${identifier} is ${existing.status}`]);
}

export function finalSnapshotOf(operationId: string): string {
  return `${operationId}-final`;
}

export const handler = defineHandler('aurora-restore/delete-rds', deleteRds, (env) => {
  const source = sourceTarget(env);
  const { pipeline, sourceDeletable } = settingsOf(env);
  return {
    pipeline,
    sourceDeletable,
    sourceCluster: env.required(ENV.SOURCE_CLUSTER),
    clientGroup: env.required(ENV.CLIENT_SECURITY_GROUP),
    clusters: Clusters.in(source),
    snapshots: ClusterSnapshots.in(source),
    restored: Clusters.in({ region: env.region }),
    audit: journalOf(env),
  };
});
