import { AuditLog, happened } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { ENV, TAG, type Hop, type RestorePlan, type StepInput } from './contract';
import { CopySlots } from './copy-slots';
import { removeHops, type HopPorts } from './remove-hops';
import { sourceTarget } from './settings';

export interface CompensateRestorePorts extends HopPorts {
  readonly clusters: Pick<Clusters, 'find' | 'findInstance' | 'deleteInstance' | 'deleteCluster'>;
  readonly slots: Pick<CopySlots, 'release'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/** An instance or cluster that is still being made cannot be deleted yet. */
const NOT_YET_DELETABLE = new Set(['creating', 'modifying', 'renaming', 'resetting-master-credentials']);

/**
 * Removes what a failed run made, and nothing else: everything it deletes carries the run's tag, and a database that
 * was opened to its clients is never removed. The state machine calls again until `done`.
 *
 * With `onFailure: keep` it only gives copy slots back, so that the run can be resumed where it failed.
 */
export async function compensateRestore({ run }: StepInput, ports: CompensateRestorePorts): Promise<{ done: boolean; removed: readonly string[] }> {
  const events = await ports.audit.events(run.operationId);
  const hops = [...happened(events, 'HopStarted'), ...happened(events, 'HopAdopted')] as unknown as readonly Hop[];
  for (const region of new Set(hops.map((hop) => hop.region))) await ports.slots.release(region, run.operationId);
  const opened = happened(events, 'NetworkOpened').length > 0;
  if (run.onFailure === 'keep' || opened) return { done: true, removed: [] };
  const [plan] = happened(events, 'PreflightPassed').slice(-1) as unknown as readonly RestorePlan[];
  const cluster = plan ? await removeCluster(plan.clusterIdentifier, run.operationId, ports) : 'gone';
  if (cluster === 'going') return { done: false, removed: [] };
  const removed = [...(plan ? [`cluster ${plan.clusterIdentifier}`] : []), ...(await removeHops(hops, run.operationId, ports))];
  await ports.audit.append(run.operationId, { type: 'Compensated', status: 'info', details: { removed } });
  return { done: true, removed };
}

async function removeCluster(identifier: string, operationId: string, { clusters }: CompensateRestorePorts): Promise<'gone' | 'going'> {
  const cluster = await clusters.find(identifier);
  if (cluster?.tags[TAG.operation] !== operationId) return 'gone';
  if (cluster.status === 'deleting' || NOT_YET_DELETABLE.has(cluster.status)) return 'going';
  for (const instance of cluster.instanceIdentifiers) {
    const status = (await clusters.findInstance(instance))?.status ?? 'gone';
    if (!NOT_YET_DELETABLE.has(status)) await clusters.deleteInstance(instance);
  }
  if (cluster.instanceIdentifiers.length === 0) await clusters.deleteCluster(identifier, { keepAutomatedBackups: false });
  return 'going';
}

export const handler = defineHandler('aurora-restore/compensate-restore', compensateRestore, (env) => {
  const now = () => new Date();
  const target = { region: env.region };
  const table = (name: string) => DynamoTable.in(target, env.required(name));
  return {
    clusters: Clusters.in(target),
    sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
    targetSnapshots: (region) => ClusterSnapshots.in({ region }),
    slots: new CopySlots({ table: table(ENV.COPY_SLOT_TABLE), now }),
    audit: new AuditLog({ table: table(ENV.AUDIT_TABLE), now }),
  };
});
