import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type ResourceType,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import type { ResourceProviders } from '../../../deploy/resource-provider';
import type { TemplateProperties } from '../../../deploy/template-properties';

/** The tags of a template resource, as a request to create it carries them. */
export function tagSpecifications(type: ResourceType, properties: TemplateProperties): TagSpecification[] {
  const tags = properties.tags();
  return tags.length === 0 ? [] : [{ ResourceType: type, Tags: tags }];
}

/** VPCs, subnets, and the routes between them and the world. */
export const vpcResources: ResourceProviders = {
  'AWS::EC2::VPC': {
    async create(properties, { aws }) {
      const { Vpc } = await aws.send(
        new CreateVpcCommand({ CidrBlock: properties.text('CidrBlock'), InstanceTenancy: properties.raw('InstanceTenancy'), TagSpecifications: tagSpecifications('vpc', properties) }),
      );
      const VpcId = Vpc?.VpcId ?? '';
      const [support, hostnames] = [properties.flag('EnableDnsSupport'), properties.flag('EnableDnsHostnames')];
      // The API changes one attribute a call.
      if (support !== undefined) await aws.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: support } }));
      if (hostnames !== undefined) await aws.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: hostnames } }));
      const ofVpc = { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] };
      const { SecurityGroups } = await aws.send(new DescribeSecurityGroupsCommand(ofVpc));
      const { NetworkAcls } = await aws.send(new DescribeNetworkAclsCommand(ofVpc));
      return {
        ref: VpcId,
        attributes: {
          VpcId,
          CidrBlock: Vpc?.CidrBlock,
          CidrBlockAssociations: Vpc?.CidrBlockAssociationSet?.map(({ AssociationId }) => AssociationId),
          DefaultSecurityGroup: SecurityGroups?.[0]?.GroupId,
          DefaultNetworkAcl: NetworkAcls?.[0]?.NetworkAclId,
          Ipv6CidrBlocks: [],
        },
      };
    },
  },
  'AWS::EC2::Subnet': {
    async create(properties, { aws }) {
      const { Subnet } = await aws.send(
        new CreateSubnetCommand({
          VpcId: properties.text('VpcId'),
          CidrBlock: properties.text('CidrBlock'),
          AvailabilityZone: properties.optionalText('AvailabilityZone'),
          TagSpecifications: tagSpecifications('subnet', properties),
        }),
      );
      const SubnetId = Subnet?.SubnetId ?? '';
      const mapsPublicAddresses = properties.flag('MapPublicIpOnLaunch');
      if (mapsPublicAddresses !== undefined) await aws.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: mapsPublicAddresses } }));
      const { AvailabilityZone, CidrBlock, VpcId } = Subnet ?? {};
      return { ref: SubnetId, attributes: { SubnetId, AvailabilityZone, CidrBlock, VpcId, Ipv6CidrBlocks: [] } };
    },
  },
  'AWS::EC2::RouteTable': {
    async create(properties, { aws }) {
      const { RouteTable } = await aws.send(new CreateRouteTableCommand({ VpcId: properties.text('VpcId'), TagSpecifications: tagSpecifications('route-table', properties) }));
      const RouteTableId = RouteTable?.RouteTableId ?? '';
      return { ref: RouteTableId, attributes: { RouteTableId } };
    },
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    async create(properties, { aws }) {
      const { AssociationId = '' } = await aws.send(new AssociateRouteTableCommand({ RouteTableId: properties.text('RouteTableId'), SubnetId: properties.text('SubnetId') }));
      return { ref: AssociationId, attributes: { Id: AssociationId } };
    },
  },
  'AWS::EC2::Route': {
    async create(properties, { aws }) {
      const RouteTableId = properties.text('RouteTableId');
      const DestinationCidrBlock = properties.optionalText('DestinationCidrBlock');
      const DestinationPrefixListId = properties.optionalText('DestinationPrefixListId');
      await aws.send(
        new CreateRouteCommand({
          RouteTableId,
          DestinationCidrBlock,
          DestinationPrefixListId,
          GatewayId: properties.optionalText('GatewayId'),
          NatGatewayId: properties.optionalText('NatGatewayId'),
          VpcPeeringConnectionId: properties.optionalText('VpcPeeringConnectionId'),
          VpcEndpointId: properties.optionalText('VpcEndpointId'),
          TransitGatewayId: properties.optionalText('TransitGatewayId'),
          NetworkInterfaceId: properties.optionalText('NetworkInterfaceId'),
        }),
      );
      const destination = DestinationCidrBlock ?? DestinationPrefixListId ?? '';
      return { ref: `${RouteTableId}|${destination}`, attributes: { CidrBlock: destination } };
    },
  },
  'AWS::EC2::InternetGateway': {
    async create(properties, { aws }) {
      const { InternetGateway } = await aws.send(new CreateInternetGatewayCommand({ TagSpecifications: tagSpecifications('internet-gateway', properties) }));
      const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
      return { ref: InternetGatewayId, attributes: { InternetGatewayId } };
    },
  },
  'AWS::EC2::VPCGatewayAttachment': {
    async create(properties, { aws }) {
      const VpcId = properties.text('VpcId');
      await aws.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: properties.text('InternetGatewayId') }));
      return { ref: `IGW|${VpcId}`, attributes: { AttachmentType: 'IGW' } };
    },
  },
};
