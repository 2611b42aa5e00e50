import { AwsError } from '../../gateway/aws-error';
import { found, type Place } from '../../gateway/service';
import type { RedshiftContext } from './redshift-context';
import type { ClusterNetwork } from './state/cluster';
import type { ClusterSubnetGroup } from './state/estate';

/** What a request says about the network of a new cluster. */
export interface RequestedNetwork {
  readonly ClusterSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: string[] | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
}

const DEFAULT_GROUP = 'default';

/** The network of a new cluster: what is not said is the default VPC's, and the default security group's of the VPC. */
export async function placeInNetwork(redshift: RedshiftContext, place: Place, requested: RequestedNetwork): Promise<ClusterNetwork> {
  const group = await subnetGroup(redshift, place, requested.ClusterSubnetGroupName);
  const fallback = requested.VpcSecurityGroupIds?.length ? undefined : await redshift.subnets.defaultSecurityGroup(place, group.vpcId);
  return {
    subnetGroupName: group.name,
    securityGroupIds: requested.VpcSecurityGroupIds?.length ? requested.VpcSecurityGroupIds : [fallback].filter((id) => id !== undefined),
    publiclyAccessible: requested.PubliclyAccessible ?? false,
  };
}

/** The named subnet group; without a name the group `default`, made of the default VPC's subnets. */
export async function subnetGroup({ estate, subnets }: RedshiftContext, place: Place, name: string = DEFAULT_GROUP): Promise<ClusterSubnetGroup> {
  const groups = estate.in(place).subnetGroups;
  const known = groups.get(name.toLowerCase());
  if (known || name.toLowerCase() !== DEFAULT_GROUP) return found(known, 'ClusterSubnetGroupNotFoundFault', `Cluster subnet group ${name} not found.`);
  const placements = await subnets.ofDefaultVpc(place);
  const [first] = placements;
  if (!first) throw new AwsError('ClusterSubnetGroupNotFoundFault', 'No default subnet group can be made: the account has no default VPC in this region.');
  const group: ClusterSubnetGroup = { place, name: DEFAULT_GROUP, description: DEFAULT_GROUP, vpcId: first.vpcId, subnets: placements, tags: {} };
  groups.set(DEFAULT_GROUP, group);
  return group;
}
