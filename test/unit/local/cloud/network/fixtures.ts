import type {
  InternetGateway,
  NatGateway,
  NetworkAcl,
  NetworkAclEntry,
  NetworkInterface,
  Peering,
  PrefixList,
  RouteTable,
  RouteTarget,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Topology,
  Vpc,
  VpcEndpoint,
} from '../../../../../local/cloud/network/topology';

/** A topology whose parts a test may replace. */
export interface TestTopology extends Topology {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly routeTables: Map<string, RouteTable>;
  readonly networkAcls: Map<string, NetworkAcl>;
  readonly securityGroups: Map<string, SecurityGroup>;
  readonly networkInterfaces: Map<string, NetworkInterface>;
  readonly internetGateways: Map<string, InternetGateway>;
  readonly natGateways: Map<string, NatGateway>;
  readonly vpcEndpoints: Map<string, VpcEndpoint>;
  readonly peerings: Map<string, Peering>;
  readonly prefixLists: Map<string, PrefixList>;
}

export const S3_ADDRESS = '198.19.1.1';
export const INTERNET_ADDRESS = '198.18.0.9';
export const NAT_ADDRESS = '198.18.0.1';
export const PUBLIC_DATABASE_ADDRESS = '198.18.0.2';

/**
 * Two VPCs. `vpc-a` has a function in a private subnet, a database and an interface endpoint in another, a NAT gateway and a
 * public database in a public one, and a gateway endpoint for S3; `vpc-b`, peered with it, has a database as well.
 */
export function twoVpcs(): TestTopology {
  return {
    vpcs: byId(vpc('vpc-a', '10.0.0.0/16'), vpc('vpc-b', '10.1.0.0/16')),
    subnets: byId(
      subnet('subnet-functions', 'vpc-a', '10.0.0.0/24'),
      subnet('subnet-databases', 'vpc-a', '10.0.1.0/24'),
      subnet('subnet-public', 'vpc-a', '10.0.2.0/24'),
      subnet('subnet-peer', 'vpc-b', '10.1.0.0/24'),
    ),
    routeTables: byId(
      routeTable('rtb-private', 'vpc-a', ['subnet-functions', 'subnet-databases'], {
        '0.0.0.0/0': target('nat-gateway', 'nat-1'),
        '10.1.0.0/16': target('peering', 'pcx-1'),
        'pl-s3': target('vpc-endpoint', 'vpce-s3'),
      }),
      routeTable('rtb-public', 'vpc-a', ['subnet-public'], { '0.0.0.0/0': target('internet-gateway', 'igw-1') }),
      routeTable('rtb-peer', 'vpc-b', ['subnet-peer'], { '10.0.0.0/16': target('peering', 'pcx-1') }),
    ),
    networkAcls: byId(acl('acl-a', 'vpc-a'), acl('acl-b', 'vpc-b')),
    securityGroups: byId(
      group('sg-functions', 'vpc-a', [], [rule('-1', { cidr: '0.0.0.0/0' })]),
      group('sg-databases', 'vpc-a', [rule('tcp', { groupId: 'sg-functions' }, 5432)], []),
      group('sg-endpoints', 'vpc-a', [rule('tcp', { cidr: '10.0.0.0/16' }, 443)], []),
      group('sg-public', 'vpc-a', [rule('tcp', { cidr: '0.0.0.0/0' }, 5432)], []),
      group('sg-peer', 'vpc-b', [rule('tcp', { cidr: '10.0.0.0/16' }, 5432)], []),
    ),
    networkInterfaces: byId(
      networkInterface('eni-function', 'vpc-a', 'subnet-functions', '10.0.0.10', ['sg-functions']),
      networkInterface('eni-database', 'vpc-a', 'subnet-databases', '10.0.1.10', ['sg-databases']),
      networkInterface('eni-endpoint', 'vpc-a', 'subnet-databases', '10.0.1.20', ['sg-endpoints']),
      networkInterface('eni-public', 'vpc-a', 'subnet-public', '10.0.2.10', ['sg-public'], PUBLIC_DATABASE_ADDRESS),
      networkInterface('eni-peer', 'vpc-b', 'subnet-peer', '10.1.0.10', ['sg-peer']),
    ),
    internetGateways: byId<InternetGateway>({ id: 'igw-1', vpcId: 'vpc-a' }),
    natGateways: byId<NatGateway>({ id: 'nat-1', subnetId: 'subnet-public', address: '10.0.2.5', publicAddress: NAT_ADDRESS, state: 'available' }),
    vpcEndpoints: byId(
      endpoint('vpce-s3', 'gateway', 'com.amazonaws.eu-west-1.s3', []),
      endpoint('vpce-secrets', 'interface', 'com.amazonaws.eu-west-1.secretsmanager', ['eni-endpoint']),
    ),
    peerings: byId<Peering>({ id: 'pcx-1', status: 'active', requesterVpcId: 'vpc-a', accepterVpcId: 'vpc-b' }),
    prefixLists: byId<PrefixList>({ id: 'pl-s3', name: 'com.amazonaws.eu-west-1.s3', cidrs: ['198.19.1.0/24'] }),
  };
}

/** Replaces some members of one part of a topology. */
export function change<T extends { readonly id: string }>(parts: Map<string, T>, id: string, members: Partial<T>): void {
  parts.set(id, { ...parts.get(id)!, ...members });
}

export function rule(protocol: string, peer: SecurityGroupRule['peer'], port?: number): SecurityGroupRule {
  return { protocol, peer, ports: port === undefined ? undefined : { from: port, to: port } };
}

export function aclEntry(ruleNumber: number, egress: boolean, allow: boolean, more: Partial<NetworkAclEntry> = {}): NetworkAclEntry {
  return { ruleNumber, egress, allow, protocol: '-1', cidr: '0.0.0.0/0', ports: undefined, ...more };
}

export function target(kind: RouteTarget['kind'], id: string): RouteTarget {
  return { kind, id };
}

function vpc(id: string, cidr: string, region = 'eu-west-1'): Vpc {
  return { id, region, cidrs: [cidr], enableDnsSupport: true, enableDnsHostnames: true };
}

function subnet(id: string, vpcId: string, cidr: string): Subnet {
  return { id, vpcId, cidr, availabilityZone: 'eu-west-1a' };
}

export function routeTable(id: string, vpcId: string, subnetIds: readonly string[], routes: Readonly<Record<string, RouteTarget>>): RouteTable {
  const destination = (text: string) => (text.startsWith('pl-') ? { prefixListId: text } : { cidr: text });
  return { id, vpcId, isMain: false, subnetIds: new Set(subnetIds), routes: Object.entries(routes).map(([text, to]) => ({ destination: destination(text), target: to })) };
}

function acl(id: string, vpcId: string): NetworkAcl {
  return { id, vpcId, isDefault: true, subnetIds: new Set(), entries: [aclEntry(100, true, true), aclEntry(100, false, true)] };
}

function group(id: string, vpcId: string, ingress: SecurityGroupRule[], egress: SecurityGroupRule[]): SecurityGroup {
  return { id, name: id.slice(3), vpcId, ingress, egress };
}

function networkInterface(id: string, vpcId: string, subnetId: string, address: string, securityGroupIds: string[], publicAddress?: string): NetworkInterface {
  return { id, vpcId, subnetId, address, publicAddress, securityGroupIds, description: id.slice(4) };
}

function endpoint(id: string, kind: VpcEndpoint['kind'], serviceName: string, networkInterfaceIds: string[]): VpcEndpoint {
  return { id, vpcId: 'vpc-a', kind, serviceName, state: 'available', routeTableIds: new Set(), networkInterfaceIds, privateDnsEnabled: true, policyDocument: undefined };
}

function byId<T extends { readonly id: string }>(...parts: readonly T[]): Map<string, T> {
  return new Map(parts.map((part) => [part.id, part]));
}
