import {
  CreateFlowLogsCommand,
  CreateVpcEndpointCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointServicePermissionsCommand,
  type DnsOptionsSpecification,
} from '@aws-sdk/client-ec2';
import type { ResourceProviders } from '../../../deploy/resource-provider';
import { until } from '../../../deploy/until';
import { tagSpecifications } from './vpc-resources';

interface DnsOptions {
  readonly PrivateDnsOnlyForInboundResolverEndpoint?: 'AllResolvers' | 'OnlyInboundResolver' | 'NotSpecified';
}

/** Endpoints, endpoint services, and flow logs. */
export const endpointResources: ResourceProviders = {
  'AWS::EC2::VPCEndpoint': {
    async create(properties, context) {
      const { aws } = context;
      const { VpcEndpoint } = await aws.send(
        new CreateVpcEndpointCommand({
          VpcId: properties.text('VpcId'),
          ServiceName: properties.text('ServiceName'),
          VpcEndpointType: properties.raw('VpcEndpointType') ?? 'Gateway',
          RouteTableIds: properties.texts('RouteTableIds'),
          SubnetIds: properties.texts('SubnetIds'),
          SecurityGroupIds: properties.texts('SecurityGroupIds'),
          PrivateDnsEnabled: properties.flag('PrivateDnsEnabled'),
          DnsOptions: dnsOptions(properties.raw<DnsOptions>('DnsOptions')),
          PolicyDocument: properties.has('PolicyDocument') ? properties.json('PolicyDocument') : undefined,
          TagSpecifications: tagSpecifications('vpc-endpoint', properties),
        }),
      );
      const id = VpcEndpoint?.VpcEndpointId ?? '';
      await until(context, `endpoint ${id}`, async () => {
        const { VpcEndpoints } = await aws.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
        return (VpcEndpoints?.[0]?.State as string | undefined) === 'available';
      });
      return {
        ref: id,
        attributes: {
          Id: id,
          CreationTimestamp: VpcEndpoint?.CreationTimestamp?.toISOString(),
          DnsEntries: (VpcEndpoint?.DnsEntries ?? []).map(({ HostedZoneId, DnsName }) => `${HostedZoneId ?? ''}:${DnsName ?? ''}`),
          NetworkInterfaceIds: VpcEndpoint?.NetworkInterfaceIds ?? [],
        },
      };
    },
  },
  'AWS::EC2::VPCEndpointService': {
    async create(properties, { aws, region }) {
      const { ServiceConfiguration } = await aws.send(
        new CreateVpcEndpointServiceConfigurationCommand({
          NetworkLoadBalancerArns: properties.texts('NetworkLoadBalancerArns'),
          AcceptanceRequired: properties.flag('AcceptanceRequired'),
          TagSpecifications: tagSpecifications('vpc-endpoint-service', properties),
        }),
      );
      const ServiceId = ServiceConfiguration?.ServiceId ?? '';
      return { ref: ServiceId, attributes: { ServiceId, ServiceName: `com.amazonaws.vpce.${region}.${ServiceId}` } };
    },
  },
  'AWS::EC2::VPCEndpointServicePermissions': {
    async create(properties, { aws }) {
      const ServiceId = properties.text('ServiceId');
      await aws.send(new ModifyVpcEndpointServicePermissionsCommand({ ServiceId, AddAllowedPrincipals: properties.texts('AllowedPrincipals') }));
      return { ref: ServiceId };
    },
  },
  'AWS::EC2::FlowLog': {
    async create(properties, { aws }) {
      const { FlowLogIds } = await aws.send(
        new CreateFlowLogsCommand({
          ResourceIds: [properties.text('ResourceId')],
          ResourceType: properties.raw('ResourceType'),
          TrafficType: properties.raw('TrafficType'),
          LogDestinationType: properties.raw('LogDestinationType'),
          LogDestination: properties.optionalText('LogDestination'),
          LogGroupName: properties.optionalText('LogGroupName'),
          DeliverLogsPermissionArn: properties.optionalText('DeliverLogsPermissionArn'),
          LogFormat: properties.optionalText('LogFormat'),
          MaxAggregationInterval: properties.number('MaxAggregationInterval'),
          TagSpecifications: tagSpecifications('vpc-flow-log', properties),
        }),
      );
      const id = FlowLogIds?.[0] ?? '';
      return { ref: id, attributes: { Id: id } };
    },
  },
};

/** CloudFormation has words where the API has a flag. */
function dnsOptions(options: DnsOptions | undefined): DnsOptionsSpecification | undefined {
  return options && { PrivateDnsOnlyForInboundResolverEndpoint: options.PrivateDnsOnlyForInboundResolverEndpoint === 'OnlyInboundResolver' };
}
