import type * as sdk from '@aws-sdk/client-ec2';
import type { CloudClock } from '../../gateway/clock';
import type { Call, Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { endpointDnsName } from '../../network/endpoint-names';
import { privateNamesOf } from '../../network/endpoint-private-names';
import { tagsFor, type Ec2Access } from './ec2-access';
import { ec2Error, existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { RouteTable, Vpc, VpcEndpoint } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';
import { EC2_LIFE_CYCLE } from './life-cycle';

/** Services with gateway endpoints. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const GATEWAY_SERVICES = ['s3', 'dynamodb'];
/** The policy of an endpoint that was given none. */
const FULL_ACCESS = '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';

/** VPC endpoints: through route tables for S3 and DynamoDB, through interfaces for everything. */
export function endpointOperations(state: Ec2State, access: Ec2Access, clock: CloudClock): Operations<typeof sdk> {
  const endpointOf = (id: string | undefined): VpcEndpoint => existing(state.vpcEndpoints, 'vpc-endpoint', id);

  return {
    CreateVpcEndpoint: {
      access: ({ VpcId, RouteTableIds = [], SubnetIds = [], SecurityGroupIds = [], ServiceName = '', TagSpecifications }, call) => [
        ...access.creating(call, 'CreateVpcEndpoint', 'vpc-endpoint', TagSpecifications).map((each) => ({ ...each, context: { ...each.context, 'ec2:VpceServiceName': ServiceName } })),
        ...access.on(call, 'vpc', VpcId),
        ...access.on(call, 'route-table', ...RouteTableIds),
        ...access.on(call, 'subnet', ...SubnetIds),
        ...access.on(call, 'security-group', ...SecurityGroupIds),
      ],
      run: (input) => {
        const vpc = existing(state.vpcs, 'vpc', input.VpcId);
        checkService(state, input.ServiceName ?? '', vpc.region);
        const endpoint = input.VpcEndpointType === 'Interface' ? newInterfaceEndpoint(state, vpc, input, clock) : newGatewayEndpoint(state, vpc, input, clock);
        state.vpcEndpoints.set(endpoint.id, endpoint);
        return { VpcEndpoint: describeEndpoint(state, endpoint) };
      },
    },
    DescribeVpcEndpoints: {
      access: access.describe,
      run: ({ VpcEndpointIds, Filters }, call) => {
        for (const id of VpcEndpointIds ?? []) endpointOf(id);
        const found = state.in(state.vpcEndpoints, call).filter((each) => isAsked(VpcEndpointIds, each.id) && passesFilters(Filters, each, endpointFilters(each)));
        return { VpcEndpoints: found.map((each) => describeEndpoint(state, each)) };
      },
    },
    ModifyVpcEndpoint: {
      access: ({ VpcEndpointId, AddRouteTableIds = [], RemoveRouteTableIds = [], AddSecurityGroupIds = [], RemoveSecurityGroupIds = [] }, call) => [
        ...access.on(call, 'vpc-endpoint', VpcEndpointId),
        ...access.on(call, 'route-table', ...AddRouteTableIds, ...RemoveRouteTableIds),
        ...access.on(call, 'security-group', ...AddSecurityGroupIds, ...RemoveSecurityGroupIds),
      ],
      run: (input) => {
        const endpoint = endpointOf(input.VpcEndpointId);
        endpoint.policyDocument = input.ResetPolicy ? FULL_ACCESS : (input.PolicyDocument ?? endpoint.policyDocument);
        endpoint.privateDnsEnabled = input.PrivateDnsEnabled ?? endpoint.privateDnsEnabled;
        for (const id of input.RemoveRouteTableIds ?? []) removeRoutes(endpoint, existing(state.routeTables, 'route-table', id));
        for (const id of input.AddRouteTableIds ?? []) addRoutes(state, endpoint, existing(state.routeTables, 'route-table', id));
        const removed = new Set(input.RemoveSecurityGroupIds ?? []);
        state.checkGroups(endpoint.vpcId, input.AddSecurityGroupIds ?? []);
        endpoint.securityGroupIds = [...endpoint.securityGroupIds.filter((id) => !removed.has(id)), ...(input.AddSecurityGroupIds ?? [])];
        for (const id of endpoint.networkInterfaceIds) existing(state.networkInterfaces, 'network-interface', id).securityGroupIds = endpoint.securityGroupIds;
        return { Return: true };
      },
    },
    DeleteVpcEndpoints: {
      access: ({ VpcEndpointIds = [] }, call) => access.on(call, 'vpc-endpoint', ...VpcEndpointIds),
      run: ({ VpcEndpointIds = [] }) => {
        for (const id of VpcEndpointIds) {
          const endpoint = endpointOf(id);
          for (const tableId of [...endpoint.routeTableIds]) removeRoutes(endpoint, existing(state.routeTables, 'route-table', tableId));
          for (const interfaceId of endpoint.networkInterfaceIds) state.networkInterfaces.delete(interfaceId);
          state.vpcEndpoints.delete(endpoint.id);
        }
        return { Unsuccessful: [] };
      },
    },
    DescribeVpcEndpointServices: {
      access: access.describe,
      run: ({ ServiceNames = [] }, call) => ({ ServiceNames, ServiceDetails: ServiceNames.map((name) => describeService(state, name, call)) }),
    },
  };
}

function newGatewayEndpoint(state: Ec2State, vpc: Vpc, input: sdk.CreateVpcEndpointCommandInput, clock: CloudClock): VpcEndpoint {
  const { service } = serviceOf(input.ServiceName ?? '');
  if (!GATEWAY_SERVICES.includes(service)) throw ec2Error('InvalidParameter', `Endpoint type (Gateway) does not match available service types ([Interface]) for ${input.ServiceName ?? ''}`);
  const endpoint = newEndpoint(vpc, input, 'gateway', 'available', clock.now());
  for (const id of input.RouteTableIds ?? []) addRoutes(state, endpoint, existing(state.routeTables, 'route-table', id));
  return endpoint;
}

function newInterfaceEndpoint(state: Ec2State, vpc: Vpc, input: sdk.CreateVpcEndpointCommandInput, clock: CloudClock): VpcEndpoint {
  const { delayMs, from, to } = EC2_LIFE_CYCLE.interfaceEndpointCreated;
  const endpoint = newEndpoint(vpc, input, 'interface', from, clock.now());
  if (endpoint.privateDnsEnabled) checkPrivateDns(state, vpc, endpoint);
  const defaultGroup = [...state.securityGroups.values()].find(({ vpcId, name }) => vpcId === vpc.id && name === 'default');
  endpoint.securityGroupIds = input.SecurityGroupIds?.length ? [...input.SecurityGroupIds] : defaultGroup ? [defaultGroup.id] : [];
  for (const subnetId of input.SubnetIds ?? []) {
    const description = `VPC Endpoint Interface ${endpoint.id}`;
    const own = state.addInterface({ subnetId, securityGroupIds: endpoint.securityGroupIds, description, interfaceType: 'vpc_endpoint', requester: 'amazon-aws' });
    endpoint.subnetIds.push(subnetId);
    endpoint.networkInterfaceIds.push(own.id);
  }
  clock.after(delayMs, () => (endpoint.state = to));
  return endpoint;
}

function newEndpoint(vpc: Vpc, input: sdk.CreateVpcEndpointCommandInput, kind: VpcEndpoint['kind'], initialState: string, createdAt: Date): VpcEndpoint {
  return {
    type: 'vpc-endpoint',
    id: newId('vpce'),
    account: vpc.account,
    region: vpc.region,
    vpcId: vpc.id,
    kind,
    serviceName: input.ServiceName ?? '',
    state: initialState,
    routeTableIds: new Set(),
    networkInterfaceIds: [],
    subnetIds: [],
    securityGroupIds: [],
    privateDnsEnabled: kind === 'interface' && (input.PrivateDnsEnabled ?? true),
    policyDocument: input.PolicyDocument ?? FULL_ACCESS,
    createdAt,
    tags: tagsFor('vpc-endpoint', input.TagSpecifications),
  };
}

function checkService(state: Ec2State, serviceName: string, region: string): void {
  const own = [...state.endpointServices.values()].some((service) => service.serviceName === serviceName);
  if (!own && serviceOf(serviceName).region !== region) throw ec2Error('InvalidServiceName', `The Vpc Endpoint Service '${serviceName}' does not exist`);
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html */
function checkPrivateDns(state: Ec2State, vpc: Vpc, { serviceName }: VpcEndpoint): void {
  if (!vpc.enableDnsHostnames || !vpc.enableDnsSupport) {
    throw ec2Error('InvalidParameter', 'Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true');
  }
  const other = [...state.vpcEndpoints.values()].find((each) => each.vpcId === vpc.id && each.serviceName === serviceName && each.privateDnsEnabled);
  if (other) throw ec2Error('InvalidParameter', `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${serviceName} in the VPC ${vpc.id}`);
}

function addRoutes(state: Ec2State, endpoint: VpcEndpoint, table: RouteTable): void {
  const list = state.prefixListsIn(endpoint.region).find(({ name }) => name === endpoint.serviceName);
  if (!list || endpoint.routeTableIds.has(table.id)) return;
  endpoint.routeTableIds.add(table.id);
  table.routes.push({ destination: { prefixListId: list.id }, target: { kind: 'vpc-endpoint', id: endpoint.id } });
}

function removeRoutes(endpoint: VpcEndpoint, table: RouteTable): void {
  endpoint.routeTableIds.delete(table.id);
  table.routes = table.routes.filter(({ target }) => target.id !== endpoint.id);
}

function serviceOf(serviceName: string): { readonly region: string; readonly service: string } {
  const [, region = '', service = ''] = /^com\.amazonaws\.([a-z0-9-]+)\.(.+)$/.exec(serviceName) ?? [];
  return { region, service };
}

function describeEndpoint(state: Ec2State, endpoint: VpcEndpoint): sdk.VpcEndpoint {
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: endpoint.kind === 'gateway' ? 'Gateway' : 'Interface',
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    State: endpoint.state as sdk.State,
    PolicyDocument: endpoint.policyDocument,
    RouteTableIds: [...endpoint.routeTableIds],
    SubnetIds: endpoint.subnetIds,
    Groups: endpoint.securityGroupIds.map((GroupId) => ({ GroupId, GroupName: state.securityGroups.get(GroupId)?.name })),
    PrivateDnsEnabled: endpoint.privateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: endpoint.networkInterfaceIds,
    DnsEntries: dnsEntries(endpoint),
    CreationTimestamp: endpoint.createdAt,
    OwnerId: endpoint.account,
    Tags: tagList(endpoint.tags),
  };
}

/** The names of an interface endpoint, those of its own first. */
export function dnsEntries(endpoint: VpcEndpoint): { readonly DnsName: string; readonly HostedZoneId: string }[] {
  if (endpoint.kind === 'gateway') return [];
  const names = [endpointDnsName(endpoint), ...(endpoint.privateDnsEnabled ? privateNamesOf(endpoint.serviceName) : [])];
  return names.map((DnsName) => ({ DnsName, HostedZoneId: `Z${endpoint.id.slice(-13).toUpperCase()}` }));
}

function endpointFilters(endpoint: VpcEndpoint) {
  return {
    'vpc-endpoint-id': [endpoint.id],
    'vpc-id': [endpoint.vpcId],
    'service-name': [endpoint.serviceName],
    'vpc-endpoint-state': [endpoint.state],
    'vpc-endpoint-type': [endpoint.kind === 'gateway' ? 'Gateway' : 'Interface'],
  };
}

function describeService(state: Ec2State, name: string, call: Call): sdk.ServiceDetail {
  checkService(state, name, call.region);
  const own = [...state.endpointServices.values()].find(({ serviceName }) => serviceName === name);
  const types = GATEWAY_SERVICES.includes(serviceOf(name).service) ? (['Gateway', 'Interface'] as const) : (['Interface'] as const);
  return {
    ServiceName: name,
    ServiceType: types.map((ServiceType) => ({ ServiceType })),
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => call.region + zone),
    Owner: own?.account ?? 'amazon',
    AcceptanceRequired: own?.acceptanceRequired ?? false,
    VpcEndpointPolicySupported: own === undefined,
    BaseEndpointDnsNames: [`${name.split('.').slice(3).join('.')}.${call.region}.vpce.amazonaws.com`],
  };
}
