import type * as sdk from '@aws-sdk/client-ec2';
import type { CloudClock } from '../../gateway/clock';
import type { Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { cidrsOverlap } from '../../network/cidr';
import { tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { Peering } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';
import { EC2_LIFE_CYCLE } from './life-cycle';

/** Peering connections between VPCs, of other accounts and regions as well. */
export function peeringOperations(state: Ec2State, access: Ec2Access, clock: CloudClock): Operations<typeof sdk> {
  const peeringOf = (id: string | undefined): Peering => existing(state.peerings, 'vpc-peering-connection', id);

  return {
    CreateVpcPeeringConnection: {
      access: ({ VpcId, TagSpecifications }, call) => [
        ...access.creating(call, 'CreateVpcPeeringConnection', 'vpc-peering-connection', TagSpecifications),
        ...access.on(call, 'vpc', VpcId),
      ],
      run: ({ VpcId, PeerVpcId, PeerOwnerId, PeerRegion, TagSpecifications }, { account, region }) => {
        const own = existing(state.vpcs, 'vpc', VpcId);
        const accepter = { account: PeerOwnerId ?? account, region: PeerRegion ?? region };
        const peering: Peering = {
          type: 'vpc-peering-connection',
          id: newId('pcx'),
          account,
          region,
          status: EC2_LIFE_CYCLE.peeringRequested.from,
          requesterVpcId: own.id,
          accepterVpcId: PeerVpcId ?? '',
          requester: { account, region },
          accepter,
          tags: tagsFor('vpc-peering-connection', TagSpecifications),
        };
        state.peerings.set(peering.id, peering);
        clock.after(EC2_LIFE_CYCLE.peeringRequested.delayMs, () => (peering.status = outcomeOfRequest(state, peering)));
        return { VpcPeeringConnection: describe(state, peering) };
      },
    },
    AcceptVpcPeeringConnection: {
      access: ({ VpcPeeringConnectionId }, call) => [
        ...access.on(call, 'vpc-peering-connection', VpcPeeringConnectionId),
        ...access.on(call, 'vpc', acceptedVpc(state.peerings.get(VpcPeeringConnectionId ?? ''), call.account)),
      ],
      run: ({ VpcPeeringConnectionId }, { account, region }) => {
        const peering = peeringOf(VpcPeeringConnectionId);
        if (peering.accepter.account !== account || peering.accepter.region !== region) {
          throw ec2Error('OperationNotPermitted', `Incorrect state (${peering.status}) or account for VPC peering connection ${peering.id}`);
        }
        if (peering.status !== 'pending-acceptance') throw ec2Error('InvalidStateTransition', `Invalid state transition for ${peering.id}, attempted to transition from ${peering.status} to active`);
        peering.status = EC2_LIFE_CYCLE.peeringAccepted.from;
        clock.after(EC2_LIFE_CYCLE.peeringAccepted.delayMs, () => (peering.status = EC2_LIFE_CYCLE.peeringAccepted.to));
        return { VpcPeeringConnection: describe(state, peering) };
      },
    },
    DescribeVpcPeeringConnections: {
      access: access.describe,
      run: ({ VpcPeeringConnectionIds, Filters }, call) => {
        for (const id of VpcPeeringConnectionIds ?? []) peeringOf(id);
        const visible = [...state.peerings.values()].filter(({ requester, accepter }) =>
          [requester, accepter].some(({ account, region }) => account === call.account && region === call.region),
        );
        const found = visible.filter((each) => isAsked(VpcPeeringConnectionIds, each.id) && passesFilters(Filters, each, peeringFilters(each)));
        return { VpcPeeringConnections: found.map((each) => describe(state, each)) };
      },
    },
    DeleteVpcPeeringConnection: {
      access: ({ VpcPeeringConnectionId }, call) => access.on(call, 'vpc-peering-connection', VpcPeeringConnectionId),
      run: ({ VpcPeeringConnectionId }) => {
        peeringOf(VpcPeeringConnectionId).status = 'deleted';
        return { Return: true };
      },
    },
  };
}

/** The account's own VPC that a peering connection is to reach; nothing when it is another account's to accept. */
function acceptedVpc(peering: Peering | undefined, account: string): string | undefined {
  return peering?.accepter.account === account ? peering.accepterVpcId : undefined;
}

/** A request fails when the other VPC is not there or its addresses overlap. https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations */
function outcomeOfRequest(state: Ec2State, { requesterVpcId, accepterVpcId, accepter }: Peering): string {
  const [own, other] = [state.vpcs.get(requesterVpcId), state.vpcs.get(accepterVpcId)];
  const isThere = own && other?.account === accepter.account && other.region === accepter.region;
  if (!isThere || own.cidrs.some((cidr) => other.cidrs.some((block) => cidrsOverlap(cidr, block)))) return 'failed';
  return EC2_LIFE_CYCLE.peeringRequested.to;
}

function describe(state: Ec2State, peering: Peering): sdk.VpcPeeringConnection {
  const side = (vpcId: string, { account, region }: Peering['requester']) => ({ VpcId: vpcId, OwnerId: account, Region: region, CidrBlock: state.vpcs.get(vpcId)?.cidrs[0] });
  return {
    VpcPeeringConnectionId: peering.id,
    Status: { Code: peering.status as sdk.VpcPeeringConnectionStateReasonCode, Message: peering.status },
    RequesterVpcInfo: side(peering.requesterVpcId, peering.requester),
    AccepterVpcInfo: side(peering.accepterVpcId, peering.accepter),
    Tags: tagList(peering.tags),
  };
}

function peeringFilters(peering: Peering) {
  return {
    'vpc-peering-connection-id': [peering.id],
    'requester-vpc-info.vpc-id': [peering.requesterVpcId],
    'accepter-vpc-info.vpc-id': [peering.accepterVpcId],
    'status-code': [peering.status],
  };
}
