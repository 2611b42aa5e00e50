import { happened, type AuditEvent, type AuditLog } from '../common/audit-log';
import type { Clusters } from '../common/aws/clusters';
import { TAG } from './contract';

export interface ReopenPorts {
  readonly clientGroup: string;
  readonly clusters: Pick<Clusters, 'find' | 'rename' | 'setSecurityGroups' | 'untag'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Gives a cluster that made room for this operation's its name and its clients back, one change a call; answers whether
 * that is done, or there was none.
 */
export async function reopenPrevious(events: readonly AuditEvent[], operationId: string, { clientGroup, clusters, audit }: ReopenPorts): Promise<boolean> {
  const [retired] = happened(events, 'PreviousRetired').slice(-1) as unknown as readonly { clusterIdentifier: string; resourceId: string; renamedTo: string }[];
  if (!retired) return true;
  const { clusterIdentifier: name, resourceId, renamedTo } = retired;
  const holder = await clusters.find(name);
  const previous = holder?.resourceId === resourceId ? holder : await clusters.find(renamedTo);
  // Deleted since, or somebody gave the name to another cluster: there is nothing to give back.
  if (previous?.resourceId !== resourceId || (holder && holder !== previous)) return true;
  if (previous.status !== 'available') return false;
  if (previous !== holder) {
    await clusters.rename(renamedTo, name);
    return false;
  }
  if (!previous.securityGroupIds.includes(clientGroup)) {
    await clusters.setSecurityGroups(name, [clientGroup]);
    return false;
  }
  if (TAG.retiredAt in previous.tags) {
    await clusters.untag(previous.arn, TAG.retiredAt);
    await audit.append(operationId, { type: 'PreviousReopened', status: 'succeeded', details: { clusterIdentifier: name } });
  }
  return true;
}
