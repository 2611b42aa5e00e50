import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateSecurityGroupCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  ReplaceNetworkAclAssociationCommand,
  RevokeSecurityGroupEgressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { ResourceProviders } from '../../../deploy/resource-provider';
import type { TemplateProperties } from '../../../deploy/template-properties';
import type { CloudClient } from '../../../gateway/cloud-client';
import { tagSpecifications } from './vpc-resources';

const ALLOW_ALL: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

/** Security groups and network ACLs with their rules. */
export const securityResources: ResourceProviders = {
  'AWS::EC2::SecurityGroup': {
    async create(properties, { aws, generatedName }) {
      const VpcId = properties.text('VpcId');
      const GroupName = properties.optionalText('GroupName') ?? generatedName(255);
      const { GroupId = '' } = await aws.send(
        new CreateSecurityGroupCommand({ VpcId, GroupName, Description: properties.text('GroupDescription'), TagSpecifications: tagSpecifications('security-group', properties) }),
      );
      const [ingress, egress] = [properties.groups('SecurityGroupIngress'), properties.groups('SecurityGroupEgress')];
      for (const rule of ingress) await aws.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permissionOf(rule, 'Source')] }));
      if (egress.length > 0) {
        // Rules in the template take the place of the one that lets everything out.
        await aws.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [ALLOW_ALL] }));
        for (const rule of egress) await aws.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [permissionOf(rule, 'Destination')] }));
      }
      return { ref: GroupId, attributes: { GroupId, Id: GroupId, VpcId } };
    },
  },
  'AWS::EC2::SecurityGroupIngress': {
    async create(properties, { aws }) {
      const GroupId = properties.text('GroupId');
      const { SecurityGroupRules } = await aws.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permissionOf(properties, 'Source')] }));
      const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::EC2::SecurityGroupEgress': {
    async create(properties, { aws }) {
      const GroupId = properties.text('GroupId');
      await removeDefaultEgress(aws, GroupId);
      const { SecurityGroupRules } = await aws.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [permissionOf(properties, 'Destination')] }));
      const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::EC2::NetworkAcl': {
    async create(properties, { aws }) {
      const { NetworkAcl } = await aws.send(new CreateNetworkAclCommand({ VpcId: properties.text('VpcId'), TagSpecifications: tagSpecifications('network-acl', properties) }));
      const Id = NetworkAcl?.NetworkAclId ?? '';
      return { ref: Id, attributes: { Id } };
    },
  },
  'AWS::EC2::NetworkAclEntry': {
    async create(properties, { aws, generatedName }) {
      properties.ignore('Ipv6CidrBlock'); // Nothing here has such an address.
      const Protocol = properties.text('Protocol');
      await aws.send(
        new CreateNetworkAclEntryCommand({
          NetworkAclId: properties.text('NetworkAclId'),
          RuleNumber: properties.number('RuleNumber'),
          RuleAction: properties.raw('RuleAction'),
          Egress: properties.flag('Egress') ?? false,
          Protocol,
          CidrBlock: properties.optionalText('CidrBlock'),
          PortRange: properties.raw('PortRange'),
          IcmpTypeCode: properties.raw('Icmp'),
        }),
      );
      return { ref: generatedName(), attributes: { Id: generatedName() } };
    },
  },
  'AWS::EC2::SubnetNetworkAclAssociation': {
    async create(properties, { aws }) {
      const SubnetId = properties.text('SubnetId');
      const { NetworkAcls = [] } = await aws.send(new DescribeNetworkAclsCommand({}));
      const current = NetworkAcls.flatMap(({ Associations = [] }) => Associations).find((association) => association.SubnetId === SubnetId);
      const { NewAssociationId = '' } = await aws.send(
        new ReplaceNetworkAclAssociationCommand({ AssociationId: current?.NetworkAclAssociationId, NetworkAclId: properties.text('NetworkAclId') }),
      );
      return { ref: NewAssociationId, attributes: { AssociationId: NewAssociationId } };
    },
  },
};

/**
 * CloudFormation takes the rule away that lets everything out when a rule of one's own is added.
 * CDK relies on it: https://github.com/aws/aws-cdk/pull/998
 */
async function removeDefaultEgress(aws: CloudClient, GroupId: string): Promise<void> {
  const { SecurityGroups } = await aws.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  const everything = SecurityGroups?.[0]?.IpPermissionsEgress?.find(({ IpProtocol }) => IpProtocol === '-1');
  const isDefault = everything?.IpRanges?.some(({ CidrIp, Description }) => CidrIp === '0.0.0.0/0' && Description === undefined);
  if (isDefault) await aws.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [ALLOW_ALL] }));
}

/** A rule of a template names its peer flatly; `Source` or `Destination` says which way it looks. */
function permissionOf(rule: TemplateProperties, peer: 'Source' | 'Destination'): IpPermission {
  const Description = rule.optionalText('Description');
  const [CidrIp, PrefixListId, GroupId] = [rule.optionalText('CidrIp'), rule.optionalText(`${peer}PrefixListId`), rule.optionalText(`${peer}SecurityGroupId`)];
  rule.ignore('CidrIpv6', 'SourceSecurityGroupOwnerId'); // No IPv6 here, and a group's id is unique across accounts.
  return {
    IpProtocol: rule.text('IpProtocol'),
    FromPort: rule.number('FromPort'),
    ToPort: rule.number('ToPort'),
    ...(CidrIp !== undefined && { IpRanges: [{ CidrIp, Description }] }),
    ...(PrefixListId !== undefined && { PrefixListIds: [{ PrefixListId, Description }] }),
    ...(GroupId !== undefined && { UserIdGroupPairs: [{ GroupId, Description }] }),
  };
}
