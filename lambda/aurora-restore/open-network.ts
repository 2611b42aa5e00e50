import { happened, type AuditLog } from '../common/audit-log';
import { Clusters, type Cluster } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { retiredNameOf } from './cluster-names';
import { ENV, RestoreFailed, TAG, TargetNotOurs, type RestorePlan, type StepInput } from './contract';
import { isBusy } from './is-busy';
import { journalOf } from './journal';

export interface OpenNetworkInput extends StepInput {
  readonly plan: Pick<RestorePlan, 'clusterIdentifier'>;
}

export interface OpenNetworkOutput {
  readonly done: boolean;
  readonly endpoint: string | null;
}

export interface OpenNetworkPorts {
  readonly pipeline: string;
  readonly quarantineGroup: string;
  readonly clientGroup: string;
  readonly clusters: Pick<Clusters, 'find' | 'rename' | 'setSecurityGroups' | 'tag'>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
  readonly now: () => Date;
}

/** Minutes are usual: after this the cluster is not on its way to the target's name, but was taken away. */
const LONGEST_RENAMING_MS = 30 * 60_000;

/**
 * Lets the proven cluster take over the target's name and opens it to its clients, one change a call: each takes
 * minutes, so the state machine calls again until `done`.
 *
 * A cluster of an earlier run that has the name is closed and renamed, never deleted here: it is the way back.
 */
export async function openNetwork({ run, plan }: OpenNetworkInput, ports: OpenNetworkPorts): Promise<OpenNetworkOutput> {
  const { clusters, clientGroup, audit } = ports;
  const target = run.targetClusterIdentifier;
  const notYet = { done: false, endpoint: null };
  const holder = await clusters.find(target);
  if (!holder) await takeName(run.operationId, plan.clusterIdentifier, target, ports);
  else if (holder.tags[TAG.operation] !== run.operationId) await makeRoom(run.operationId, target, holder, ports);
  else if (holder.status === 'available') {
    if (holder.securityGroupIds.includes(clientGroup)) return { done: true, endpoint: holder.endpoint ?? null };
    const changed = await clusters.setSecurityGroups(target, [clientGroup]);
    if (changed) await audit.append(run.operationId, { type: 'NetworkOpened', status: 'succeeded', details: { clusterIdentifier: target, endpoint: holder.endpoint, securityGroup: clientGroup } });
  }
  return notYet;
}

async function takeName(operationId: string, ownName: string, target: string, { clusters, audit, now }: OpenNetworkPorts): Promise<void> {
  const own = await clusters.find(ownName);
  if (own && isBusy(own)) return;
  const requested = (await audit.events(operationId)).findLast(({ event_type }) => event_type === 'NameRequested');
  const ageMs = requested ? now().getTime() - new Date(requested.timestamp).getTime() : Infinity;
  if (!own) {
    // Between two names the cluster is under neither for a moment.
    if (ageMs < LONGEST_RENAMING_MS) return;
    throw new RestoreFailed(`cluster ${ownName} is gone, and ${target} is not there`, { ownName, target });
  }
  if (own.status !== 'available') throw new RestoreFailed(`cluster ${ownName} is ${own.status}`, { ownName });
  // Recorded before it happens, and again when it is asked for much later.
  if (ageMs > LONGEST_RENAMING_MS / 2) await audit.append(operationId, { type: 'NameRequested', status: 'started', details: { ownName, target } });
  await clusters.rename(ownName, target);
}

async function makeRoom(operationId: string, target: string, holder: Cluster, { pipeline, clusters, quarantineGroup, audit, now }: OpenNetworkPorts): Promise<void> {
  if (holder.tags[TAG.pipeline] !== pipeline) throw new TargetNotOurs(`cluster ${target} was not made by pipeline ${pipeline}`, { target });
  if (holder.status !== 'available') return;
  const { resourceId, arn, tags } = holder;
  const isOpen = holder.securityGroupIds.some((group) => group !== quarantineGroup);
  // One that was opened again after it had been retired is retired now, not then: a sweep counts from here.
  const retiredAt = (isOpen ? undefined : tags[TAG.retiredAt]) ?? now().toISOString();
  const renamedTo = retiredNameOf(target, retiredAt);
  const recorded = happened(await audit.events(operationId), 'PreviousRetired').some((earlier) => earlier['resourceId'] === resourceId && earlier['renamedTo'] === renamedTo);
  // Recorded before it happens: compensation brings the cluster back from wherever this breaks off. Another run may have begun it.
  if (!recorded) await audit.append(operationId, { type: 'PreviousRetired', status: 'started', details: { clusterIdentifier: target, resourceId, renamedTo } });
  if (tags[TAG.retiredAt] !== retiredAt) await clusters.tag(arn, { [TAG.retiredAt]: retiredAt });
  if (isOpen) await clusters.setSecurityGroups(target, [quarantineGroup]);
  else await clusters.rename(target, renamedTo);
}

export const handler = defineHandler('aurora-restore/open-network', openNetwork, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  quarantineGroup: env.required(ENV.QUARANTINE_SECURITY_GROUP),
  clientGroup: env.required(ENV.CLIENT_SECURITY_GROUP),
  clusters: Clusters.in({ region: env.region }),
  audit: journalOf(env),
  now: () => new Date(),
}));
