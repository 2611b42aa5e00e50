import { cidrContains } from './cidr';
import type { NetworkAcl, PortRange, Subnet, Topology } from './topology';

const TCP = '6';
const ALL = '-1';
/** Where answers go: Linux picks the client's port from 32768 on, NAT gateways from 1024 on; the narrower one decides here. */
const ANSWER_PORTS: PortRange = { from: 32_768, to: 60_999 };

/** The list of a subnet that stops a connection, if there is one; lists keep no state, so answers are judged as well. */
export function blockingAcl(topology: Topology, subnet: Subnet, direction: 'in' | 'out', remoteAddress: string, port: number): NetworkAcl | undefined {
  const acl = aclOf(topology, subnet);
  if (!acl) return undefined;
  const requests: PortRange = { from: port, to: port };
  const passes = allows(acl, direction === 'out', remoteAddress, requests) && allows(acl, direction === 'in', remoteAddress, ANSWER_PORTS);
  return passes ? undefined : acl;
}

function aclOf(topology: Topology, subnet: Subnet): NetworkAcl | undefined {
  const acls = [...topology.networkAcls.values()].filter(({ vpcId }) => vpcId === subnet.vpcId);
  return acls.find(({ subnetIds }) => subnetIds.has(subnet.id)) ?? acls.find(({ isDefault }) => isDefault);
}

/** The entry with the lowest number that fits decides; none means no. https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html */
function allows({ entries }: NetworkAcl, egress: boolean, address: string, ports: PortRange): boolean {
  const fitting = entries.filter(
    (entry) =>
      entry.egress === egress &&
      (entry.protocol === TCP || entry.protocol === ALL) &&
      cidrContains(entry.cidr, address) &&
      (entry.protocol === ALL || !entry.ports || (entry.ports.from <= ports.from && entry.ports.to >= ports.to)),
  );
  const [first] = fitting.sort((a, b) => a.ruleNumber - b.ruleNumber);
  return first?.allow ?? false;
}
