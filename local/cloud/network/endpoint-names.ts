import { matchesName, privateNamesOf } from './endpoint-private-names';
import type { NameServer } from './name-server';
import type { Topology, VpcEndpoint } from './topology';

/** Names that a PrivateLink service of one's own may answer to, by the service's name. */
export type ServicePrivateNames = (serviceName: string) => readonly string[];

/** Resolves the names of interface endpoints: everywhere those that AWS makes up, and within the VPC the private ones. */
export function endpointNameServer(topology: Topology, privateNamesOfService: ServicePrivateNames): NameServer {
  return {
    resolve: (name, vpcId) => {
      const endpoint = [...topology.vpcEndpoints.values()].find(
        (each) => each.kind === 'interface' && each.state === 'available' && answersTo(topology, each, name, vpcId, privateNamesOfService),
      );
      return endpoint && { kind: 'addresses', addresses: addressesOf(topology, endpoint) };
    },
  };
}

/** The public name of an endpoint, such as `vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com`. */
export function endpointDnsName({ id, serviceName }: Pick<VpcEndpoint, 'id' | 'serviceName'>): string {
  const own = /^com\.amazonaws\.vpce\.([a-z0-9-]+)\.(vpce-svc-\w+)$/.exec(serviceName);
  if (own) return `${id}.${own[2]}.${own[1]}.vpce.amazonaws.com`;
  const [, region = '', service = ''] = /^com\.amazonaws\.([a-z0-9-]+)\.(.+)$/.exec(serviceName) ?? [];
  return `${id}.${service.split('.').reverse().join('.')}.${region}.vpce.amazonaws.com`;
}

function answersTo(topology: Topology, endpoint: VpcEndpoint, name: string, vpcId: string | undefined, privateNamesOfService: ServicePrivateNames): boolean {
  const dnsName = endpointDnsName(endpoint);
  if (name === dnsName || name.endsWith(`.${dnsName}`)) return true;
  const vpc = topology.vpcs.get(endpoint.vpcId);
  if (endpoint.vpcId !== vpcId || !endpoint.privateDnsEnabled || !vpc?.enableDnsSupport || !vpc.enableDnsHostnames) return false;
  return [...privateNamesOf(endpoint.serviceName), ...privateNamesOfService(endpoint.serviceName)].some((pattern) => matchesName(pattern, name));
}

function addressesOf(topology: Topology, { networkInterfaceIds }: VpcEndpoint): readonly string[] {
  return networkInterfaceIds.flatMap((id) => topology.networkInterfaces.get(id)?.address ?? []);
}
