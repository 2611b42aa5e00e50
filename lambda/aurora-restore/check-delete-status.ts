import { type AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { ENV, type StepInput } from './contract';
import { finalSnapshotOf } from './delete-rds';
import { deletionBegun } from './deletion-guard';
import { journalOf } from './journal';
import { sourceTarget } from './settings';

export interface CheckDeleteStatusPorts {
  readonly sourceCluster: string;
  readonly clusters: Pick<Clusters, 'find'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/** Says whether the source cluster is gone, and then records what is left of it. Another cluster under its name does not count. */
export async function checkDeleteStatus({ run }: StepInput, { sourceCluster, clusters, audit }: CheckDeleteStatusPorts): Promise<{ done: boolean; status: string }> {
  const { operationId } = run;
  const cluster = await clusters.find(sourceCluster);
  const begun = deletionBegun(await audit.events(operationId));
  if (cluster && (!begun || begun === cluster.resourceId)) return { done: false, status: cluster.status };
  await audit.append(operationId, { type: 'SourceDeleted', status: 'succeeded', details: { clusterIdentifier: sourceCluster, finalSnapshot: finalSnapshotOf(operationId) } });
  return { done: true, status: 'gone' };
}

export const handler = defineHandler('aurora-restore/check-delete-status', checkDeleteStatus, (env) => ({
  sourceCluster: env.required(ENV.SOURCE_CLUSTER),
  clusters: Clusters.in(sourceTarget(env)),
  audit: journalOf(env),
}));
