import {
  AcceptVpcPeeringConnectionCommand,
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeNatGatewaysCommand,
  DescribeVpcPeeringConnectionsCommand,
} from '@aws-sdk/client-ec2';
import type { ResourceProviders } from '../../../deploy/resource-provider';
import { until } from '../../../deploy/until';
import { tagSpecifications } from './vpc-resources';

/** NAT gateways with their addresses, and connections between VPCs: what CloudFormation waits for. */
export const gatewayResources: ResourceProviders = {
  'AWS::EC2::EIP': {
    async create(properties, { aws }) {
      properties.ignore('Domain'); // Every address is one of a VPC.
      const { PublicIp = '', AllocationId } = await aws.send(new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications: tagSpecifications('elastic-ip', properties) }));
      return { ref: PublicIp, attributes: { AllocationId, PublicIp } };
    },
  },
  'AWS::EC2::NatGateway': {
    async create(properties, context) {
      const { NatGateway } = await context.aws.send(
        new CreateNatGatewayCommand({
          SubnetId: properties.text('SubnetId'),
          AllocationId: properties.optionalText('AllocationId'),
          ConnectivityType: properties.raw('ConnectivityType'),
          TagSpecifications: tagSpecifications('natgateway', properties),
        }),
      );
      const NatGatewayId = NatGateway?.NatGatewayId ?? '';
      await until(context, `NAT gateway ${NatGatewayId}`, async () => {
        const { NatGateways } = await context.aws.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
        return NatGateways?.[0]?.State === 'available';
      });
      return { ref: NatGatewayId, attributes: { NatGatewayId } };
    },
  },
  'AWS::EC2::VPCPeeringConnection': {
    async create(properties, context) {
      const [PeerOwnerId, PeerRegion] = [properties.optionalText('PeerOwnerId') ?? context.account, properties.optionalText('PeerRegion') ?? context.region];
      // The other account's role accepts on its behalf; what it may do is that account's business.
      properties.ignore('PeerRoleArn');
      const { VpcPeeringConnection } = await context.aws.send(
        new CreateVpcPeeringConnectionCommand({
          VpcId: properties.text('VpcId'),
          PeerVpcId: properties.text('PeerVpcId'),
          PeerOwnerId,
          PeerRegion,
          TagSpecifications: tagSpecifications('vpc-peering-connection', properties),
        }),
      );
      const id = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
      const hasStatus = (wanted: string) => async () => {
        const { VpcPeeringConnections } = await context.aws.send(new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] }));
        return VpcPeeringConnections?.[0]?.Status?.Code === wanted;
      };
      await until(context, `peering connection ${id}`, hasStatus('pending-acceptance'));
      if (PeerOwnerId === context.account) {
        await context.aws.inRegion(PeerRegion).send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
        await until(context, `peering connection ${id}`, hasStatus('active'));
      }
      return { ref: id, attributes: { Id: id } };
    },
  },
};
