import { AwsError } from '../../gateway/aws-error';
import type { ResourceType } from './ec2-records';

/** How EC2 says that something does not exist. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const MISSING: Readonly<Record<ResourceType | 'prefix-list', readonly [code: string, what: string]>> = {
  vpc: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  'route-table': ['InvalidRouteTableID.NotFound', 'routeTable ID'],
  'internet-gateway': ['InvalidInternetGatewayID.NotFound', 'internetGateway ID'],
  natgateway: ['NatGatewayNotFound', 'NAT gateway'],
  'elastic-ip': ['InvalidAllocationID.NotFound', 'allocation ID'],
  'security-group': ['InvalidGroup.NotFound', 'security group'],
  'network-acl': ['InvalidNetworkAclID.NotFound', 'networkAcl ID'],
  'network-interface': ['InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'],
  'vpc-endpoint': ['InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id'],
  'vpc-endpoint-service': ['InvalidVpcEndpointServiceId.NotFound', 'VpcEndpointServiceId'],
  'vpc-peering-connection': ['InvalidVpcPeeringConnectionID.NotFound', 'vpcPeeringConnection ID'],
  'vpc-flow-log': ['InvalidFlowLogId.NotFound', 'flow log ID'],
  'prefix-list': ['InvalidPrefixListID.NotFound', 'prefix list ID'],
};

/** An error of EC2: its model declares none, so every code is a client error. */
export function ec2Error(code: string, message: string): AwsError {
  return new AwsError(code, message, { status: 400 });
}

/** The resource with this id, or EC2's error that there is none. */
export function existing<T>(resources: ReadonlyMap<string, T>, type: keyof typeof MISSING, id: string | undefined): T {
  const resource = resources.get(id ?? '');
  const [code, what] = MISSING[type];
  if (!resource) throw ec2Error(code, `The ${what} '${id ?? ''}' does not exist`);
  return resource;
}
