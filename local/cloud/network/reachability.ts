import { isPrivateAddress } from './cidr';
import { blockingAcl } from './network-acl-rules';
import { nextHop } from './routing';
import { allowsEgress, allowsIngress, type RemoteEnd } from './security-group-rules';
import { endpointBehind, interfaceAt, type NetworkInterface, type Peering, type Subnet, type Topology } from './topology';

/** A connection that somebody wants to open, over TCP. */
export interface Flow {
  readonly source: FlowSource;
  readonly address: string;
  readonly port: number;
}

/** Whence: through an interface in a VPC, or from the internet at large. */
export type FlowSource =
  | { readonly kind: 'interface'; readonly name: string; readonly networkInterface: NetworkInterface }
  | { readonly kind: 'internet'; readonly name: string; readonly address: string };

/** Whether a connection comes about: the way that it takes, or what stands in it. */
export type Reachability = { readonly reachable: true; readonly way: Way } | { readonly reachable: false; readonly obstacle: Obstacle };

/** The part of a way that matters to whoever is reached. */
export interface Way {
  /** The interface at the end, where there is one. */
  readonly networkInterface: NetworkInterface | undefined;
  /** The endpoint passed, gateway or interface. */
  readonly vpcEndpointId: string | undefined;
}

export interface Obstacle {
  readonly kind: 'security-group' | 'network-acl' | 'route' | 'gateway' | 'placement';
  /** What stops the connection, such as `security group sg-1 (functions) of function copy has no egress to tcp 10.0.1.5:5432`. */
  readonly explanation: string;
}

/** Decides by the topology alone whether the connection comes about, rule by rule in the order that its packets meet them. */
export function reach(topology: Topology, flow: Flow): Reachability {
  return flow.source.kind === 'internet' ? fromInternet(topology, flow, flow.source) : fromInterface(topology, flow, flow.source);
}

type InternetFlowSource = Extract<FlowSource, { kind: 'internet' }>;
type InterfaceFlowSource = Extract<FlowSource, { kind: 'interface' }>;

function fromInternet(topology: Topology, flow: Flow, { name, address: sourceAddress }: InternetFlowSource): Reachability {
  if (isPrivateAddress(flow.address)) return stopped('placement', `${name} is outside every VPC and cannot reach the private address ${flow.address}`);
  return arriveFromInternet(topology, flow, sourceAddress);
}

function fromInterface(topology: Topology, flow: Flow, { name, networkInterface }: InterfaceFlowSource): Reachability {
  const subnet = topology.subnets.get(networkInterface.subnetId);
  if (!subnet) return stopped('placement', `the subnet ${networkInterface.subnetId} of ${name} does not exist`);
  const hop = nextHop(topology, subnet, flow.address);
  const peering = hop?.kind === 'peering' ? topology.peerings.get(hop.id) : undefined;
  const targetVpcId = hop?.kind === 'local' ? subnet.vpcId : peering && otherSide(peering, subnet.vpcId);
  const target = targetVpcId === undefined ? undefined : interfaceAt(topology, targetVpcId, flow.address);
  const remote: RemoteEnd = { address: flow.address, networkInterface: target && inSameRegion(topology, target, networkInterface) ? target : undefined };

  if (!allowsEgress(topology, networkInterface, remote, flow.port)) {
    return stopped('security-group', `${groupsOf(topology, networkInterface)} of ${name} has no egress to tcp ${endOf(flow, target)}`);
  }
  if (target?.subnetId !== subnet.id) {
    const acl = blockingAcl(topology, subnet, 'out', flow.address, flow.port);
    if (acl) return stopped('network-acl', `network ACL ${acl.id} of ${subnet.id} does not let ${name} out to tcp ${endOf(flow, target)} and its answers in`);
  }
  switch (hop?.kind) {
    case undefined:
      return stopped('route', `${subnet.id} of ${name} has no route to ${flow.address}`);
    case 'local':
      return arriveAt(topology, flow, target, networkInterface, subnet);
    case 'peering':
      return throughPeering(topology, flow, peering, target, networkInterface, subnet);
    case 'vpc-endpoint':
      return throughGatewayEndpoint(topology, hop.id);
    case 'nat-gateway':
      return throughNat(topology, flow, hop.id, networkInterface);
    case 'internet-gateway':
      return throughInternetGateway(topology, flow, hop.id, name, networkInterface, subnet);
    case 'other':
      return stopped('route', `${subnet.id} of ${name} routes ${flow.address} to ${hop.id}, which leads nowhere in the local cloud`);
  }
}

function throughPeering(
  topology: Topology,
  flow: Flow,
  peering: Peering | undefined,
  target: NetworkInterface | undefined,
  networkInterface: NetworkInterface,
  subnet: Subnet,
): Reachability {
  if (peering?.status !== 'active') return stopped('gateway', `the peering connection on the way to ${flow.address} is ${peering?.status ?? 'gone'}`);
  const targetSubnet = target && topology.subnets.get(target.subnetId);
  const back = targetSubnet && nextHop(topology, targetSubnet, networkInterface.address);
  if (targetSubnet && !(back?.kind === 'peering' && back.id === peering.id)) {
    return stopped('route', `${targetSubnet.id} has no route through ${peering.id} back to ${networkInterface.address}`);
  }
  return arriveAt(topology, flow, target, networkInterface, subnet);
}

function throughGatewayEndpoint(topology: Topology, id: string): Reachability {
  const endpoint = topology.vpcEndpoints.get(id);
  if (endpoint?.state !== 'available') return stopped('gateway', `the gateway endpoint ${id} is ${endpoint?.state ?? 'gone'}`);
  return { reachable: true, way: { networkInterface: undefined, vpcEndpointId: id } };
}

function throughNat(topology: Topology, flow: Flow, id: string, networkInterface: NetworkInterface): Reachability {
  const nat = topology.natGateways.get(id);
  const subnet = nat && topology.subnets.get(nat.subnetId);
  if (!subnet || nat.state !== 'available') return stopped('gateway', `the NAT gateway ${id} is ${nat?.state ?? 'gone'}`);
  const inward = blockingAcl(topology, subnet, 'in', networkInterface.address, flow.port);
  if (inward) return stopped('network-acl', `network ACL ${inward.id} of the NAT gateway's ${subnet.id} stops ${networkInterface.address}`);
  const outward = blockingAcl(topology, subnet, 'out', flow.address, flow.port);
  if (outward) return stopped('network-acl', `network ACL ${outward.id} of the NAT gateway's ${subnet.id} does not let out to tcp ${flow.address}:${flow.port}`);
  const hop = nextHop(topology, subnet, flow.address);
  if (hop?.kind === 'vpc-endpoint') return throughGatewayEndpoint(topology, hop.id);
  if (hop?.kind !== 'internet-gateway') return stopped('route', `${subnet.id} of the NAT gateway ${id} has no route to an internet gateway for ${flow.address}`);
  const detached = detachedGateway(topology, hop.id, subnet);
  if (detached) return detached;
  return arriveFromInternet(topology, flow, nat.publicAddress ?? '');
}

function throughInternetGateway(topology: Topology, flow: Flow, id: string, name: string, networkInterface: NetworkInterface, subnet: Subnet): Reachability {
  const detached = detachedGateway(topology, id, subnet);
  if (detached) return detached;
  const { publicAddress } = networkInterface;
  if (publicAddress === undefined) {
    return stopped('gateway', `${subnet.id} routes ${flow.address} to the internet gateway ${id}, but ${name} has no public address: it needs a NAT gateway`);
  }
  return arriveFromInternet(topology, flow, publicAddress);
}

function detachedGateway(topology: Topology, id: string, { vpcId }: Subnet): Reachability | undefined {
  return topology.internetGateways.get(id)?.vpcId === vpcId ? undefined : stopped('gateway', `the internet gateway ${id} is not attached to ${vpcId}`);
}

/** At a public address: an interface's own, or somebody's on the internet, where nothing more is in the way. */
function arriveFromInternet(topology: Topology, flow: Flow, sourceAddress: string): Reachability {
  const target = [...topology.networkInterfaces.values()].find(({ publicAddress }) => publicAddress === flow.address);
  if (!target) return { reachable: true, way: { networkInterface: undefined, vpcEndpointId: undefined } };
  const subnet = topology.subnets.get(target.subnetId);
  const back = subnet && nextHop(topology, subnet, sourceAddress);
  if (back?.kind !== 'internet-gateway') return stopped('route', `${target.subnetId} of ${target.description} has no route to an internet gateway`);
  return (
    detachedGateway(topology, back.id, subnet as Subnet) ??
    passInto(topology, flow, target, { address: sourceAddress, networkInterface: undefined }, undefined)
  );
}

function arriveAt(topology: Topology, flow: Flow, target: NetworkInterface | undefined, networkInterface: NetworkInterface, subnet: Subnet): Reachability {
  if (!target) return stopped('placement', `nothing has the address ${flow.address}`);
  const known = inSameRegion(topology, target, networkInterface) ? networkInterface : undefined;
  return passInto(topology, flow, target, { address: networkInterface.address, networkInterface: known }, subnet);
}

/** Groups of another region cannot be referred to. https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html */
function inSameRegion({ vpcs }: Topology, one: NetworkInterface, other: NetworkInterface): boolean {
  return vpcs.get(one.vpcId)?.region === vpcs.get(other.vpcId)?.region;
}

function passInto(topology: Topology, flow: Flow, target: NetworkInterface, remote: RemoteEnd, sourceSubnet: Subnet | undefined): Reachability {
  const subnet = topology.subnets.get(target.subnetId);
  const acl = subnet && subnet.id !== sourceSubnet?.id ? blockingAcl(topology, subnet, 'in', remote.address, flow.port) : undefined;
  if (acl) return stopped('network-acl', `network ACL ${acl.id} of ${target.subnetId} does not let tcp ${flow.port} in from ${remote.address} and answers out`);
  if (!allowsIngress(topology, target, remote, flow.port)) {
    const from = remote.networkInterface ? `${remote.address} (${groupsOf(topology, remote.networkInterface)})` : remote.address;
    return stopped('security-group', `${groupsOf(topology, target)} of ${target.description} has no ingress for tcp ${flow.port} from ${from}`);
  }
  return { reachable: true, way: { networkInterface: target, vpcEndpointId: endpointBehind(topology, target.id)?.id } };
}

function otherSide({ requesterVpcId, accepterVpcId }: Peering, vpcId: string): string {
  return vpcId === requesterVpcId ? accepterVpcId : requesterVpcId;
}

function groupsOf(topology: Topology, { securityGroupIds }: NetworkInterface): string {
  const names = securityGroupIds.map((id) => `${id} (${topology.securityGroups.get(id)?.name ?? 'gone'})`);
  return `security group ${names.join(', ') || 'none'}`;
}

function endOf({ address, port }: Flow, target: NetworkInterface | undefined): string {
  return `${address}:${port}${target ? ` (${target.description})` : ''}`;
}

function stopped(kind: Obstacle['kind'], explanation: string): Reachability {
  return { reachable: false, obstacle: { kind, explanation } };
}
