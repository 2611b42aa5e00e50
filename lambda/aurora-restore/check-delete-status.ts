import { AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { finalSnapshotOf } from './delete-rds';
import { ENV, type StepInput } from './contract';
import { sourceTarget } from './settings';

export interface CheckDeleteStatusPorts {
  readonly sourceCluster: string;
  readonly clusters: Pick<Clusters, 'find'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** Says whether the source cluster is gone, and then records what is left of it. */
export async function checkDeleteStatus({ run }: StepInput, { sourceCluster, clusters, audit }: CheckDeleteStatusPorts): Promise<{ done: boolean; status: string }> {
  const cluster = await clusters.find(sourceCluster);
  if (cluster) return { done: false, status: cluster.status };
  await audit.append(run.operationId, { type: 'SourceDeleted', status: 'succeeded', details: { clusterIdentifier: sourceCluster, finalSnapshot: finalSnapshotOf(run.operationId) } });
  return { done: true, status: 'gone' };
}

export const handler = defineHandler('aurora-restore/check-delete-status', checkDeleteStatus, (env) => ({
  sourceCluster: env.required(ENV.SOURCE_CLUSTER),
  clusters: Clusters.in(sourceTarget(env)),
  audit: new AuditLog({ table: DynamoTable.in({ region: env.region }, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
}));
