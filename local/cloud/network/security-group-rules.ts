import { cidrContains } from './cidr';
import type { NetworkInterface, SecurityGroupRule, Topology } from './topology';

/** The far end of a connection, as the rules of a security group see it. */
export interface RemoteEnd {
  readonly address: string;
  /** Where the far end is an interface whose groups the rule can know: in the same VPC or a peered one. */
  readonly networkInterface: NetworkInterface | undefined;
}

/** TCP by name and by number. */
const TCP = new Set(['tcp', '6', '-1']);

/** Whether any group of the interface lets TCP out to the remote end's port. */
export function allowsEgress(topology: Topology, { securityGroupIds }: NetworkInterface, remote: RemoteEnd, port: number): boolean {
  return securityGroupIds.some((id) => topology.securityGroups.get(id)?.egress.some((rule) => fits(topology, rule, remote, port)));
}

/** Whether any group of the interface lets TCP in from the remote end to the port. */
export function allowsIngress(topology: Topology, { securityGroupIds }: NetworkInterface, remote: RemoteEnd, port: number): boolean {
  return securityGroupIds.some((id) => topology.securityGroups.get(id)?.ingress.some((rule) => fits(topology, rule, remote, port)));
}

function fits(topology: Topology, { protocol, ports, peer }: SecurityGroupRule, { address, networkInterface }: RemoteEnd, port: number): boolean {
  if (!TCP.has(protocol)) return false;
  if (protocol !== '-1' && ports && (port < ports.from || port > ports.to)) return false;
  if ('cidr' in peer) return cidrContains(peer.cidr, address);
  if ('groupId' in peer) return networkInterface?.securityGroupIds.includes(peer.groupId) ?? false;
  return topology.prefixLists.get(peer.prefixListId)?.cidrs.some((cidr) => cidrContains(cidr, address)) ?? false;
}
