import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { App, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { readCloudAssembly } from '../../../../../../local/cloud/deploy/cloud-assembly';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };

/** Everything that a network of ours may consist of. */
class NetworkStack extends Stack {
  constructor(app: App, id: string, props: StackProps) {
    super(app, id, props);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
      maxAzs: 2,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
        { name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
    });
    Tags.of(vpc).add('team', 'data');
    const isolated = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const functions = new ec2.SecurityGroup(this, 'Functions', { vpc, allowAllOutbound: false, description: 'functions' });
    const databases = new ec2.SecurityGroup(this, 'Databases', { vpc, description: 'databases' });
    databases.connections.allowFrom(functions, ec2.Port.tcp(5432), 'from functions');
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3, subnets: [isolated] });
    vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, subnets: isolated });
    const acl = new ec2.NetworkAcl(this, 'Acl', { vpc, subnetSelection: isolated });
    acl.addEntry('In', { cidr: ec2.AclCidr.anyIpv4(), ruleNumber: 100, traffic: ec2.AclTraffic.allTraffic(), direction: ec2.TrafficDirection.INGRESS });
    const peer = new ec2.Vpc(this, 'Peer', { ipAddresses: ec2.IpAddresses.cidr('10.1.0.0/16'), maxAzs: 1, natGateways: 0, restrictDefaultSecurityGroup: false, subnetConfiguration: [{ name: 'only', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const peering = new ec2.CfnVPCPeeringConnection(this, 'Peering', { vpcId: vpc.vpcId, peerVpcId: peer.vpcId });
    new ec2.CfnRoute(this, 'ToPeer', { routeTableId: vpc.isolatedSubnets[0]!.routeTable.routeTableId, destinationCidrBlock: peer.vpcCidrBlock, vpcPeeringConnectionId: peering.ref });
    new ec2.CfnFlowLog(this, 'Flows', { resourceId: vpc.vpcId, resourceType: 'VPC', trafficType: 'ALL', logDestinationType: 's3', logDestination: 'arn:aws:s3:::flows' });
    new ec2.CfnVPCEndpointService(this, 'Service', { networkLoadBalancerArns: [], acceptanceRequired: false });
  }

  override get availabilityZones(): string[] {
    return ['eu-west-1a', 'eu-west-1b'];
  }
}

describe('a network as CDK describes it', () => {
  let cloud: LocalCloud;
  let client: EC2Client;
  const outdir = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));

  beforeAll(async () => {
    const app = new App({ outdir, context: { '@aws-cdk/core:validateAgainstDefaultRules': false } });
    new NetworkStack(app, 'Network', { env: place });
    app.synth();
    cloud = await LocalCloud.start();
    await cloud.deploy(readCloudAssembly(outdir));
    client = cloud.client(EC2Client, place);
  });
  afterAll(async () => {
    await cloud.stop();
    rmSync(outdir, { recursive: true });
  });

  const mainVpc = async () => (await client.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:team', Values: ['data'] }] }))).Vpcs![0]!;
  const inVpc = async () => [{ Name: 'vpc-id', Values: [(await mainVpc()).VpcId!] }];

  it('has its subnets in their zones', async () => {
    const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({ Filters: await inVpc() }));

    expect(Subnets.map(({ CidrBlock, AvailabilityZone, MapPublicIpOnLaunch }) => [CidrBlock, AvailabilityZone, MapPublicIpOnLaunch])).toEqual([
      ['10.0.0.0/24', 'eu-west-1a', true],
      ['10.0.1.0/24', 'eu-west-1b', true],
      ['10.0.2.0/24', 'eu-west-1a', false],
      ['10.0.3.0/24', 'eu-west-1b', false],
      ['10.0.4.0/24', 'eu-west-1a', false],
      ['10.0.5.0/24', 'eu-west-1b', false],
    ]);
  });

  it('routes public subnets to the internet gateway, private ones to NAT, isolated ones to S3 alone', async () => {
    const { RouteTables = [] } = await client.send(new DescribeRouteTablesCommand({ Filters: [...(await inVpc()), { Name: 'association.main', Values: ['false'] }] }));
    const targets = RouteTables.map(({ Routes = [] }) => Routes.map(({ GatewayId, NatGatewayId, VpcPeeringConnectionId }) => (GatewayId ?? NatGatewayId ?? VpcPeeringConnectionId ?? '').split('-')[0]));

    expect(targets).toEqual([['local', 'igw'], ['local', 'igw'], ['local', 'nat'], ['local', 'nat'], ['local', 'vpce', 'pcx'], ['local', 'vpce']]);
  });

  it('waits for the NAT gateway', async () => {
    const { NatGateways } = await client.send(new DescribeNatGatewaysCommand({}));

    expect(NatGateways).toMatchObject([{ State: 'available', NatGatewayAddresses: [{ PublicIp: expect.stringMatching(/^198\.18\./) as string }] }]);
  });

  it('has groups whose rules name each other', async () => {
    const { SecurityGroups = [] } = await client.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'description', Values: ['functions', 'databases'] }] }));
    const groupOf = (description: string) => SecurityGroups.find(({ Description }) => Description === description)!;

    expect(groupOf('databases').IpPermissions).toMatchObject([{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: groupOf('functions').GroupId }] }]);
    expect(groupOf('functions').IpPermissionsEgress).toMatchObject([{ FromPort: 5432, UserIdGroupPairs: [{ GroupId: groupOf('databases').GroupId }] }]);
    expect(groupOf('databases').IpPermissionsEgress).toMatchObject([{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]);
  });

  it('has endpoints of both kinds', async () => {
    const { VpcEndpoints = [] } = await client.send(new DescribeVpcEndpointsCommand({}));

    expect(VpcEndpoints.map(({ ServiceName, VpcEndpointType, NetworkInterfaceIds, PrivateDnsEnabled }) => [ServiceName, VpcEndpointType, NetworkInterfaceIds?.length, PrivateDnsEnabled])).toEqual([
      ['com.amazonaws.eu-west-1.s3', 'Gateway', 0, false],
      ['com.amazonaws.eu-west-1.secretsmanager', 'Interface', 2, true],
    ]);
  });

  it('guards the isolated subnets with its own network ACL', async () => {
    const { NetworkAcls = [] } = await client.send(new DescribeNetworkAclsCommand({ Filters: [...(await inVpc()), { Name: 'default', Values: ['false'] }] }));

    expect(NetworkAcls).toMatchObject([{ Associations: [{}, {}], Entries: expect.arrayContaining([expect.objectContaining({ RuleNumber: 100, RuleAction: 'allow', Egress: false })]) as unknown }]);
  });

  it('is peered', async () => {
    const { VpcPeeringConnections } = await client.send(new DescribeVpcPeeringConnectionsCommand({}));

    expect(VpcPeeringConnections).toMatchObject([{ Status: { Code: 'active' } }]);
  });

  it('leaves no defect', () => {
    expect(cloud.defects).toEqual([]);
  });
});
