import { AuditLog } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { DeletionRefused, ENV, TAG, type ProofSummary, type StepInput } from './contract';
import { deletionsOf, hashPlan, reasonsToKeep } from './deletion-guard';
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
  readonly clusters: Pick<Clusters, 'find' | 'findInstance' | 'deleteInstance' | 'deleteCluster'>;
  readonly snapshots: Pick<ClusterSnapshots, 'find' | 'create'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/**
 * Deletes the source cluster, one stage a call, and only when nothing speaks against it: the restored content is
 * proven, the new database is open, the plan is the one that somebody read, and a final snapshot is available.
 *
 * Raises `DeletionRefused` with every reason before the first instance is touched. Once the final snapshot exists and
 * instances are going, a second run continues.
 */
export async function deleteRds({ run, snapshotArn, proof }: DeleteRdsInput, ports: DeleteRdsPorts): Promise<{ phase: DeletionPhase }> {
  const { clusters, sourceCluster, audit } = ports;
  const cluster = await clusters.find(sourceCluster);
  if (!cluster || cluster.status === 'deleting') return { phase: cluster ? 'cluster' : 'gone' };
  const begun = (await audit.events(run.operationId)).some(({ event_type }) => event_type === 'DeletionBegun');
  const instances = (await Promise.all(cluster.instanceIdentifiers.map((identifier) => clusters.findInstance(identifier)))).filter((instance) => instance !== undefined);
  if (!begun) {
    const reasons = [
      ...reasonsToKeep({ ...ports, cluster, instances }),
      ...(proof.verdict === 'PROVEN' ? [] : [`the restored content is ${proof.verdict}, not PROVEN`]),
      ...(hashPlan(run, snapshotArn, deletionsOf({ cluster, instances })) === run.planHash ? [] : ['the source is not as it was when the plan was made']),
    ];
    if (reasons.length > 0) throw new DeletionRefused(reasons);
    if (!(await finalSnapshotAvailable(run.operationId, ports))) return { phase: 'final-snapshot' };
    await audit.append(run.operationId, { type: 'DeletionBegun', status: 'started', details: { clusterIdentifier: sourceCluster, resourceId: cluster.resourceId, planHash: run.planHash } });
  }
  if (instances.length > 0) {
    for (const { identifier } of instances) await clusters.deleteInstance(identifier);
    return { phase: 'instances' };
  }
  await clusters.deleteCluster(sourceCluster, { keepAutomatedBackups: true });
  return { phase: 'cluster' };
}

async function finalSnapshotAvailable(operationId: string, { pipeline, sourceCluster, snapshots, audit }: DeleteRdsPorts): Promise<boolean> {
  const identifier = finalSnapshotOf(operationId);
  const existing = await snapshots.find(identifier);
  if (existing) return existing.status === 'available';
  await snapshots.create(identifier, sourceCluster, { [TAG.operation]: operationId, [TAG.pipeline]: pipeline });
  await audit.append(operationId, { type: 'FinalSnapshotStarted', status: 'started', details: { identifier } });
  return false;
}

export function finalSnapshotOf(operationId: string): string {
  return `${operationId}-final`;
}

export const handler = defineHandler('aurora-restore/delete-rds', deleteRds, (env) => {
  const source = sourceTarget(env);
  return {
    ...settingsOf(env),
    sourceCluster: env.required(ENV.SOURCE_CLUSTER),
    clusters: Clusters.in(source),
    snapshots: ClusterSnapshots.in(source),
    audit: new AuditLog({ table: DynamoTable.in({ region: env.region }, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
  };
});
