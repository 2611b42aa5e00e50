import { createHash } from 'node:crypto';
import type { Hostnames } from '../../engines/postgres/server-files';
import type { Place } from '../../gateway/service';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftCluster } from './state/cluster';

const SUFFIX_LENGTH = 12;

/** The name of a cluster's endpoint: `<cluster>.<suffix>.<region>.redshift.amazonaws.com`. */
export function clusterHostname({ identifier, place }: Pick<RedshiftCluster, 'identifier' | 'place'>): string {
  return `${identifier}.${suffixOf(place)}.${place.region}.redshift.amazonaws.com`;
}

/** The names in the certificate of a cluster's server. */
export function hostnamesOf(cluster: Pick<RedshiftCluster, 'identifier' | 'place'>): Hostnames {
  return [clusterHostname(cluster)];
}

/** Makes a cluster reachable under its name. */
export function openEndpoint({ endpoints, estate }: RedshiftContext, cluster: RedshiftCluster): void {
  const { place, network, traits, server, availabilityZone, namespaceId } = cluster;
  if (!server) throw new Error(`cluster ${cluster.identifier} has no server yet`);
  const subnets = estate.in(place).subnetGroups.get(network.subnetGroupName)?.subnets ?? [];
  const subnet = subnets.find((each) => each.availabilityZone === availabilityZone) ?? subnets[0];
  if (!subnet) throw new Error(`the subnet group ${network.subnetGroupName} has no subnets`);
  endpoints.publish({
    hostname: clusterHostname(cluster),
    resourceId: namespaceId,
    port: traits.port,
    localPort: server.port,
    placement: { subnetId: subnet.subnetId, securityGroupIds: network.securityGroupIds },
  });
}

/** Takes a cluster off the network. */
export function closeEndpoint({ endpoints }: RedshiftContext, cluster: RedshiftCluster): void {
  endpoints.withdraw(clusterHostname(cluster));
}

/** The same twelve characters for all clusters of an account in a region. */
function suffixOf({ account, region }: Place): string {
  const digest = createHash('sha256').update(`redshift/${account}/${region}`).digest();
  return `c${BigInt(`0x${digest.toString('hex')}`).toString(36).slice(0, SUFFIX_LENGTH - 1)}`;
}
