import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeVpcsCommand, type DescribeSubnetsCommandInput, type Subnet } from '@aws-sdk/client-ec2';
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
  constructor(
    private readonly cloud: CloudContext,
    /** Who asks, such as `rds.amazonaws.com`. */
    private readonly service: string,
  ) {}

  async describe(place: Place, subnetIds: readonly string[]): Promise<readonly SubnetPlacement[]> {
    try {
      return await this.subnets(place, { SubnetIds: [...subnetIds] });
    } catch (error) {
      if (error instanceof AwsError && error.code === 'InvalidSubnetID.NotFound') return [];
      throw error;
    }
  }

  async ofDefaultVpc(place: Place): Promise<readonly SubnetPlacement[]> {
    const { Vpcs = [] } = await this.ec2(place).send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }));
    const vpcId = Vpcs[0]?.VpcId;
    return vpcId === undefined ? [] : this.subnets(place, { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
  }

  async defaultSecurityGroup(place: Place, vpcId: string): Promise<string | undefined> {
    const Filters = [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'group-name', Values: ['default'] },
    ];
    const { SecurityGroups = [] } = await this.ec2(place).send(new DescribeSecurityGroupsCommand({ Filters }));
    return SecurityGroups[0]?.GroupId;
  }

  private async subnets(place: Place, input: DescribeSubnetsCommandInput): Promise<readonly SubnetPlacement[]> {
    const { Subnets = [] } = await this.ec2(place).send(new DescribeSubnetsCommand(input));
    return Subnets.map(placementOf);
  }

  private ec2(place: Place): CloudClient {
    return this.cloud.as(accountRoot(place.account), place, this.service);
  }
}

function placementOf({ SubnetId = '', AvailabilityZone = '', VpcId = '' }: Subnet): SubnetPlacement {
  return { subnetId: SubnetId, availabilityZone: AvailabilityZone, vpcId: VpcId };
}
