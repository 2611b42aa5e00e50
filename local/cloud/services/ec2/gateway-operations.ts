import type * as sdk from '@aws-sdk/client-ec2';
import type { CloudClock } from '../../gateway/clock';
import type { Call, Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { ElasticIp, InternetGateway, NatGateway } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';
import { EC2_LIFE_CYCLE } from './life-cycle';

/** The ways to the internet: internet gateways, NAT gateways, and the addresses that these have there. */
export function gatewayOperations(state: Ec2State, access: Ec2Access, clock: CloudClock): Operations<typeof sdk> {
  const gatewayOf = (id: string | undefined): InternetGateway => existing(state.internetGateways, 'internet-gateway', id);
  const onGatewayAndVpc = ({ InternetGatewayId, VpcId }: { readonly InternetGatewayId: string | undefined; readonly VpcId: string | undefined }, call: Call) => [
    ...access.on(call, 'internet-gateway', InternetGatewayId),
    ...access.on(call, 'vpc', VpcId),
  ];

  return {
    CreateInternetGateway: {
      access: ({ TagSpecifications }, call) => access.creating(call, 'CreateInternetGateway', 'internet-gateway', TagSpecifications),
      run: ({ TagSpecifications }, { account, region }) => {
        const gateway: InternetGateway = { type: 'internet-gateway', id: newId('igw'), account, region, vpcId: undefined, tags: tagsFor('internet-gateway', TagSpecifications) };
        state.internetGateways.set(gateway.id, gateway);
        return { InternetGateway: describeGateway(gateway) };
      },
    },
    DescribeInternetGateways: {
      access: access.describe,
      run: ({ InternetGatewayIds, Filters }, call) => {
        const found = state
          .in(state.internetGateways, call)
          .filter((gateway) => isAsked(InternetGatewayIds, gateway.id) && passesFilters(Filters, gateway, { 'internet-gateway-id': [gateway.id], 'attachment.vpc-id': [gateway.vpcId] }));
        return { InternetGateways: found.map(describeGateway) };
      },
    },
    AttachInternetGateway: {
      access: onGatewayAndVpc,
      run: ({ InternetGatewayId, VpcId }) => {
        const gateway = gatewayOf(InternetGatewayId);
        const vpc = existing(state.vpcs, 'vpc', VpcId);
        if (gateway.vpcId !== undefined) throw ec2Error('Resource.AlreadyAssociated', `resource ${gateway.id} is already attached to network ${gateway.vpcId}`);
        gateway.vpcId = vpc.id;
        return {};
      },
    },
    DetachInternetGateway: {
      access: onGatewayAndVpc,
      run: ({ InternetGatewayId, VpcId }) => {
        const gateway = gatewayOf(InternetGatewayId);
        if (gateway.vpcId !== VpcId) throw ec2Error('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${VpcId ?? ''}`);
        gateway.vpcId = undefined;
        return {};
      },
    },
    DeleteInternetGateway: {
      access: ({ InternetGatewayId }, call) => access.on(call, 'internet-gateway', InternetGatewayId),
      run: ({ InternetGatewayId }) => {
        const gateway = gatewayOf(InternetGatewayId);
        if (gateway.vpcId !== undefined) throw ec2Error('DependencyViolation', `The internetGateway '${gateway.id}' has dependencies and cannot be deleted.`);
        state.internetGateways.delete(gateway.id);
        return {};
      },
    },
    AllocateAddress: {
      access: ({ TagSpecifications }, call) => access.creating(call, 'AllocateAddress', 'elastic-ip', TagSpecifications),
      run: ({ TagSpecifications }, { account, region }) => {
        const address = state.addresses.allocate();
        const elasticIp: ElasticIp = { type: 'elastic-ip', id: newId('eipalloc'), account, region, address, associatedWith: undefined, tags: tagsFor('elastic-ip', TagSpecifications) };
        state.elasticIps.set(elasticIp.id, elasticIp);
        return { AllocationId: elasticIp.id, PublicIp: address, Domain: 'vpc', PublicIpv4Pool: 'amazon', NetworkBorderGroup: region };
      },
    },
    DescribeAddresses: {
      access: access.describe,
      run: ({ AllocationIds, PublicIps, Filters }, call) => {
        const found = state
          .in(state.elasticIps, call)
          .filter((ip) => isAsked(AllocationIds, ip.id) && isAsked(PublicIps, ip.address) && passesFilters(Filters, ip, { 'allocation-id': [ip.id], 'public-ip': [ip.address] }));
        return { Addresses: found.map(({ id, address, tags }) => ({ AllocationId: id, PublicIp: address, Domain: 'vpc', Tags: tagList(tags) })) };
      },
    },
    ReleaseAddress: {
      access: ({ AllocationId }, call) => access.on(call, 'elastic-ip', AllocationId),
      run: ({ AllocationId }) => {
        const elasticIp = existing(state.elasticIps, 'elastic-ip', AllocationId);
        if (elasticIp.associatedWith !== undefined) throw ec2Error('InvalidIPAddress.InUse', `Address ${elasticIp.address} is in use.`);
        state.elasticIps.delete(elasticIp.id);
        return {};
      },
    },
    CreateNatGateway: {
      access: ({ SubnetId, AllocationId, TagSpecifications }, call) => [
        ...access.creating(call, 'CreateNatGateway', 'natgateway', TagSpecifications),
        ...access.on(call, 'subnet', SubnetId),
        ...access.on(call, 'elastic-ip', AllocationId),
      ],
      run: ({ SubnetId, AllocationId, ConnectivityType = 'public', TagSpecifications }) => {
        const subnet = existing(state.subnets, 'subnet', SubnetId);
        const elasticIp = ConnectivityType === 'public' ? existing(state.elasticIps, 'elastic-ip', AllocationId) : undefined;
        const id = newId('nat');
        const description = `Interface for NAT Gateway ${id}`;
        const own = state.addInterface({ subnetId: subnet.id, securityGroupIds: [], description, interfaceType: 'natGateway', requester: 'amazon-aws', publicAddress: elasticIp?.address });
        if (elasticIp) elasticIp.associatedWith = id;
        const nat: NatGateway = {
          type: 'natgateway',
          id,
          account: subnet.account,
          region: subnet.region,
          subnetId: subnet.id,
          vpcId: subnet.vpcId,
          address: own.address,
          publicAddress: elasticIp?.address,
          allocationId: elasticIp?.id,
          networkInterfaceId: own.id,
          state: EC2_LIFE_CYCLE.natGatewayCreated.from,
          createdAt: clock.now(),
          tags: tagsFor('natgateway', TagSpecifications),
        };
        state.natGateways.set(nat.id, nat);
        clock.after(EC2_LIFE_CYCLE.natGatewayCreated.delayMs, () => (nat.state = EC2_LIFE_CYCLE.natGatewayCreated.to));
        return { NatGateway: describeNat(nat) };
      },
    },
    DescribeNatGateways: {
      access: access.describe,
      run: ({ NatGatewayIds, Filter }, call) => {
        for (const id of NatGatewayIds ?? []) existing(state.natGateways, 'natgateway', id);
        const found = state.in(state.natGateways, call).filter((nat) => isAsked(NatGatewayIds, nat.id) && passesFilters(Filter, nat, natFilters(nat)));
        return { NatGateways: found.map(describeNat) };
      },
    },
    DeleteNatGateway: {
      access: ({ NatGatewayId }, call) => access.on(call, 'natgateway', NatGatewayId),
      run: ({ NatGatewayId }) => {
        const nat = existing(state.natGateways, 'natgateway', NatGatewayId);
        nat.state = EC2_LIFE_CYCLE.natGatewayDeleted.from;
        clock.after(EC2_LIFE_CYCLE.natGatewayDeleted.delayMs, () => {
          nat.state = EC2_LIFE_CYCLE.natGatewayDeleted.to;
          state.networkInterfaces.delete(nat.networkInterfaceId);
          const elasticIp = state.elasticIps.get(nat.allocationId ?? '');
          if (elasticIp) elasticIp.associatedWith = undefined;
        });
        return { NatGatewayId: nat.id };
      },
    },
  };
}

function describeGateway({ id, account, vpcId, tags }: InternetGateway): sdk.InternetGateway {
  return { InternetGatewayId: id, OwnerId: account, Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: 'attached' }], Tags: tagList(tags) };
}

function describeNat(nat: NatGateway): sdk.NatGateway {
  const addresses = { AllocationId: nat.allocationId, NetworkInterfaceId: nat.networkInterfaceId, PrivateIp: nat.address, PublicIp: nat.publicAddress, IsPrimary: true, Status: 'succeeded' as const };
  return {
    NatGatewayId: nat.id,
    SubnetId: nat.subnetId,
    VpcId: nat.vpcId,
    State: nat.state as sdk.NatGatewayState,
    CreateTime: nat.createdAt,
    ConnectivityType: nat.publicAddress === undefined ? 'private' : 'public',
    NatGatewayAddresses: [addresses],
    Tags: tagList(nat.tags),
  };
}

function natFilters(nat: NatGateway) {
  return { 'nat-gateway-id': [nat.id], 'subnet-id': [nat.subnetId], 'vpc-id': [nat.vpcId], state: [nat.state] };
}
