/** The networks of all accounts and regions, as far as they decide who reaches whom. Ids are unique across all of them. */
export interface Topology {
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly networkAcls: ReadonlyMap<string, NetworkAcl>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  readonly networkInterfaces: ReadonlyMap<string, NetworkInterface>;
  readonly internetGateways: ReadonlyMap<string, InternetGateway>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  readonly vpcEndpoints: ReadonlyMap<string, VpcEndpoint>;
  readonly peerings: ReadonlyMap<string, Peering>;
  readonly prefixLists: ReadonlyMap<string, PrefixList>;
}

export interface Vpc {
  readonly id: string;
  readonly region: string;
  readonly cidrs: readonly string[];
  /** Whether names are resolved at all in the VPC. */
  readonly enableDnsSupport: boolean;
  /** Together with `enableDnsSupport` what private DNS names of endpoints need. */
  readonly enableDnsHostnames: boolean;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  /** Serves the subnets of its VPC that no other table is associated with. */
  readonly isMain: boolean;
  readonly subnetIds: ReadonlySet<string>;
  readonly routes: readonly Route[];
}

/** Where packets go. The local route of the VPC's own blocks is not listed: every table has it. */
export interface Route {
  readonly destination: { readonly cidr: string } | { readonly prefixListId: string };
  readonly target: RouteTarget;
}

export interface RouteTarget {
  readonly kind: 'internet-gateway' | 'nat-gateway' | 'vpc-endpoint' | 'peering' | 'other';
  readonly id: string;
}

export interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly subnetIds: ReadonlySet<string>;
  readonly entries: readonly NetworkAclEntry[];
}

export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  /** An IANA number, or `-1` for all. */
  readonly protocol: string;
  readonly cidr: string;
  readonly ports: PortRange | undefined;
  readonly allow: boolean;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}

export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, an IANA number, or `-1` for all. */
  readonly protocol: string;
  /** Absent where the protocol is `-1`. */
  readonly ports: PortRange | undefined;
  readonly peer: { readonly cidr: string } | { readonly groupId: string } | { readonly prefixListId: string };
}

export interface NetworkInterface {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly address: string;
  readonly publicAddress: string | undefined;
  readonly securityGroupIds: readonly string[];
  /** Who is behind it, such as `function verify-restore` or `orders.abc.eu-west-1.rds.amazonaws.com`. */
  readonly description: string;
}

export interface InternetGateway {
  readonly id: string;
  readonly vpcId: string | undefined;
}

export interface NatGateway {
  readonly id: string;
  readonly subnetId: string;
  readonly address: string;
  readonly publicAddress: string | undefined;
  readonly state: string;
}

export interface VpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly kind: 'gateway' | 'interface';
  /** `com.amazonaws.eu-west-1.secretsmanager`. */
  readonly serviceName: string;
  readonly state: string;
  /** Of a gateway endpoint. */
  readonly routeTableIds: ReadonlySet<string>;
  /** Of an interface endpoint. */
  readonly networkInterfaceIds: readonly string[];
  readonly privateDnsEnabled: boolean;
  /** What may pass; absent lets everything pass. */
  readonly policyDocument: string | undefined;
}

export interface Peering {
  readonly id: string;
  readonly status: string;
  readonly requesterVpcId: string;
  readonly accepterVpcId: string;
}

/** Blocks of addresses under one name, such as those of S3 in a region. */
export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** The route table that a subnet uses. */
export function routeTableOf(topology: Topology, subnet: Subnet): RouteTable | undefined {
  const tables = [...topology.routeTables.values()].filter(({ vpcId }) => vpcId === subnet.vpcId);
  return tables.find(({ subnetIds }) => subnetIds.has(subnet.id)) ?? tables.find(({ isMain }) => isMain);
}

/** The interface endpoint that an interface belongs to. */
export function endpointBehind(topology: Topology, networkInterfaceId: string): VpcEndpoint | undefined {
  return [...topology.vpcEndpoints.values()].find(({ networkInterfaceIds }) => networkInterfaceIds.includes(networkInterfaceId));
}

/** The interface with this private address in a VPC. Other VPCs may use the same addresses. */
export function interfaceAt(topology: Topology, vpcId: string, address: string): NetworkInterface | undefined {
  return [...topology.networkInterfaces.values()].find((each) => each.vpcId === vpcId && each.address === address);
}
