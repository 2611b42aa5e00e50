import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, type Subnet } from '@aws-sdk/client-ec2';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import type { SubnetDirectory } from './rds-context';
import type { SubnetPlacement } from './state/subnet-group';

/**
 * Asks EC2 for subnets and security groups.
 *
 * RDS does that with its service-linked role, which may do so in every account; here the account itself stands for the role.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
 */
export class VpcDirectory implements SubnetDirectory {
  constructor(private readonly cloud: CloudContext) {}

  async describe(place: Place, subnetIds: readonly string[] | 'default'): Promise<readonly SubnetPlacement[]> {
    const input = subnetIds === 'default' ? { Filters: [{ Name: 'default-for-az', Values: ['true'] }] } : { SubnetIds: [...subnetIds] };
    try {
      const { Subnets = [] } = await this.ec2(place).send(new DescribeSubnetsCommand(input));
      return Subnets.map(placementOf);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'InvalidSubnetID.NotFound') return [];
      throw error;
    }
  }

  async defaultSecurityGroup(place: Place, vpcId: string): Promise<string | undefined> {
    const Filters = [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'group-name', Values: ['default'] },
    ];
    const { SecurityGroups = [] } = await this.ec2(place).send(new DescribeSecurityGroupsCommand({ Filters }));
    return SecurityGroups[0]?.GroupId;
  }

  private ec2(place: Place): CloudClient {
    return this.cloud.as(accountRoot(place.account), place, 'rds.amazonaws.com');
  }
}

function placementOf({ SubnetId = '', AvailabilityZone = '', VpcId = '' }: Subnet): SubnetPlacement {
  return { subnetId: SubnetId, availabilityZone: AvailabilityZone, vpcId: VpcId };
}
