import type { IpPermission, SecurityGroupRule as RuleDescription } from '@aws-sdk/client-ec2';
import { isCanonicalCidr } from '../../network/cidr';
import { arnOf } from './ec2-access';
import { ec2Error } from './ec2-errors';
import type { SecurityGroup, SecurityGroupRule } from './ec2-records';
import { newId } from './ec2-state';

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };

/** The rules that permissions ask for, one for each protocol, range and peer. IPv6 peers are left out: nothing here has such an address. */
export function rulesOf(permissions: readonly IpPermission[] | undefined): SecurityGroupRule[] {
  return (permissions ?? []).flatMap((permission) => {
    const protocol = PROTOCOL_NUMBERS[permission.IpProtocol ?? ''] ?? permission.IpProtocol ?? '-1';
    const ports = protocol === '-1' || permission.FromPort === undefined ? undefined : { from: permission.FromPort, to: permission.ToPort ?? permission.FromPort };
    return peersOf(permission).map(({ peer, description }) => ({ id: newId('sgr'), protocol, ports: allPorts(ports) ? undefined : ports, peer, description }));
  });
}

/** Whether two rules let the same pass. */
export function isSameRule(one: SecurityGroupRule, other: SecurityGroupRule): boolean {
  const identity = ({ protocol, ports, peer }: SecurityGroupRule): string => JSON.stringify([protocol, ports?.from, ports?.to, peer]);
  return identity(one) === identity(other);
}

/** Rules as permissions, in the form in which a group is described. */
export function permissionsOf({ account }: SecurityGroup, rules: readonly SecurityGroupRule[]): IpPermission[] {
  const grouped = new Map<string, SecurityGroupRule[]>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.protocol, rule.ports?.from, rule.ports?.to]);
    grouped.set(key, [...(grouped.get(key) ?? []), rule]);
  }
  return [...grouped.values()].map((alike) => ({
    IpProtocol: alike[0]?.protocol,
    ...portMembers(alike[0]),
    IpRanges: alike.flatMap(({ peer, description }) => ('cidr' in peer ? [{ CidrIp: peer.cidr, Description: description }] : [])),
    Ipv6Ranges: [],
    PrefixListIds: alike.flatMap(({ peer, description }) => ('prefixListId' in peer ? [{ PrefixListId: peer.prefixListId, Description: description }] : [])),
    UserIdGroupPairs: alike.flatMap(({ peer, description }) => ('groupId' in peer ? [{ GroupId: peer.groupId, UserId: account, Description: description }] : [])),
  }));
}

/** One rule as `DescribeSecurityGroupRules` shows it. */
export function describeRule(group: SecurityGroup, rule: SecurityGroupRule, isEgress: boolean): RuleDescription {
  const { peer } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: arnOf(group).replace(/security-group\/.*/, `security-group-rule/${rule.id}`),
    GroupId: group.id,
    GroupOwnerId: group.account,
    IsEgress: isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.ports?.from ?? -1,
    ToPort: rule.ports?.to ?? -1,
    Description: rule.description,
    ...('cidr' in peer && { CidrIpv4: peer.cidr }),
    ...('prefixListId' in peer && { PrefixListId: peer.prefixListId }),
    ...('groupId' in peer && { ReferencedGroupInfo: { GroupId: peer.groupId, UserId: group.account } }),
    Tags: [],
  };
}

function peersOf(permission: IpPermission): { readonly peer: SecurityGroupRule['peer']; readonly description: string | undefined }[] {
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp = '', Description }) => ({ peer: { cidr: checkCidr(CidrIp) }, description: Description })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId = '', Description }) => ({ peer: { groupId: GroupId }, description: Description })),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId = '', Description }) => ({ peer: { prefixListId: PrefixListId }, description: Description })),
  ];
}

function checkCidr(cidr: string): string {
  if (!isCanonicalCidr(cidr)) throw ec2Error('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  return cidr;
}

function allPorts(ports: SecurityGroupRule['ports']): boolean {
  return ports?.from === -1;
}

function portMembers(rule: SecurityGroupRule | undefined) {
  return rule?.ports ? { FromPort: rule.ports.from, ToPort: rule.ports.to } : {};
}
