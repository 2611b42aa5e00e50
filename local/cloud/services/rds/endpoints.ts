import { instanceHostname, readerHostname, writerHostname } from './endpoint-names';
import type { RdsContext } from './rds-context';
import type { DbCluster, DbInstance } from './state/database';

type Ports = Pick<RdsContext, 'endpoints' | 'estate'>;

/** Makes an instance reachable under its name, and its cluster under the names that now lead to it. */
export function openEndpoints(rds: Ports, instance: DbInstance): void {
  publish(rds, instance, instanceHostname(instance));
  if (instance.cluster) refreshClusterEndpoints(rds, instance.cluster);
}

/** Takes an instance off the network. */
export function closeEndpoints(rds: Ports, instance: DbInstance): void {
  if (instance.cluster) refreshClusterEndpoints(rds, instance.cluster, instance);
  rds.endpoints.withdraw(instanceHostname(instance));
}

/** Leads the names of a cluster to its writer and to a reader. An instance that is on its way out counts no more. */
export function refreshClusterEndpoints(rds: Ports, cluster: DbCluster, leaving?: DbInstance): void {
  const serving = rds.estate.in(cluster.place).membersOf(cluster).filter((member) => member !== leaving && member.server?.isRunning);
  const writer = serving.find((member) => member === cluster.writer);
  const reader = serving.find((member) => member !== cluster.writer) ?? writer;
  lead(rds, writerHostname(cluster), writer);
  lead(rds, readerHostname(cluster), reader);
}

/** Takes the names of a cluster off the network. */
export function closeClusterEndpoints({ endpoints }: Ports, cluster: DbCluster): void {
  endpoints.withdraw(writerHostname(cluster));
  endpoints.withdraw(readerHostname(cluster));
}

function lead(rds: Ports, hostname: string, instance: DbInstance | undefined): void {
  if (instance) publish(rds, instance, hostname);
  else rds.endpoints.withdraw(hostname);
}

function publish({ endpoints, estate }: Ports, instance: DbInstance, hostname: string): void {
  const { place, resourceId, network, traits, server, cluster, availabilityZone } = instance;
  if (!server) throw new Error(`instance ${instance.identifier} has no server to lead ${hostname} to`);
  const subnets = estate.in(place).subnetGroups.get(network.subnetGroupName)?.subnets ?? [];
  const subnet = subnets.find((each) => each.availabilityZone === availabilityZone);
  if (!subnet) throw new Error(`the subnet group ${network.subnetGroupName} has no subnet in ${availabilityZone}`);
  endpoints.publish({
    hostname,
    resourceId,
    port: traits.port,
    localPort: server.port,
    placement: cluster?.shown.InternetAccessGatewayEnabled ? 'internet' : { subnetId: subnet.subnetId, securityGroupIds: network.securityGroupIds },
  });
}
