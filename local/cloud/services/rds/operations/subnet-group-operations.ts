import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { describeSubnetGroup } from '../describe/describe-subnet-group';
import { byName, page } from '../describe/listing';
import { QUOTAS } from '../quotas';
import type { RdsContext } from '../rds-context';
import { invalidValue, required } from '../request-errors';
import type { SubnetPlacement } from '../state/subnet-group';
import { subnetGroup } from '../network-placement';
import { requestedTags } from '../tagging';
import type { RdsOperations } from './rds-operations';

const NAME = /^[a-z0-9 ._-]{1,255}$/i;

/** The operations on DB subnet groups. */
export function subnetGroupOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  const access = ({ DBSubnetGroupName }: { DBSubnetGroupName?: string | undefined }, call: Call) => [to.existing('subgrp', call, DBSubnetGroupName)];
  return {
    CreateDBSubnetGroup: {
      access: (input, call) => to.created('subgrp', call, input.DBSubnetGroupName, input.Tags),
      run: async (input, call) => {
        const name = newName(input.DBSubnetGroupName);
        const groups = rds.estate.in(call).subnetGroups;
        if (groups.has(name)) throw new AwsError('DBSubnetGroupAlreadyExistsFault', `The DB subnet group '${name}' already exists.`);
        if (groups.size >= QUOTAS.subnetGroups) throw new AwsError('DBSubnetGroupQuotaExceededFault', `The request would exceed the quota of ${QUOTAS.subnetGroups} DB subnet groups.`);
        const subnets = await placements(rds, call, input.SubnetIds ?? []);
        const group = {
          place: { account: call.account, region: call.region },
          name,
          description: required('DBSubnetGroupDescription', input.DBSubnetGroupDescription),
          vpcId: subnets[0]?.vpcId ?? '',
          subnets,
          tags: requestedTags(input.Tags),
        };
        groups.set(name, group);
        return { DBSubnetGroup: describeSubnetGroup(group) };
      },
    },
    ModifyDBSubnetGroup: {
      access,
      run: async (input, call) => {
        const group = await subnetGroup(rds, call, required('DBSubnetGroupName', input.DBSubnetGroupName));
        const subnets = await placements(rds, call, input.SubnetIds ?? []);
        if (subnets[0]?.vpcId !== group.vpcId) throw new AwsError('InvalidSubnet', 'The new Subnets are not in the same Vpc as the existing subnet group.');
        group.subnets = subnets;
        group.description = input.DBSubnetGroupDescription ?? group.description;
        return { DBSubnetGroup: describeSubnetGroup(group) };
      },
    },
    DeleteDBSubnetGroup: {
      access,
      run: async ({ DBSubnetGroupName }, call) => {
        const { name } = await subnetGroup(rds, call, required('DBSubnetGroupName', DBSubnetGroupName));
        const state = rds.estate.in(call);
        const user = [...state.clusters.values(), ...state.instances.values()].find(({ network }) => network.subnetGroupName === name);
        if (user) throw new AwsError('InvalidDBSubnetGroupStateFault', `Cannot delete the subnet group '${name}' because at least one database instance: ${user.identifier} is still using it.`);
        state.subnetGroups.delete(name);
        return {};
      },
    },
    DescribeDBSubnetGroups: {
      access,
      run: async ({ DBSubnetGroupName, Filters: _, ...paging }, call) => {
        const groups = DBSubnetGroupName === undefined ? rds.estate.in(call).subnetGroups.values() : [await subnetGroup(rds, call, DBSubnetGroupName)];
        const { items, Marker } = page(byName(groups, ({ name }) => name), paging);
        return { DBSubnetGroups: items.map(describeSubnetGroup), Marker };
      },
    },
  };
}

/** "Must contain no more than 255 letters, numbers, periods, underscores, spaces, or hyphens. Must not be default": the SDK's type text. */
function newName(name: string | undefined): string {
  const text = required('DBSubnetGroupName', name);
  if (!NAME.test(text) || text.toLowerCase() === 'default') {
    throw invalidValue(`The parameter DBSubnetGroupName must be 1 to 255 letters, numbers, periods, underscores, spaces or hyphens, and must not be default: ${text}`);
  }
  return text.toLowerCase();
}

async function placements({ subnets }: RdsContext, call: Call, subnetIds: readonly string[]): Promise<readonly SubnetPlacement[]> {
  if (subnetIds.length > QUOTAS.subnetsPerGroup) throw new AwsError('DBSubnetQuotaExceededFault', `A DB subnet group can have ${QUOTAS.subnetsPerGroup} subnets.`);
  const found = await subnets.describe(call, subnetIds);
  const missing = subnetIds.filter((id) => !found.some(({ subnetId }) => subnetId === id));
  if (missing.length > 0) throw new AwsError('InvalidSubnet', `Some input subnets in :[${missing.join(', ')}] are invalid.`);
  if (new Set(found.map(({ vpcId }) => vpcId)).size > 1) throw new AwsError('InvalidSubnet', 'The subnets of a DB subnet group must be in one VPC.');
  if (new Set(found.map(({ availabilityZone }) => availabilityZone)).size < 2) {
    throw new AwsError('DBSubnetGroupDoesNotCoverEnoughAZs', 'The DB subnet group doesn\'t meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ' +
      `${[...new Set(found.map(({ availabilityZone }) => availabilityZone))].join(', ')}. Add subnets to cover at least 2 AZs.`);
  }
  return found;
}
