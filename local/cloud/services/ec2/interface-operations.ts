import type * as sdk from '@aws-sdk/client-ec2';
import type { Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { NetworkInterface } from './ec2-records';
import type { Ec2State } from './ec2-state';

/** Network interfaces: those that somebody makes, and those that services have made for themselves. */
export function interfaceOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const interfaceOf = (id: string | undefined): NetworkInterface => existing(state.networkInterfaces, 'network-interface', id);

  return {
    CreateNetworkInterface: {
      access: ({ SubnetId, Groups = [], TagSpecifications }, call) => [
        ...access.creating(call, 'CreateNetworkInterface', 'network-interface', TagSpecifications),
        ...access.on(call, 'subnet', SubnetId),
        ...access.on(call, 'security-group', ...Groups),
      ],
      run: ({ SubnetId, Groups, Description = '', InterfaceType, PrivateIpAddress, TagSpecifications }) => {
        const subnet = existing(state.subnets, 'subnet', SubnetId);
        const defaultGroup = [...state.securityGroups.values()].find(({ vpcId, name }) => vpcId === subnet.vpcId && name === 'default');
        const added = state.addInterface({
          subnetId: subnet.id,
          securityGroupIds: Groups ?? (defaultGroup ? [defaultGroup.id] : []),
          description: Description,
          address: PrivateIpAddress,
          interfaceType: (InterfaceType as string) === 'lambda' ? 'lambda' : 'interface',
          tags: tagsFor('network-interface', TagSpecifications),
        });
        return { NetworkInterface: describe(state, added) };
      },
    },
    DescribeNetworkInterfaces: {
      access: access.describe,
      run: ({ NetworkInterfaceIds, Filters }, call) => {
        for (const id of NetworkInterfaceIds ?? []) interfaceOf(id);
        const found = state.in(state.networkInterfaces, call).filter((each) => isAsked(NetworkInterfaceIds, each.id) && passesFilters(Filters, each, filtersOf(state, each)));
        return { NetworkInterfaces: found.map((each) => describe(state, each)) };
      },
    },
    ModifyNetworkInterfaceAttribute: {
      access: ({ NetworkInterfaceId, Groups = [] }, call) => [...access.on(call, 'network-interface', NetworkInterfaceId), ...access.on(call, 'security-group', ...Groups)],
      run: ({ NetworkInterfaceId, Groups }) => {
        const changed = interfaceOf(NetworkInterfaceId);
        if (Groups) {
          state.checkGroups(changed.vpcId, Groups);
          changed.securityGroupIds = Groups;
        }
        return {};
      },
    },
    DeleteNetworkInterface: {
      access: ({ NetworkInterfaceId }, call) => access.on(call, 'network-interface', NetworkInterfaceId),
      run: ({ NetworkInterfaceId }) => {
        const { id, requester, status } = interfaceOf(NetworkInterfaceId);
        if (requester !== undefined || status === 'in-use') throw ec2Error('InvalidParameterValue', `Network interface '${id}' is currently in use.`);
        state.networkInterfaces.delete(id);
        return {};
      },
    },
  };
}

function describe(state: Ec2State, each: NetworkInterface): sdk.NetworkInterface {
  return {
    NetworkInterfaceId: each.id,
    InterfaceType: each.interfaceType,
    SubnetId: each.subnetId,
    VpcId: each.vpcId,
    AvailabilityZone: each.availabilityZone,
    OwnerId: each.account,
    Description: each.description,
    Status: each.status,
    PrivateIpAddress: each.address,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: each.address }],
    Groups: each.securityGroupIds.map((GroupId) => ({ GroupId, GroupName: state.securityGroups.get(GroupId)?.name })),
    RequesterManaged: each.requester !== undefined,
    SourceDestCheck: true,
    TagSet: tagList(each.tags),
    ...(each.requester !== undefined && { RequesterId: each.requester }),
    ...(each.publicAddress !== undefined && { Association: { PublicIp: each.publicAddress, IpOwnerId: each.account } }),
  };
}

function filtersOf(state: Ec2State, each: NetworkInterface) {
  return {
    'network-interface-id': [each.id],
    'subnet-id': [each.subnetId],
    'vpc-id': [each.vpcId],
    'availability-zone': [each.availabilityZone],
    'group-id': [...each.securityGroupIds],
    'group-name': each.securityGroupIds.map((id) => state.securityGroups.get(id)?.name),
    description: [each.description],
    'interface-type': [each.interfaceType],
    'private-ip-address': [each.address],
    'addresses.private-ip-address': [each.address],
    'requester-managed': [each.requester !== undefined],
    'requester-id': [each.requester],
    status: [each.status],
  };
}
