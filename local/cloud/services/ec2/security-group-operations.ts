import type * as sdk from '@aws-sdk/client-ec2';
import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { arnOf, tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { SecurityGroup, SecurityGroupRule } from './ec2-records';
import type { Ec2State } from './ec2-state';
import { describeRule, isSameRule, permissionsOf, rulesOf } from './security-group-permissions';
import { newSecurityGroup } from './vpc-defaults';

type Direction = 'ingress' | 'egress';

/** How a request names rules: as permissions, or by their ids. */
interface RuleRequest {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly SecurityGroupRuleIds?: readonly string[] | undefined;
}

/** Security groups and their rules; connections that are open outlive a change of rules, as in AWS. */
export function securityGroupOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const groupOf = (id: string | undefined): SecurityGroup => existing(state.securityGroups, 'security-group', id);
  const authorize = (direction: Direction, { GroupId, IpPermissions }: RuleRequest) => {
    const group = groupOf(GroupId);
    const added = rulesOf(IpPermissions);
    for (const rule of added) checkNew(state, group, direction, rule);
    group[direction].push(...added);
    return { Return: true, SecurityGroupRules: added.map((rule) => describeRule(group, rule, direction === 'egress')) };
  };
  const revoke = (direction: Direction, { GroupId, IpPermissions, SecurityGroupRuleIds = [] }: RuleRequest) => {
    const group = groupOf(GroupId);
    const unwanted = rulesOf(IpPermissions);
    const isUnwanted = (rule: SecurityGroupRule) => SecurityGroupRuleIds.includes(rule.id) || unwanted.some((other) => isSameRule(rule, other));
    const unknown = SecurityGroupRuleIds.filter((ruleId) => !group[direction].some(({ id }) => id === ruleId));
    if (unknown.length > 0) throw ec2Error('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${unknown.join(', ')}' does not exist`);
    if (!group[direction].some(isUnwanted)) throw ec2Error('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    group[direction] = group[direction].filter((rule) => !isUnwanted(rule));
    return { Return: true };
  };
  const onGroup = ({ GroupId }: RuleRequest, call: Parameters<Ec2Access['on']>[0]) => access.on(call, 'security-group', GroupId);

  return {
    CreateSecurityGroup: {
      access: ({ VpcId, TagSpecifications }, call) => [
        ...access.creating(call, 'CreateSecurityGroup', 'security-group', TagSpecifications),
        ...access.on(call, 'vpc', VpcId),
      ],
      run: ({ GroupName = '', Description = '', VpcId, TagSpecifications }) => {
        const vpc = existing(state.vpcs, 'vpc', VpcId);
        if ([...state.securityGroups.values()].some(({ vpcId, name }) => vpcId === vpc.id && name === GroupName)) {
          throw ec2Error('InvalidGroup.Duplicate', `The security group '${GroupName}' already exists for VPC '${vpc.id}'`);
        }
        const group = newSecurityGroup({ ...vpc, vpcId: vpc.id }, GroupName, Description, tagsFor('security-group', TagSpecifications));
        state.securityGroups.set(group.id, group);
        return { GroupId: group.id, SecurityGroupArn: arnOf(group), Tags: tagList(group.tags) };
      },
    },
    DescribeSecurityGroups: {
      access: access.describe,
      run: ({ GroupIds, Filters }, call) => {
        for (const id of GroupIds ?? []) groupOf(id);
        const found = state.in(state.securityGroups, call).filter((group) => isAsked(GroupIds, group.id) && passesFilters(Filters, group, groupFilters(group)));
        return { SecurityGroups: found.map(describeGroup) };
      },
    },
    DescribeSecurityGroupRules: {
      access: access.describe,
      run: ({ SecurityGroupRuleIds, Filters }, call) => {
        const rules = state.in(state.securityGroups, call).flatMap((group) => [
          ...group.ingress.map((rule) => ({ group, rule, isEgress: false })),
          ...group.egress.map((rule) => ({ group, rule, isEgress: true })),
        ]);
        const found = rules.filter(({ group, rule }) => isAsked(SecurityGroupRuleIds, rule.id) && passesFilters(Filters, group, { 'group-id': [group.id], 'security-group-rule-id': [rule.id] }));
        return { SecurityGroupRules: found.map(({ group, rule, isEgress }) => describeRule(group, rule, isEgress)) };
      },
    },
    DeleteSecurityGroup: {
      access: onGroup,
      run: ({ GroupId }) => {
        const group = groupOf(GroupId);
        if (group.name === 'default') throw ec2Error('CannotDelete', `the specified group: "${group.id}" name: "default" cannot be deleted by a user`);
        const isUsed =
          [...state.networkInterfaces.values()].some(({ securityGroupIds }) => securityGroupIds.includes(group.id)) ||
          [...state.securityGroups.values()].some((other) => other !== group && [...other.ingress, ...other.egress].some(({ peer }) => 'groupId' in peer && peer.groupId === group.id));
        if (isUsed) throw ec2Error('DependencyViolation', `resource ${group.id} has a dependent object`);
        state.securityGroups.delete(group.id);
        return { Return: true, GroupId: group.id };
      },
    },
    AuthorizeSecurityGroupIngress: { access: onGroup, run: (input) => authorize('ingress', input) },
    AuthorizeSecurityGroupEgress: { access: onGroup, run: (input) => authorize('egress', input) },
    RevokeSecurityGroupIngress: { access: onGroup, run: (input) => revoke('ingress', input) },
    RevokeSecurityGroupEgress: { access: onGroup, run: (input) => revoke('egress', input) },
  };
}

function checkNew(state: Ec2State, group: SecurityGroup, direction: Direction, rule: SecurityGroupRule): void {
  if (group[direction].some((known) => isSameRule(known, rule))) {
    throw ec2Error('InvalidPermission.Duplicate', `the specified rule "${JSON.stringify(rule.peer)}, ${rule.protocol}, ALLOW" already exists`);
  }
  if ('groupId' in rule.peer) existing(state.securityGroups, 'security-group', rule.peer.groupId);
  if ('prefixListId' in rule.peer) {
    state.prefixListsIn(group.region);
    existing(state.prefixLists, 'prefix-list', rule.peer.prefixListId);
  }
}

function describeGroup(group: SecurityGroup): sdk.SecurityGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    OwnerId: group.account,
    VpcId: group.vpcId,
    SecurityGroupArn: arnOf(group),
    IpPermissions: permissionsOf(group, group.ingress),
    IpPermissionsEgress: permissionsOf(group, group.egress),
    Tags: tagList(group.tags),
  };
}

function groupFilters(group: SecurityGroup) {
  return { 'group-id': [group.id], 'group-name': [group.name], 'vpc-id': [group.vpcId], description: [group.description], 'owner-id': [group.account] };
}
