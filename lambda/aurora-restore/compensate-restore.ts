import { type AuditLog, happened, type AuditEvent } from '../common/audit-log';
import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { Clusters, type Cluster } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { ownNameOf } from './cluster-names';
import { ENV, TAG, type Hop, type StepInput } from './contract';
import { copySlotsOf, slotPlaceOf, type CopySlots } from './copy-slots';
import { hopsTaken } from './hops-taken';
import { journalOf } from './journal';
import { removeHops, type HopPorts } from './remove-hops';
import { reopenPrevious, type ReopenPorts } from './reopen-previous';
import { sourceTarget } from './settings';

export interface CompensateRestorePorts extends HopPorts, ReopenPorts {
  readonly targetAccount: string;
  readonly clusters: ReopenPorts['clusters'] & Pick<Clusters, 'findInstance' | 'deleteInstance' | 'deleteCluster'>;
  readonly slots: Pick<CopySlots, 'release'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/** The outcome of an attempt to undo a run. */
export interface Compensation {
  readonly done: boolean;
  readonly removed: readonly string[];
  /** Why what the run made stays: it was asked for, or people use it already. */
  readonly kept: 'as-requested' | 'opened' | null;
}

/** An instance or cluster that is still being made cannot be deleted yet. */
const NOT_YET_DELETABLE = new Set(['creating', 'migrating', 'modifying', 'renaming', 'backing-up', 'resetting-master-credentials']);

/**
 * Removes what a failed run made, and nothing else: everything it deletes carries the run's tag, and a database that
 * was opened to its clients is never removed. A cluster that had to make room gets its name and its clients back. The
 * state machine calls again until `done`.
 *
 * With `onFailure: keep` it only gives copy slots back, so that the run can be resumed where it failed.
 */
export async function compensateRestore({ run }: StepInput, ports: CompensateRestorePorts): Promise<Compensation> {
  const { operationId, targetClusterIdentifier: target } = run;
  const events = await ports.audit.events(operationId);
  const hops = hopsTaken(events);
  for (const place of placesOfSlots(events, ports.targetAccount)) await ports.slots.release(place, operationId);
  if (run.onFailure === 'keep') return { done: true, removed: [], kept: 'as-requested' };
  const restored = await findRestored(events, [target, ownNameOf(target, operationId)], operationId, ports);
  if (restored?.securityGroupIds.includes(ports.clientGroup)) return { done: true, removed: [], kept: 'opened' };
  if (restored) await removeCluster(restored, operationId, ports);
  const reopened = restored?.identifier !== target && (await reopenPrevious(events, operationId, ports));
  if (restored || !reopened) return { done: false, removed: [], kept: null };
  const removed = [...happened(events, 'ClusterRemoved').map(({ clusterIdentifier }) => `cluster ${String(clusterIdentifier)}`), ...(await removeHops(hops, operationId, ports))];
  await ports.audit.append(operationId, { type: 'Compensated', status: 'info', details: { removed } });
  return { done: true, removed, kept: null };
}

/** Wherever the run may hold a slot: it takes one before it records that a copy starts. */
function placesOfSlots(events: readonly AuditEvent[], targetAccount: string): ReadonlySet<string> {
  const planned = happened(events, 'SnapshotChosen').flatMap(({ hops }) => hops as readonly Hop[]);
  return new Set(planned.map((hop) => slotPlaceOf(hop, targetAccount)).filter((place) => place !== undefined));
}

async function findRestored(events: readonly AuditEvent[], names: readonly string[], operationId: string, { clusters }: CompensateRestorePorts): Promise<Cluster | undefined> {
  if (!events.some(({ event_type }) => event_type === 'PreflightPassed')) return undefined;
  for (const name of names) {
    const cluster = await clusters.find(name);
    if (cluster?.tags[TAG.operation] === operationId) return cluster;
  }
  return undefined;
}

async function removeCluster(cluster: Cluster, operationId: string, { clusters, audit }: CompensateRestorePorts): Promise<void> {
  const { identifier, status, instanceIdentifiers } = cluster;
  if (status === 'deleting' || NOT_YET_DELETABLE.has(status)) return;
  for (const instance of instanceIdentifiers) {
    const instanceStatus = (await clusters.findInstance(instance))?.status ?? 'gone';
    if (!NOT_YET_DELETABLE.has(instanceStatus)) await clusters.deleteInstance(instance);
  }
  if (instanceIdentifiers.length > 0 || !(await clusters.deleteCluster(identifier, { keepAutomatedBackups: false }))) return;
  await audit.append(operationId, { type: 'ClusterRemoved', status: 'info', details: { clusterIdentifier: identifier, resourceId: cluster.resourceId } });
}

export const handler = defineHandler('aurora-restore/compensate-restore', compensateRestore, (env) => ({
  targetAccount: env.required(ENV.TARGET_ACCOUNT),
  clientGroup: env.required(ENV.CLIENT_SECURITY_GROUP),
  clusters: Clusters.in({ region: env.region }),
  sourceSnapshots: ClusterSnapshots.in(sourceTarget(env)),
  targetSnapshots: (region) => ClusterSnapshots.in({ region }),
  slots: copySlotsOf(env),
  audit: journalOf(env),
}));
