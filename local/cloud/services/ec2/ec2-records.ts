import type * as topology from '../../network/topology';
import type { Place } from '../../gateway/service';

/** What every resource of EC2 has. Members are changed by operations alone. */
export interface Owned extends Place {
  readonly id: string;
  /** As ARNs and tag specifications call it, such as `security-group`. */
  readonly type: ResourceType;
  tags: Record<string, string>;
}

export type ResourceType =
  | 'vpc'
  | 'subnet'
  | 'route-table'
  | 'internet-gateway'
  | 'natgateway'
  | 'elastic-ip'
  | 'security-group'
  | 'network-acl'
  | 'network-interface'
  | 'vpc-endpoint'
  | 'vpc-endpoint-service'
  | 'vpc-peering-connection'
  | 'vpc-flow-log';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Vpc extends Owned, Mutable<Omit<topology.Vpc, 'id' | 'region' | 'cidrs'>> {
  readonly cidrs: string[];
  readonly instanceTenancy: 'default' | 'dedicated';
}

export interface Subnet extends Owned, Omit<topology.Subnet, 'id'> {
  mapPublicIpOnLaunch: boolean;
}

export interface RouteTable extends Owned, Omit<topology.RouteTable, 'id' | 'subnetIds' | 'routes'> {
  readonly subnetIds: Set<string>;
  routes: topology.Route[];
  /** Ids of the associations, by subnet. */
  readonly associations: Map<string, string>;
}

export interface NetworkAcl extends Owned, Omit<topology.NetworkAcl, 'id' | 'subnetIds' | 'entries'> {
  readonly subnetIds: Set<string>;
  entries: topology.NetworkAclEntry[];
  readonly associations: Map<string, string>;
}

export interface SecurityGroupRule extends topology.SecurityGroupRule {
  readonly id: string;
  readonly description: string | undefined;
}

export interface SecurityGroup extends Owned, Omit<topology.SecurityGroup, 'id' | 'ingress' | 'egress'> {
  readonly description: string;
  ingress: SecurityGroupRule[];
  egress: SecurityGroupRule[];
}

export interface NetworkInterface extends Owned, Omit<Mutable<topology.NetworkInterface>, 'id'> {
  readonly availabilityZone: string;
  readonly interfaceType: 'interface' | 'lambda' | 'natGateway' | 'vpc_endpoint';
  /** The service that made it for itself and that alone deletes it. */
  readonly requester: string | undefined;
  status: 'available' | 'in-use';
}

export interface InternetGateway extends Owned {
  vpcId: string | undefined;
}

export interface ElasticIp extends Owned {
  readonly address: string;
  associatedWith: string | undefined;
}

export interface NatGateway extends Owned, Omit<Mutable<topology.NatGateway>, 'id'> {
  readonly vpcId: string;
  readonly allocationId: string | undefined;
  readonly networkInterfaceId: string;
  readonly createdAt: Date;
}

export interface VpcEndpoint extends Owned, Omit<Mutable<topology.VpcEndpoint>, 'id' | 'routeTableIds' | 'networkInterfaceIds'> {
  readonly routeTableIds: Set<string>;
  readonly networkInterfaceIds: string[];
  readonly subnetIds: string[];
  securityGroupIds: string[];
  readonly createdAt: Date;
}

export interface EndpointService extends Owned {
  readonly serviceName: string;
  readonly loadBalancerArns: readonly string[];
  readonly acceptanceRequired: boolean;
  readonly privateDnsName: string | undefined;
  readonly allowedPrincipals: Set<string>;
}

export interface Peering extends Owned, Omit<Mutable<topology.Peering>, 'id'> {
  readonly requester: Place;
  readonly accepter: Place;
}

export interface FlowLog extends Owned {
  readonly resourceId: string;
  readonly trafficType: 'ACCEPT' | 'REJECT' | 'ALL';
  readonly destinationType: 'cloud-watch-logs' | 's3' | 'kinesis-data-firehose';
  readonly destination: string | undefined;
  readonly logGroupName: string | undefined;
  readonly roleArn: string | undefined;
  readonly aggregationSeconds: number;
  readonly createdAt: Date;
}
