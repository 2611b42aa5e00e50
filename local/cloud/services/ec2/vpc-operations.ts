import type * as sdk from '@aws-sdk/client-ec2';
import { cidrIncludes, cidrSize, cidrsOverlap, isCanonicalCidr } from '../../network/cidr';
import type { Operations } from '../../gateway/service';
import { requestedId } from '../../gateway/requested-id';
import { tagList } from '../../gateway/tags';
import { addDefaults, removeDefaults } from './vpc-defaults';
import { tagsFor, arnOf, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { Subnet, Vpc } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';

/** Sizes that EC2 allows, for VPCs and subnets alike. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const LARGEST_BLOCK = 65_536;
const SMALLEST_BLOCK = 16;
/** AWS's addresses in each subnet are not available. */
const RESERVED_ADDRESSES = 5;

/** VPCs and their subnets. */
export function vpcOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const vpcOf = (id: string | undefined): Vpc => existing(state.vpcs, 'vpc', id);
  const subnetOf = (id: string | undefined): Subnet => existing(state.subnets, 'subnet', id);

  return {
    CreateVpc: {
      access: ({ TagSpecifications }, call) => access.creating(call, 'CreateVpc', 'vpc', TagSpecifications),
      run: ({ CidrBlock = '', InstanceTenancy, TagSpecifications }, { account, region }) => {
        checkBlock(CidrBlock, 'InvalidVpc.Range');
        const tags = tagsFor('vpc', TagSpecifications);
        const vpc: Vpc = {
          type: 'vpc',
          id: requestedId(tags) ?? newId('vpc'),
          account,
          region,
          cidrs: [CidrBlock],
          instanceTenancy: InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
          enableDnsSupport: true,
          enableDnsHostnames: false,
          tags,
        };
        state.vpcs.set(vpc.id, vpc);
        addDefaults(state, vpc);
        return { Vpc: describeVpc(vpc) };
      },
    },
    DescribeVpcs: {
      access: access.describe,
      run: ({ VpcIds, Filters }, call) => {
        for (const id of VpcIds ?? []) vpcOf(id);
        const found = state.in(state.vpcs, call).filter((vpc) => isAsked(VpcIds, vpc.id) && passesFilters(Filters, vpc, vpcFilters(vpc)));
        return { Vpcs: found.map(describeVpc) };
      },
    },
    DeleteVpc: {
      access: ({ VpcId }, call) => access.on(call, 'vpc', VpcId),
      run: ({ VpcId }) => {
        const vpc = vpcOf(VpcId);
        removeDefaults(state, vpc);
        state.vpcs.delete(vpc.id);
        return {};
      },
    },
    ModifyVpcAttribute: {
      access: ({ VpcId }, call) => access.on(call, 'vpc', VpcId),
      run: ({ VpcId, EnableDnsSupport, EnableDnsHostnames }) => {
        const vpc = vpcOf(VpcId);
        vpc.enableDnsSupport = EnableDnsSupport?.Value ?? vpc.enableDnsSupport;
        vpc.enableDnsHostnames = EnableDnsHostnames?.Value ?? vpc.enableDnsHostnames;
        return {};
      },
    },
    DescribeVpcAttribute: {
      access: ({ VpcId }, call) => access.on(call, 'vpc', VpcId),
      run: ({ VpcId, Attribute }) => {
        const vpc = vpcOf(VpcId);
        return {
          VpcId: vpc.id,
          ...(Attribute === 'enableDnsSupport' && { EnableDnsSupport: { Value: vpc.enableDnsSupport } }),
          ...(Attribute === 'enableDnsHostnames' && { EnableDnsHostnames: { Value: vpc.enableDnsHostnames } }),
        };
      },
    },
    CreateSubnet: {
      access: ({ VpcId, TagSpecifications }, call) => [...access.creating(call, 'CreateSubnet', 'subnet', TagSpecifications), ...access.on(call, 'vpc', VpcId)],
      run: ({ VpcId, CidrBlock = '', AvailabilityZone, TagSpecifications }) => {
        const { account, region, ...vpc } = vpcOf(VpcId);
        checkBlock(CidrBlock, 'InvalidSubnet.Range');
        if (!vpc.cidrs.some((cidr) => cidrIncludes(cidr, CidrBlock))) throw ec2Error('InvalidSubnet.Range', `The CIDR '${CidrBlock}' is invalid.`);
        const conflict = [...state.subnets.values()].find((other) => other.vpcId === vpc.id && cidrsOverlap(other.cidr, CidrBlock));
        if (conflict) throw ec2Error('InvalidSubnet.Conflict', `The CIDR '${CidrBlock}' conflicts with another subnet`);
        const tags = tagsFor('subnet', TagSpecifications);
        const subnet: Subnet = {
          type: 'subnet',
          id: requestedId(tags) ?? newId('subnet'),
          account,
          region,
          vpcId: vpc.id,
          cidr: CidrBlock,
          availabilityZone: AvailabilityZone ?? `${region}a`,
          mapPublicIpOnLaunch: false,
          tags,
        };
        state.subnets.set(subnet.id, subnet);
        return { Subnet: describeSubnet(state, subnet) };
      },
    },
    DescribeSubnets: {
      access: access.describe,
      run: ({ SubnetIds, Filters }, call) => {
        for (const id of SubnetIds ?? []) subnetOf(id);
        const found = state.in(state.subnets, call).filter((subnet) => isAsked(SubnetIds, subnet.id) && passesFilters(Filters, subnet, subnetFilters(subnet)));
        return { Subnets: found.map((subnet) => describeSubnet(state, subnet)) };
      },
    },
    ModifySubnetAttribute: {
      access: ({ SubnetId }, call) => access.on(call, 'subnet', SubnetId),
      run: ({ SubnetId, MapPublicIpOnLaunch }) => {
        const subnet = subnetOf(SubnetId);
        subnet.mapPublicIpOnLaunch = MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch;
        return {};
      },
    },
    DeleteSubnet: {
      access: ({ SubnetId }, call) => access.on(call, 'subnet', SubnetId),
      run: ({ SubnetId }) => {
        const subnet = subnetOf(SubnetId);
        if ([...state.networkInterfaces.values()].some(({ subnetId }) => subnetId === subnet.id)) {
          throw ec2Error('DependencyViolation', `The subnet '${subnet.id}' has dependencies and cannot be deleted.`);
        }
        for (const table of [...state.routeTables.values(), ...state.networkAcls.values()]) {
          table.subnetIds.delete(subnet.id);
          table.associations.delete(subnet.id);
        }
        state.subnets.delete(subnet.id);
        return {};
      },
    },
  };
}

function describeVpc(vpc: Vpc): sdk.Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: vpc.account,
    State: 'available',
    CidrBlock: vpc.cidrs[0],
    CidrBlockAssociationSet: vpc.cidrs.map((CidrBlock) => ({ AssociationId: `vpc-cidr-assoc-${vpc.id.slice(4)}`, CidrBlock, CidrBlockState: { State: 'associated' } })),
    InstanceTenancy: vpc.instanceTenancy,
    IsDefault: false,
    DhcpOptionsId: 'default',
    Tags: tagList(vpc.tags),
  };
}

function vpcFilters(vpc: Vpc) {
  return { 'vpc-id': [vpc.id], cidr: vpc.cidrs, 'cidr-block-association.cidr-block': vpc.cidrs, 'owner-id': [vpc.account], state: ['available'], isDefault: [false], 'is-default': [false] };
}

function describeSubnet(state: Ec2State, subnet: Subnet): sdk.Subnet {
  const taken = [...state.networkInterfaces.values()].filter(({ subnetId }) => subnetId === subnet.id).length;
  return {
    SubnetId: subnet.id,
    SubnetArn: arnOf(subnet),
    VpcId: subnet.vpcId,
    OwnerId: subnet.account,
    State: 'available',
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.availabilityZone,
    AvailableIpAddressCount: cidrSize(subnet.cidr) - RESERVED_ADDRESSES - taken,
    DefaultForAz: false,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    Tags: tagList(subnet.tags),
  };
}

function subnetFilters(subnet: Subnet) {
  return {
    'subnet-id': [subnet.id],
    'vpc-id': [subnet.vpcId],
    'availability-zone': [subnet.availabilityZone],
    'cidr-block': [subnet.cidr],
    state: ['available'],
    'default-for-az': [false],
    'map-public-ip-on-launch': [subnet.mapPublicIpOnLaunch],
  };
}

function checkBlock(cidr: string, code: string): void {
  if (!isCanonicalCidr(cidr)) throw ec2Error('InvalidParameterValue', `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  const size = cidrSize(cidr);
  if (size > LARGEST_BLOCK || size < SMALLEST_BLOCK) throw ec2Error(code, `The CIDR '${cidr}' is invalid.`);
}
