import { found, type Place } from '../../gateway/service';
import type { RdsContext } from './rds-context';
import { AwsError } from '../../gateway/aws-error';
import type { DatabaseNetwork } from './state/database';
import type { SubnetGroup } from './state/subnet-group';

/** What a request says about the network of a new database. */
export interface RequestedNetwork {
  readonly DBSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: string[] | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
}

const DEFAULT_GROUP = 'default';

/** The network of a new database: what is not said is the default VPC's, and the default security group's of the VPC. */
export async function placeInNetwork(rds: Pick<RdsContext, 'estate' | 'subnets'>, place: Place, requested: RequestedNetwork): Promise<DatabaseNetwork> {
  const group = await subnetGroup(rds, place, requested.DBSubnetGroupName);
  const fallback = requested.VpcSecurityGroupIds?.length ? undefined : await rds.subnets.defaultSecurityGroup(place, group.vpcId);
  return {
    subnetGroupName: group.name,
    securityGroupIds: requested.VpcSecurityGroupIds?.length ? requested.VpcSecurityGroupIds : [fallback].filter((id) => id !== undefined),
    publiclyAccessible: requested.PubliclyAccessible ?? false,
  };
}

/** The named subnet group; without a name the group `default`, which RDS makes of the default VPC's subnets. */
export async function subnetGroup({ estate, subnets }: Pick<RdsContext, 'estate' | 'subnets'>, place: Place, name: string = DEFAULT_GROUP): Promise<SubnetGroup> {
  const groups = estate.in(place).subnetGroups;
  const known = groups.get(name.toLowerCase());
  if (known || name.toLowerCase() !== DEFAULT_GROUP) return found(known, 'DBSubnetGroupNotFoundFault', `DB Subnet group ${name} not found.`);
  const placements = await subnets.ofDefaultVpc(place);
  const [first] = placements;
  if (!first) throw new AwsError('DBSubnetGroupNotFoundFault', 'No default subnet group can be made: the account has no default VPC in this region.');
  const group: SubnetGroup = { place, name: DEFAULT_GROUP, description: DEFAULT_GROUP, vpcId: first.vpcId, subnets: placements, tags: {} };
  groups.set(DEFAULT_GROUP, group);
  return group;
}
