import { AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupRulesCommand, EC2Client, EC2ServiceException, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const GONE: readonly string[] = ['InvalidSecurityGroupRuleId.NotFound', 'InvalidPermission.NotFound'];
const THERE: readonly string[] = ['InvalidPermission.Duplicate'];

/** One security group and who may connect through it. */
export class SecurityGroup {
  constructor(
    private readonly client: EC2Client,
    private readonly groupId: string,
  ) {}

  static in(target: Target, groupId: string): SecurityGroup {
    return new SecurityGroup(clientFor(EC2Client, target), groupId);
  }

  /** Takes the other group's way in through the port away; answers whether there was one. */
  async revokeFrom(sourceGroupId: string, port: number): Promise<boolean> {
    const rules = await this.rulesFrom(sourceGroupId, port);
    if (rules.length === 0) return false;
    return unlessDone(GONE, this.client.send(new RevokeSecurityGroupIngressCommand({ GroupId: this.groupId, SecurityGroupRuleIds: rules })));
  }

  /** Lets the other group in through the port; answers whether it was out before. */
  async allowFrom(sourceGroupId: string, port: number, description: string): Promise<boolean> {
    if ((await this.rulesFrom(sourceGroupId, port)).length > 0) return false;
    const permission = { IpProtocol: 'tcp', FromPort: port, ToPort: port, UserIdGroupPairs: [{ GroupId: sourceGroupId, Description: description }] };
    return unlessDone(THERE, this.client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: this.groupId, IpPermissions: [permission] })));
  }

  private async rulesFrom(sourceGroupId: string, port: number): Promise<string[]> {
    const { SecurityGroupRules = [] } = await this.client.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [this.groupId] }] }));
    return SecurityGroupRules.filter(({ IsEgress, FromPort, ReferencedGroupInfo }) => !IsEgress && FromPort === port && ReferencedGroupInfo?.GroupId === sourceGroupId).map(({ SecurityGroupRuleId }) =>
      present(SecurityGroupRuleId, 'SecurityGroupRules[].SecurityGroupRuleId'),
    );
  }
}

/** Somebody else may have done the same since the rules were looked at, or the look was at old ones. The model has no classes for these errors. */
async function unlessDone(codes: readonly string[], change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof EC2ServiceException && codes.includes(error.name)) return false;
    throw error;
  }
}
