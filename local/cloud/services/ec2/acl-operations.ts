import type * as sdk from '@aws-sdk/client-ec2';
import type { Call, Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import type { NetworkAclEntry } from '../../network/topology';
import { tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { NetworkAcl } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';
import { newNetworkAcl } from './vpc-defaults';

/** Network ACLs, their entries, and which subnets they guard. */
export function aclOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const aclOf = (id: string | undefined): NetworkAcl => existing(state.networkAcls, 'network-acl', id);
  const onAcl = ({ NetworkAclId }: { readonly NetworkAclId: string | undefined }, call: Call) => access.on(call, 'network-acl', NetworkAclId);

  return {
    CreateNetworkAcl: {
      access: ({ VpcId, TagSpecifications }, call) => [...access.creating(call, 'CreateNetworkAcl', 'network-acl', TagSpecifications), ...access.on(call, 'vpc', VpcId)],
      run: ({ VpcId, TagSpecifications }) => {
        const vpc = existing(state.vpcs, 'vpc', VpcId);
        const acl = newNetworkAcl({ vpcId: vpc.id, account: vpc.account, region: vpc.region }, false);
        acl.tags = tagsFor('network-acl', TagSpecifications);
        state.networkAcls.set(acl.id, acl);
        return { NetworkAcl: describe(acl) };
      },
    },
    DescribeNetworkAcls: {
      access: access.describe,
      run: ({ NetworkAclIds, Filters }, call) => {
        for (const id of NetworkAclIds ?? []) aclOf(id);
        const found = state.in(state.networkAcls, call).filter((acl) => isAsked(NetworkAclIds, acl.id) && passesFilters(Filters, acl, aclFilters(acl)));
        return { NetworkAcls: found.map(describe) };
      },
    },
    DeleteNetworkAcl: {
      access: onAcl,
      run: ({ NetworkAclId }) => {
        const acl = aclOf(NetworkAclId);
        if (acl.isDefault || acl.subnetIds.size > 0) throw ec2Error('DependencyViolation', `The networkAcl '${acl.id}' has dependencies and cannot be deleted.`);
        state.networkAcls.delete(acl.id);
        return {};
      },
    },
    CreateNetworkAclEntry: {
      access: onAcl,
      run: (input) => {
        const acl = aclOf(input.NetworkAclId);
        const entry = entryOf(input);
        if (acl.entries.some((known) => isSame(known, entry))) throw ec2Error('NetworkAclEntryAlreadyExists', `The network acl entry identified by ${entry.ruleNumber} already exists.`);
        acl.entries.push(entry);
        return {};
      },
    },
    ReplaceNetworkAclEntry: {
      access: onAcl,
      run: (input) => {
        const acl = aclOf(input.NetworkAclId);
        const entry = entryOf(input);
        acl.entries = [...without(acl, entry), entry];
        return {};
      },
    },
    DeleteNetworkAclEntry: {
      access: onAcl,
      run: ({ NetworkAclId, RuleNumber = 0, Egress = false }) => {
        const acl = aclOf(NetworkAclId);
        acl.entries = without(acl, { ruleNumber: RuleNumber, egress: Egress });
        return {};
      },
    },
    ReplaceNetworkAclAssociation: {
      access: ({ NetworkAclId }, call) => access.on(call, 'network-acl', NetworkAclId),
      run: ({ AssociationId = '', NetworkAclId }) => {
        const acl = aclOf(NetworkAclId);
        const subnetId = subnetOfAssociation(state, AssociationId);
        for (const other of state.networkAcls.values()) {
          other.subnetIds.delete(subnetId);
          other.associations.delete(subnetId);
        }
        const NewAssociationId = newId('aclassoc');
        acl.subnetIds.add(subnetId);
        acl.associations.set(subnetId, NewAssociationId);
        return { NewAssociationId };
      },
    },
  };

  function describe(acl: NetworkAcl): sdk.NetworkAcl {
    return {
      NetworkAclId: acl.id,
      VpcId: acl.vpcId,
      OwnerId: acl.account,
      IsDefault: acl.isDefault,
      Associations: associationsOf(state, acl).map(([SubnetId, NetworkAclAssociationId]) => ({ NetworkAclAssociationId, NetworkAclId: acl.id, SubnetId })),
      Entries: acl.entries.map((entry) => ({
        RuleNumber: entry.ruleNumber,
        Egress: entry.egress,
        Protocol: entry.protocol,
        CidrBlock: entry.cidr,
        RuleAction: entry.allow ? 'allow' : 'deny',
        ...(entry.ports && { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
      })),
      Tags: tagList(acl.tags),
    };
  }
}

/** Subnets that nobody associated are the default list's, under an id that follows from theirs. */
function associationsOf(state: Ec2State, acl: NetworkAcl): (readonly [subnetId: string, associationId: string])[] {
  if (!acl.isDefault) return [...acl.associations];
  const taken = new Set([...state.networkAcls.values()].flatMap(({ subnetIds }) => [...subnetIds]));
  const left = [...state.subnets.values()].filter(({ id, vpcId }) => vpcId === acl.vpcId && !taken.has(id));
  return [...acl.associations, ...left.map(({ id }) => [id, implicitAssociation(id)] as const)];
}

function subnetOfAssociation(state: Ec2State, associationId: string): string {
  const explicit = [...state.networkAcls.values()].flatMap(({ associations }) => [...associations]).find(([, id]) => id === associationId)?.[0];
  const subnetId = explicit ?? [...state.subnets.keys()].find((id) => implicitAssociation(id) === associationId);
  if (subnetId === undefined) throw ec2Error('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
  return subnetId;
}

function implicitAssociation(subnetId: string): string {
  return `aclassoc-${subnetId.slice('subnet-'.length)}`;
}

interface EntryRequest {
  readonly RuleNumber?: number | undefined;
  readonly Egress?: boolean | undefined;
  readonly Protocol?: string | undefined;
  readonly RuleAction?: string | undefined;
  readonly CidrBlock?: string | undefined;
  readonly PortRange?: { readonly From?: number | undefined; readonly To?: number | undefined } | undefined;
}

function entryOf({ RuleNumber = 0, Egress = false, Protocol = '-1', RuleAction, CidrBlock = '', PortRange }: EntryRequest): NetworkAclEntry {
  const ports = PortRange?.From === undefined ? undefined : { from: PortRange.From, to: PortRange.To ?? PortRange.From };
  return { ruleNumber: RuleNumber, egress: Egress, protocol: Protocol, cidr: CidrBlock, ports, allow: RuleAction === 'allow' };
}

function isSame(one: Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>, other: Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>): boolean {
  return one.ruleNumber === other.ruleNumber && one.egress === other.egress;
}

function without(acl: NetworkAcl, unwanted: Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>): NetworkAclEntry[] {
  const left = acl.entries.filter((entry) => !isSame(entry, unwanted));
  if (left.length === acl.entries.length) throw ec2Error('InvalidNetworkAclEntry.NotFound', `The network acl entry ${unwanted.ruleNumber} does not exist in ${acl.id}.`);
  return left;
}

function aclFilters(acl: NetworkAcl) {
  return { 'network-acl-id': [acl.id], 'vpc-id': [acl.vpcId], default: [acl.isDefault], 'association.subnet-id': [...acl.subnetIds] };
}
