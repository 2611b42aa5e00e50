import { reach, type FlowSource, type Reachability } from '../../../../../local/cloud/network/reachability';
import { aclEntry, change, INTERNET_ADDRESS, PUBLIC_DATABASE_ADDRESS, routeTable, rule, S3_ADDRESS, target, twoVpcs, type TestTopology } from './fixtures';

const DATABASE = ['10.0.1.10', 5432] as const;
const ENDPOINT = ['10.0.1.20', 443] as const;
const PEER = ['10.1.0.10', 5432] as const;
const INTERNET = [INTERNET_ADDRESS, 443] as const;
const S3 = [S3_ADDRESS, 443] as const;
const PUBLIC_DATABASE = [PUBLIC_DATABASE_ADDRESS, 5432] as const;

type End = readonly [address: string, port: number];
type Change = (topology: TestTopology) => void;

function fromFunction(topology: TestTopology): FlowSource {
  return { kind: 'interface', name: 'function copy', networkInterface: topology.networkInterfaces.get('eni-function')! };
}

const outside: FlowSource = { kind: 'internet', name: 'function report', address: '198.18.0.50' };

function reached(end: End, source: (topology: TestTopology) => FlowSource = fromFunction, ...changes: readonly Change[]): Reachability {
  const topology = twoVpcs();
  for (const apply of changes) apply(topology);
  const [address, port] = end;
  return reach(topology, { source: source(topology), address, port });
}

describe('reachability from a function in a VPC', () => {
  test.each<[string, End, Partial<Extract<Reachability, { reachable: true }>['way']>]>([
    ['a database whose group lets the function in', DATABASE, { vpcEndpointId: undefined }],
    ['an interface endpoint', ENDPOINT, { vpcEndpointId: 'vpce-secrets' }],
    ['a database in a peered VPC', PEER, { vpcEndpointId: undefined }],
    ['the internet through a NAT gateway', INTERNET, { networkInterface: undefined, vpcEndpointId: undefined }],
    ['S3 through a gateway endpoint, whose block is more specific than the default route', S3, { vpcEndpointId: 'vpce-s3' }],
    ['a public address of a database, through NAT and internet gateway', PUBLIC_DATABASE, { vpcEndpointId: undefined }],
  ])('reaches %s', (_what, end, way) => {
    expect(reached(end)).toMatchObject({ reachable: true, way });
  });

  const withGroup = (id: string, direction: 'ingress' | 'egress', ...rules: ReturnType<typeof rule>[]): Change => (topology) => change(topology.securityGroups, id, { [direction]: rules });

  test.each<[string, End, Change, string]>([
    ['no egress at all', DATABASE, withGroup('sg-functions', 'egress'), 'security group sg-functions (functions) of function copy has no egress to tcp 10.0.1.10:5432 (database)'],
    ['egress to another port', DATABASE, withGroup('sg-functions', 'egress', rule('tcp', { cidr: '0.0.0.0/0' }, 443)), 'has no egress'],
    ['egress to another block', DATABASE, withGroup('sg-functions', 'egress', rule('-1', { cidr: '10.0.2.0/24' })), 'has no egress'],
    ['egress for UDP alone', DATABASE, withGroup('sg-functions', 'egress', rule('udp', { cidr: '0.0.0.0/0' }, 5432)), 'has no egress'],
    ['egress to a group that the database is not in', DATABASE, withGroup('sg-functions', 'egress', rule('tcp', { groupId: 'sg-endpoints' }, 5432)), 'has no egress'],
    ['egress to a prefix list that the address is not in', INTERNET, withGroup('sg-functions', 'egress', rule('tcp', { prefixListId: 'pl-s3' }, 443)), 'has no egress'],
    ['no ingress at all', DATABASE, withGroup('sg-databases', 'ingress'), 'security group sg-databases (databases) of database has no ingress for tcp 5432 from 10.0.0.10 (security group sg-functions (functions))'],
    ['ingress from a group that the function is not in', DATABASE, withGroup('sg-databases', 'ingress', rule('tcp', { groupId: 'sg-endpoints' }, 5432)), 'has no ingress'],
    ['ingress from another block', DATABASE, withGroup('sg-databases', 'ingress', rule('tcp', { cidr: '10.0.9.0/24' }, 5432)), 'has no ingress'],
    ['an endpoint whose group lets nobody in', ENDPOINT, withGroup('sg-endpoints', 'ingress'), 'of endpoint has no ingress'],
    ['a peer whose group names a group of another region', PEER, (topology) => {
      change(topology.vpcs, 'vpc-b', { region: 'us-east-1' });
      change(topology.securityGroups, 'sg-peer', { ingress: [rule('-1', { groupId: 'sg-functions' })] });
    }, 'sg-peer'],
    ['a network ACL that lets nothing out', DATABASE, (topology) => change(topology.networkAcls, 'acl-a', { entries: [aclEntry(100, false, true)] }), 'network ACL acl-a of subnet-functions'],
    ['a network ACL that lets no answers in', DATABASE, (topology) => change(topology.networkAcls, 'acl-a', { entries: [aclEntry(100, true, true), aclEntry(100, false, true, { protocol: '6', ports: { from: 443, to: 443 } })] }), 'its answers in'],
    ['a network ACL whose first fitting entry denies', DATABASE, (topology) => change(topology.networkAcls, 'acl-a', { entries: [aclEntry(90, true, false, { cidr: '10.0.1.0/24' }), aclEntry(100, true, true), aclEntry(100, false, true)] }), 'network ACL acl-a'],
    ['a network ACL of its own on the other subnet', DATABASE, (topology) => topology.networkAcls.set('acl-own', { id: 'acl-own', vpcId: 'vpc-a', isDefault: false, subnetIds: new Set(['subnet-databases']), entries: [] }), 'network ACL acl-own of subnet-databases'],
    ['no route', INTERNET, (topology) => topology.routeTables.set('rtb-private', routeTable('rtb-private', 'vpc-a', ['subnet-functions'], {})), 'subnet-functions of function copy has no route to 198.18.0.9'],
    ['a main route table without a route', INTERNET, (topology) => topology.routeTables.set('rtb-private', { ...routeTable('rtb-private', 'vpc-a', [], {}), isMain: true }), 'has no route'],
    ['a route to the internet gateway without a public address', INTERNET, (topology) => topology.routeTables.set('rtb-private', routeTable('rtb-private', 'vpc-a', ['subnet-functions'], { '0.0.0.0/0': target('internet-gateway', 'igw-1') })), 'function copy has no public address'],
    ['a NAT gateway that is not there yet', INTERNET, (topology) => change(topology.natGateways, 'nat-1', { state: 'pending' }), 'the NAT gateway nat-1 is pending'],
    ['a NAT gateway in a subnet without a way out', INTERNET, (topology) => topology.routeTables.set('rtb-public', routeTable('rtb-public', 'vpc-a', ['subnet-public'], {})), 'subnet-public of the NAT gateway nat-1 has no route'],
    ['an internet gateway that is not attached', INTERNET, (topology) => change(topology.internetGateways, 'igw-1', { vpcId: undefined }), 'igw-1 is not attached to vpc-a'],
    ['a network ACL around the NAT gateway', INTERNET, (topology) => topology.networkAcls.set('acl-own', { id: 'acl-own', vpcId: 'vpc-a', isDefault: false, subnetIds: new Set(['subnet-public']), entries: [] }), "network ACL acl-own of the NAT gateway's subnet-public"],
    ['a gateway endpoint that is being deleted', S3, (topology) => change(topology.vpcEndpoints, 'vpce-s3', { state: 'deleting' }), 'the gateway endpoint vpce-s3 is deleting'],
    ['a peering connection that nobody accepted', PEER, (topology) => change(topology.peerings, 'pcx-1', { status: 'pending-acceptance' }), 'is pending-acceptance'],
    ['a peer without a route back', PEER, (topology) => topology.routeTables.set('rtb-peer', routeTable('rtb-peer', 'vpc-b', ['subnet-peer'], {})), 'subnet-peer has no route through pcx-1 back'],
    ['an address that nothing has', ['10.0.1.99', 5432], () => undefined, 'nothing has the address 10.0.1.99'],
  ])('is stopped by %s', (_what, end, breaking, explanation) => {
    const result = reached(end, fromFunction, breaking);

    expect(result).toMatchObject({ reachable: false, obstacle: { explanation: expect.stringContaining(explanation) as string } });
  });

  test.each<[string, End, Change]>([
    ['a group rule that names a prefix list', S3, withGroup('sg-functions', 'egress', rule('tcp', { prefixListId: 'pl-s3' }, 443))],
    ['a group rule that names the group of the other end', DATABASE, withGroup('sg-functions', 'egress', rule('tcp', { groupId: 'sg-databases' }, 5432))],
    ['a network ACL within one subnet, which it does not guard', ['10.0.0.20', 5432], (topology) => {
      change(topology.networkAcls, 'acl-a', { entries: [] });
      change(topology.networkInterfaces, 'eni-database', { subnetId: 'subnet-functions', address: '10.0.0.20' });
    }],
  ])('is let through by %s', (_what, end, enabling) => {
    expect(reached(end, fromFunction, enabling).reachable).toBe(true);
  });
});

describe('reachability from outside every VPC', () => {
  it('reaches the internet', () => {
    expect(reached(INTERNET, () => outside).reachable).toBe(true);
  });

  it('reaches a public database', () => {
    expect(reached(PUBLIC_DATABASE, () => outside).reachable).toBe(true);
  });

  test.each<[string, End, Change, string]>([
    ['a private address', DATABASE, () => undefined, 'function report is outside every VPC and cannot reach the private address 10.0.1.10'],
    ['the group of a public database', PUBLIC_DATABASE, (topology) => change(topology.securityGroups, 'sg-public', { ingress: [rule('tcp', { cidr: '10.0.0.0/8' }, 5432)] }), 'has no ingress for tcp 5432 from 198.18.0.50'],
    ['a public address in a subnet without an internet gateway', PUBLIC_DATABASE, (topology) => topology.routeTables.set('rtb-public', routeTable('rtb-public', 'vpc-a', ['subnet-public'], {})), 'has no route to an internet gateway'],
    ['a network ACL of a public subnet', PUBLIC_DATABASE, (topology) => change(topology.networkAcls, 'acl-a', { entries: [] }), 'network ACL acl-a'],
  ])('is stopped by %s', (_what, end, breaking, explanation) => {
    expect(reached(end, () => outside, breaking)).toMatchObject({ reachable: false, obstacle: { explanation: expect.stringContaining(explanation) as string } });
  });
});
