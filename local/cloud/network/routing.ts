import { cidrContains, prefixLengthOf } from './cidr';
import { routeTableOf, type RouteTarget, type Subnet, type Topology } from './topology';

/** The next hop of packets: within the VPC, or what a route says. */
export type NextHop = { readonly kind: 'local' } | RouteTarget;

/** Finds the next hop from a subnet by the most specific route that fits; nothing where there is none. https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html */
export function nextHop(topology: Topology, subnet: Subnet, address: string): NextHop | undefined {
  const vpc = topology.vpcs.get(subnet.vpcId);
  if (vpc?.cidrs.some((cidr) => cidrContains(cidr, address))) return { kind: 'local' };
  const table = routeTableOf(topology, subnet);
  const fitting = (table?.routes ?? []).flatMap((route) => {
    const cidrs = 'cidr' in route.destination ? [route.destination.cidr] : (topology.prefixLists.get(route.destination.prefixListId)?.cidrs ?? []);
    return cidrs.filter((cidr) => cidrContains(cidr, address)).map((cidr) => ({ target: route.target, specificity: prefixLengthOf(cidr) ?? 0 }));
  });
  return fitting.sort((a, b) => b.specificity - a.specificity)[0]?.target;
}
