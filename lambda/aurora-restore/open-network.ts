import { AuditLog } from '../common/audit-log';
import { Clusters, type Cluster } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { ENV, RestoreFailed, TAG, TargetNotOurs, type RestorePlan, type StepInput } from './contract';
import { settingsOf } from './settings';

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
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

/**
 * Lets the proven cluster take over the target's name and opens it to its clients, one change a call: renaming takes
 * minutes, so the state machine calls again until `done`.
 *
 * A cluster of an earlier run that has the name is closed and renamed, never deleted here: it is the way back.
 */
export async function openNetwork({ run, plan }: OpenNetworkInput, ports: OpenNetworkPorts): Promise<OpenNetworkOutput> {
  const { clusters, clientGroup, audit } = ports;
  const target = run.targetClusterIdentifier;
  const holder = await clusters.find(target);
  if (holder?.tags[TAG.operation] !== run.operationId) {
    await makeRoom(run.operationId, plan.clusterIdentifier, target, holder, ports);
    return { done: false, endpoint: null };
  }
  if (holder.status !== 'available') return { done: false, endpoint: null };
  if (!holder.securityGroupIds.includes(clientGroup)) {
    await clusters.setSecurityGroups(target, [clientGroup]);
    await audit.append(run.operationId, { type: 'NetworkOpened', status: 'succeeded', details: { clusterIdentifier: target, endpoint: holder.endpoint, securityGroup: clientGroup } });
    return { done: false, endpoint: null };
  }
  return { done: true, endpoint: holder.endpoint ?? null };
}

async function makeRoom(operationId: string, ownName: string, target: string, holder: Cluster | undefined, ports: OpenNetworkPorts): Promise<void> {
  const { pipeline, clusters, quarantineGroup, audit, now } = ports;
  if (!holder) {
    const own = await clusters.find(ownName);
    // Between two names the cluster is under neither for a moment; gone for good only if nothing was renamed.
    if (own?.status === 'available') await clusters.rename(ownName, target);
    else if (own && own.status !== 'renaming' && own.status !== 'modifying') throw new RestoreFailed(`cluster ${ownName} is ${own.status}`, { ownName });
    return;
  }
  if (holder.tags[TAG.pipeline] !== pipeline) throw new TargetNotOurs(`cluster ${target} was not made by pipeline ${pipeline}`, { target });
  if (holder.status !== 'available') return;
  const retiredName = `${target.slice(0, 40)}-old-${now().toISOString().slice(0, 16).replace(/\D/g, '')}`;
  await clusters.tag(holder.arn, { [TAG.retiredAt]: now().toISOString() });
  await clusters.setSecurityGroups(target, [quarantineGroup]);
  await clusters.rename(target, retiredName);
  await audit.append(operationId, { type: 'PreviousRetired', status: 'succeeded', details: { clusterIdentifier: target, renamedTo: retiredName } });
}

export const handler = defineHandler('aurora-restore/open-network', openNetwork, (env) => {
  const target = { region: env.region };
  const now = () => new Date();
  return {
    pipeline: settingsOf(env).pipeline,
    quarantineGroup: env.required(ENV.QUARANTINE_SECURITY_GROUP),
    clientGroup: env.required(ENV.CLIENT_SECURITY_GROUP),
    clusters: Clusters.in(target),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now }),
    now,
  };
});
