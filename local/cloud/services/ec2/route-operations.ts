import type * as sdk from '@aws-sdk/client-ec2';
import { isCanonicalCidr } from '../../network/cidr';
import type { Route, RouteTarget } from '../../network/topology';
import type { Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { RouteTable, Vpc } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';

/** Route tables, their routes, and which subnets use them. */
export function routeOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const tableOf = (id: string | undefined): RouteTable => existing(state.routeTables, 'route-table', id);
  const onTable = ({ RouteTableId }: { readonly RouteTableId?: string | undefined }, call: Parameters<Ec2Access['on']>[0]) => access.on(call, 'route-table', RouteTableId);

  return {
    CreateRouteTable: {
      access: ({ VpcId, TagSpecifications }, call) => [...access.creating(call, 'CreateRouteTable', 'route-table', TagSpecifications), ...access.on(call, 'vpc', VpcId)],
      run: ({ VpcId, TagSpecifications }) => {
        const vpc = existing(state.vpcs, 'vpc', VpcId);
        const table: RouteTable = {
          type: 'route-table',
          id: newId('rtb'),
          account: vpc.account,
          region: vpc.region,
          vpcId: vpc.id,
          isMain: false,
          subnetIds: new Set(),
          routes: [],
          associations: new Map(),
          tags: tagsFor('route-table', TagSpecifications),
        };
        state.routeTables.set(table.id, table);
        return { RouteTable: describeTable(table, vpc) };
      },
    },
    DescribeRouteTables: {
      access: access.describe,
      run: ({ RouteTableIds, Filters }, call) => {
        for (const id of RouteTableIds ?? []) tableOf(id);
        const found = state.in(state.routeTables, call).filter((table) => isAsked(RouteTableIds, table.id) && passesFilters(Filters, table, tableFilters(table)));
        return { RouteTables: found.map((table) => describeTable(table, state.vpcs.get(table.vpcId))) };
      },
    },
    DeleteRouteTable: {
      access: onTable,
      run: ({ RouteTableId }) => {
        const table = tableOf(RouteTableId);
        if (table.isMain || table.subnetIds.size > 0) throw ec2Error('DependencyViolation', `The routeTable '${table.id}' has dependencies and cannot be deleted.`);
        state.routeTables.delete(table.id);
        return {};
      },
    },
    AssociateRouteTable: {
      access: ({ RouteTableId, SubnetId }, call) => [...access.on(call, 'route-table', RouteTableId), ...access.on(call, 'subnet', SubnetId)],
      run: ({ RouteTableId, SubnetId }) => {
        const table = tableOf(RouteTableId);
        const subnet = existing(state.subnets, 'subnet', SubnetId);
        const other = [...state.routeTables.values()].find(({ subnetIds }) => subnetIds.has(subnet.id));
        if (other) throw ec2Error('Resource.AlreadyAssociated', `the specified association for route table ${table.id} conflicts with an existing association`);
        const AssociationId = newId('rtbassoc');
        table.subnetIds.add(subnet.id);
        table.associations.set(subnet.id, AssociationId);
        return { AssociationId, AssociationState: { State: 'associated' } };
      },
    },
    DisassociateRouteTable: {
      access: ({ AssociationId }, call) => access.on(call, 'route-table', tableWith(state, AssociationId)?.id),
      run: ({ AssociationId = '' }) => {
        const table = tableWith(state, AssociationId);
        if (!table) throw ec2Error('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`);
        const [subnetId = ''] = [...table.associations].find(([, id]) => id === AssociationId) ?? [];
        table.subnetIds.delete(subnetId);
        table.associations.delete(subnetId);
        return {};
      },
    },
    CreateRoute: {
      access: onTable,
      run: (input) => {
        const table = tableOf(input.RouteTableId);
        const route: Route = { destination: destinationOf(input), target: targetOf(input) };
        if (table.routes.some((known) => isSame(known, route))) {
          throw ec2Error('RouteAlreadyExists', `The route identified by ${JSON.stringify(Object.values(route.destination)[0])} already exists.`);
        }
        checkTarget(state, route.target);
        table.routes.push(route);
        return { Return: true };
      },
    },
    ReplaceRoute: {
      access: onTable,
      run: (input) => {
        const table = tableOf(input.RouteTableId);
        const route: Route = { destination: destinationOf(input), target: targetOf(input) };
        const at = indexOf(table, route);
        checkTarget(state, route.target);
        table.routes[at] = route;
        return {};
      },
    },
    DeleteRoute: {
      access: onTable,
      run: (input) => {
        const table = tableOf(input.RouteTableId);
        table.routes.splice(indexOf(table, { destination: destinationOf(input) }), 1);
        return {};
      },
    },
  };
}

interface RouteRequest {
  readonly DestinationCidrBlock?: string | undefined;
  readonly DestinationPrefixListId?: string | undefined;
  readonly GatewayId?: string | undefined;
  readonly NatGatewayId?: string | undefined;
  readonly VpcPeeringConnectionId?: string | undefined;
  readonly VpcEndpointId?: string | undefined;
  readonly TransitGatewayId?: string | undefined;
  readonly NetworkInterfaceId?: string | undefined;
}

function destinationOf({ DestinationCidrBlock, DestinationPrefixListId }: RouteRequest): Route['destination'] {
  if (DestinationPrefixListId !== undefined) return { prefixListId: DestinationPrefixListId };
  if (DestinationCidrBlock === undefined || !isCanonicalCidr(DestinationCidrBlock)) {
    throw ec2Error('InvalidParameterValue', `Value (${DestinationCidrBlock ?? ''}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`);
  }
  return { cidr: DestinationCidrBlock };
}

function targetOf(request: RouteRequest): RouteTarget {
  const { GatewayId, NatGatewayId, VpcPeeringConnectionId, VpcEndpointId, TransitGatewayId, NetworkInterfaceId } = request;
  if (GatewayId?.startsWith('igw-')) return { kind: 'internet-gateway', id: GatewayId };
  if (NatGatewayId) return { kind: 'nat-gateway', id: NatGatewayId };
  if (VpcPeeringConnectionId) return { kind: 'peering', id: VpcPeeringConnectionId };
  const endpoint = VpcEndpointId ?? (GatewayId?.startsWith('vpce-') ? GatewayId : undefined);
  if (endpoint) return { kind: 'vpc-endpoint', id: endpoint };
  const other = GatewayId ?? TransitGatewayId ?? NetworkInterfaceId;
  if (!other) throw ec2Error('MissingParameter', 'The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId');
  return { kind: 'other', id: other };
}

function checkTarget(state: Ec2State, { kind, id }: RouteTarget): void {
  if (kind === 'internet-gateway') existing(state.internetGateways, 'internet-gateway', id);
  if (kind === 'nat-gateway') existing(state.natGateways, 'natgateway', id);
  if (kind === 'peering') existing(state.peerings, 'vpc-peering-connection', id);
}

function isSame(one: Pick<Route, 'destination'>, other: Pick<Route, 'destination'>): boolean {
  return JSON.stringify(one.destination) === JSON.stringify(other.destination);
}

function indexOf(table: RouteTable, route: Pick<Route, 'destination'>): number {
  const at = table.routes.findIndex((known) => isSame(known, route));
  if (at < 0) throw ec2Error('InvalidRoute.NotFound', `no route with destination ${JSON.stringify(Object.values(route.destination)[0])} in route table ${table.id}`);
  return at;
}

function tableWith(state: Ec2State, associationId: string | undefined): RouteTable | undefined {
  return [...state.routeTables.values()].find(({ associations }) => [...associations.values()].some((id) => id === associationId));
}

function describeTable(table: RouteTable, vpc: Vpc | undefined): sdk.RouteTable {
  const main = table.isMain ? [{ RouteTableAssociationId: `rtbassoc-${table.id.slice(4)}`, RouteTableId: table.id, Main: true, AssociationState: { State: 'associated' as const } }] : [];
  const local = (vpc?.cidrs ?? []).map((cidr) => ({ DestinationCidrBlock: cidr, GatewayId: 'local', Origin: 'CreateRouteTable' as const, State: 'active' as const }));
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: table.account,
    Routes: [...local, ...table.routes.map(describeRoute)],
    Associations: [
      ...main,
      ...[...table.associations].map(([SubnetId, id]) => ({ RouteTableAssociationId: id, RouteTableId: table.id, SubnetId, Main: false, AssociationState: { State: 'associated' as const } })),
    ],
    PropagatingVgws: [],
    Tags: tagList(table.tags),
  };
}

function describeRoute({ destination, target }: Route): sdk.Route {
  const member = ({ 'internet-gateway': 'GatewayId', 'nat-gateway': 'NatGatewayId', peering: 'VpcPeeringConnectionId', 'vpc-endpoint': 'GatewayId', other: 'GatewayId' } as const)[target.kind];
  return {
    ...('cidr' in destination ? { DestinationCidrBlock: destination.cidr } : { DestinationPrefixListId: destination.prefixListId }),
    [member]: target.id,
    Origin: 'CreateRoute',
    State: 'active',
  };
}

function tableFilters(table: RouteTable) {
  return {
    'route-table-id': [table.id],
    'vpc-id': [table.vpcId],
    'association.main': [table.isMain],
    'association.subnet-id': [...table.subnetIds],
    'owner-id': [table.account],
  };
}
