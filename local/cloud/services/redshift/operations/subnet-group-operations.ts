import type { ClusterSubnetGroup as ApiGroup } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Call } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { byName, page } from '../../rds/describe/listing';
import { invalidValue, required } from '../../rds/request-errors';
import type { SubnetPlacement } from '../../rds/state/subnet-group';
import { RedshiftAccess } from '../access/redshift-access';
import type { RedshiftContext } from '../redshift-context';
import { hasTags, requestedTags } from '../request';
import type { ClusterSubnetGroup } from '../state/estate';
import type { RedshiftOperations } from './redshift-operations';

const NAME = /^[a-z0-9-]{1,255}$/i;

/** The operations on cluster subnet groups. */
export function subnetGroupOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const named = (call: Call, name: string | undefined): ClusterSubnetGroup =>
    found(redshift.estate.in(call).subnetGroups.get((name ?? '').toLowerCase()), 'ClusterSubnetGroupNotFoundFault', `Cluster subnet group ${name ?? ''} not found.`);
  return {
    CreateClusterSubnetGroup: {
      access: (input, call) => to.created('subnetgroup', call, input.ClusterSubnetGroupName, input.Tags),
      run: async (input, call) => {
        const name = newName(input.ClusterSubnetGroupName);
        const groups = redshift.estate.in(call).subnetGroups;
        const most = redshift.quotas.limitOf('subnetGroups', call);
        if (groups.has(name)) throw new AwsError('ClusterSubnetGroupAlreadyExistsFault', `The cluster subnet group ${name} already exists.`);
        if (groups.size >= most) throw new AwsError('ClusterSubnetGroupQuotaExceededFault', `The request would exceed the quota of ${most} cluster subnet groups.`);
        const subnets = await placements(redshift, call, input.SubnetIds ?? []);
        const group: ClusterSubnetGroup = {
          place: { account: call.account, region: call.region },
          name,
          description: required('Description', input.Description),
          vpcId: subnets[0]?.vpcId ?? '',
          subnets,
          tags: requestedTags(input.Tags),
        };
        groups.set(name, group);
        return { ClusterSubnetGroup: describe(group) };
      },
    },
    ModifyClusterSubnetGroup: {
      access: ({ ClusterSubnetGroupName }, call) => [to.existing('subnetgroup', call, ClusterSubnetGroupName)],
      run: async (input, call) => {
        const group = named(call, required('ClusterSubnetGroupName', input.ClusterSubnetGroupName));
        const subnets = await placements(redshift, call, input.SubnetIds ?? []);
        if (subnets[0]?.vpcId !== group.vpcId) throw new AwsError('InvalidSubnet', 'The subnets are not in the VPC of the cluster subnet group.');
        group.subnets = subnets;
        group.description = input.Description ?? group.description;
        return { ClusterSubnetGroup: describe(group) };
      },
    },
    DeleteClusterSubnetGroup: {
      access: ({ ClusterSubnetGroupName }, call) => [to.existing('subnetgroup', call, ClusterSubnetGroupName)],
      run: ({ ClusterSubnetGroupName }, call) => {
        const { name } = named(call, ClusterSubnetGroupName);
        const state = redshift.estate.in(call);
        const user = [...state.clusters.values()].find(({ network }) => network.subnetGroupName === name);
        if (user) throw new AwsError('InvalidClusterSubnetGroupStateFault', `The cluster subnet group ${name} cannot be deleted because the cluster ${user.identifier} uses it.`);
        state.subnetGroups.delete(name);
        return {};
      },
    },
    DescribeClusterSubnetGroups: {
      access: () => [{ resource: '*' }],
      run: ({ ClusterSubnetGroupName, TagKeys, TagValues, ...paging }, call) => {
        const groups = ClusterSubnetGroupName === undefined ? byName(redshift.estate.in(call).subnetGroups.values(), ({ name }) => name) : [named(call, ClusterSubnetGroupName)];
        const { items, Marker } = page(groups.filter(({ tags }) => hasTags(tags, TagKeys, TagValues)), paging);
        return { ClusterSubnetGroups: items.map(describe), Marker };
      },
    },
  };
}

async function placements({ subnets, quotas }: RedshiftContext, call: Call, subnetIds: readonly string[]): Promise<readonly SubnetPlacement[]> {
  const most = quotas.limitOf('subnetsPerGroup', call);
  if (subnetIds.length > most) throw new AwsError('ClusterSubnetQuotaExceededFault', `A cluster subnet group can have at most ${most} subnets.`);
  const found = subnetIds.length > 0 ? await subnets.describe(call, subnetIds) : [];
  const vpcs = new Set(found.map(({ vpcId }) => vpcId));
  if (found.length === 0 || vpcs.size > 1) throw new AwsError('InvalidSubnet', 'The requested subnet is not valid, or not all of the subnets are in the same VPC.');
  return found;
}

function newName(value: string | undefined): string {
  const name = required('ClusterSubnetGroupName', value).toLowerCase();
  if (!NAME.test(name) || name === 'default') throw invalidValue(`Invalid cluster subnet group name: ${name}`);
  return name;
}

function describe({ name, description, vpcId, subnets, tags }: ClusterSubnetGroup): ApiGroup {
  return {
    ClusterSubnetGroupName: name,
    Description: description,
    VpcId: vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: subnets.map(({ subnetId, availabilityZone }) => ({ SubnetIdentifier: subnetId, SubnetAvailabilityZone: { Name: availabilityZone }, SubnetStatus: 'Active' })),
    SupportedClusterIpAddressTypes: ['ipv4'],
    Tags: tagList(tags),
  };
}
