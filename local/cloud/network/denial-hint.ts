import type { AwsEndpoint } from './aws-endpoint-name';
import { matchesName, privateNamesOf } from './endpoint-private-names';
import type { Obstacle } from './reachability';
import type { NetworkInterface, Topology, VpcEndpoint } from './topology';

/** What was to be reached. */
export interface DeniedTarget {
  readonly host: string;
  readonly port: number;
  /** The AWS API that the host is, if it is one. */
  readonly api: AwsEndpoint | undefined;
}

/** What to change so that the connection comes about; nothing where there is no plain answer. */
export function denialHint(topology: Topology, source: NetworkInterface | undefined, { kind }: Obstacle, target: DeniedTarget): string | undefined {
  if (!source) return kind === 'placement' ? 'put the function into the VPC' : undefined;
  switch (kind) {
    case 'route':
    case 'gateway':
      return target.api ? endpointHint(topology, source.vpcId, target.api, target.host) : `add a route from ${source.subnetId}, such as to a NAT gateway`;
    case 'security-group':
      return `let tcp ${target.port} out of ${source.securityGroupIds.join(', ')} and into the groups of ${target.host}`;
    case 'network-acl':
    case 'placement':
      return undefined;
  }
}

function endpointHint(topology: Topology, vpcId: string, { service, region }: AwsEndpoint, host: string): string {
  const vpcRegion = topology.vpcs.get(vpcId)?.region;
  if (region !== vpcRegion) return `endpoints in ${vpcId} serve ${vpcRegion ?? 'its own region'} only: ${host} is reached through a NAT gateway`;
  const existing = [...topology.vpcEndpoints.values()].find((endpoint) => endpoint.vpcId === vpcId && serves(endpoint, service, region, host));
  if (existing?.kind === 'gateway') return `the gateway endpoint ${existing.id} for ${service} is not in the subnet's route table`;
  if (existing && !existing.privateDnsEnabled) return `the interface endpoint ${existing.id} for ${service} has no private DNS`;
  if (existing) return `the interface endpoint ${existing.id} for ${service} is ${existing.state}, and ${vpcId} must have DNS support and DNS hostnames`;
  return `no endpoint for ${service} in ${vpcId} and no NAT route: add one`;
}

function serves({ kind, serviceName }: VpcEndpoint, service: string, region: string, host: string): boolean {
  if (kind === 'gateway') return serviceName === `com.amazonaws.${region}.${service}`;
  return privateNamesOf(serviceName).some((pattern) => matchesName(pattern, host));
}
