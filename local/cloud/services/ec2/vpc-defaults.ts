import { requestedId } from '../../gateway/requested-id';
import { ec2Error } from './ec2-errors';
import type { NetworkAcl, RouteTable, SecurityGroup, Vpc } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';

const DENY_ALL = { ruleNumber: 32_767, protocol: '-1', cidr: '0.0.0.0/0', ports: undefined, allow: false } as const;

/** Makes what comes with every VPC: a main route table, a network ACL that lets everything pass, a security group of its own. */
export function addDefaults(state: Ec2State, { id: vpcId, account, region }: Vpc): void {
  const table: RouteTable = { type: 'route-table', id: newId('rtb'), account, region, vpcId, isMain: true, subnetIds: new Set(), routes: [], associations: new Map(), tags: {} };
  state.routeTables.set(table.id, table);
  const acl = newNetworkAcl({ vpcId, account, region }, true);
  state.networkAcls.set(acl.id, acl);
  const group = newSecurityGroup({ vpcId, account, region }, 'default', 'default VPC security group');
  group.ingress = [{ id: newId('sgr'), protocol: '-1', ports: undefined, peer: { groupId: group.id }, description: undefined }];
  state.securityGroups.set(group.id, group);
}

/** Takes it away again; refuses while anything else is in the VPC. */
export function removeDefaults(state: Ec2State, { id }: Vpc): void {
  const others = [
    ...[...state.subnets.values(), ...state.networkInterfaces.values(), ...state.vpcEndpoints.values()].filter(({ vpcId }) => vpcId === id),
    ...[...state.routeTables.values()].filter(({ vpcId, isMain }) => vpcId === id && !isMain),
    ...[...state.networkAcls.values()].filter(({ vpcId, isDefault }) => vpcId === id && !isDefault),
    ...[...state.securityGroups.values()].filter(({ vpcId, name }) => vpcId === id && name !== 'default'),
    ...[...state.internetGateways.values()].filter(({ vpcId }) => vpcId === id),
  ];
  if (others.length > 0) throw ec2Error('DependencyViolation', `The vpc '${id}' has dependencies and cannot be deleted.`);
  for (const kind of [state.routeTables, state.networkAcls, state.securityGroups]) {
    for (const each of [...kind.values()]) if (each.vpcId === id) kind.delete(each.id);
  }
}

/** A network ACL: the default one lets everything pass, any other nothing yet. */
export function newNetworkAcl({ vpcId, account, region }: { readonly vpcId: string; readonly account: string; readonly region: string }, isDefault: boolean): NetworkAcl {
  const directions = [true, false];
  const open = isDefault ? directions.map((egress) => ({ ...DENY_ALL, ruleNumber: 100, egress, allow: true })) : [];
  const closed = directions.map((egress) => ({ ...DENY_ALL, egress }));
  return { type: 'network-acl', id: newId('acl'), account, region, vpcId, isDefault, subnetIds: new Set(), entries: [...open, ...closed], associations: new Map(), tags: {} };
}

/** A security group that lets everything out and nothing in. */
export function newSecurityGroup({ vpcId, account, region }: { readonly vpcId: string; readonly account: string; readonly region: string }, name: string, description: string, tags: Record<string, string> = {}): SecurityGroup {
  const egress = [{ id: newId('sgr'), protocol: '-1', ports: undefined, peer: { cidr: '0.0.0.0/0' }, description: undefined }];
  return { type: 'security-group', id: requestedId(tags) ?? newId('sg'), account, region, vpcId, name, description, ingress: [], egress, tags };
}
