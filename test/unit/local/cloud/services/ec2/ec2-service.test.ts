import {
  AcceptVpcPeeringConnectionCommand,
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteNatGatewayCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { actAs, allow } from '../../../../../support/role-session';

const place = { account: '111111111111', region: 'eu-west-1' };
const HTTPS = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }];

describe('EC2', () => {
  let cloud: LocalCloud;
  let ec2: EC2Client;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    ec2 = cloud.client(EC2Client, place);
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const createVpc = async (CidrBlock = '10.0.0.0/16') => (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc!.VpcId!;
  const createSubnet = async (VpcId: string, CidrBlock = '10.0.0.0/24') => (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).Subnet!.SubnetId!;
  const createGroup = async (VpcId: string, GroupName = 'group') => (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId!;

  test.each([
    ['a block with bits beyond its prefix', '10.0.0.1/16', 'InvalidParameterValue'],
    ['a block that is too large', '10.0.0.0/8', 'InvalidVpc.Range'],
    ['a block that is too small', '10.0.0.0/29', 'InvalidVpc.Range'],
  ])('refuses a VPC of %s', async (_what, CidrBlock, name) => {
    await expect(createVpc(CidrBlock)).rejects.toMatchObject({ name });
  });

  it('refuses subnets that overlap or lie outside', async () => {
    const vpc = await createVpc();
    await createSubnet(vpc, '10.0.0.0/24');

    await expect(createSubnet(vpc, '10.0.0.128/25')).rejects.toMatchObject({ name: 'InvalidSubnet.Conflict' });
    await expect(createSubnet(vpc, '10.1.0.0/24')).rejects.toMatchObject({ name: 'InvalidSubnet.Range' });
  });

  it('keeps regions and accounts apart', async () => {
    const vpc = await createVpc();
    const elsewhere = cloud.client(EC2Client, { ...place, region: 'us-east-1' });

    expect((await elsewhere.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    expect((await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpc] }))).Vpcs).toHaveLength(1);
  });

  it('refuses a rule twice, and to take back one that is not there', async () => {
    const GroupId = await createGroup(await createVpc());
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: HTTPS }));

    await expect(ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: ['sgr-0123456789abcdef0'] }))).rejects.toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
    await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: HTTPS }))).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: HTTPS }));
    await expect(ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: HTTPS }))).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
  });

  it('deletes nothing that others depend on', async () => {
    const vpc = await createVpc();
    const subnet = await createSubnet(vpc);
    const group = await createGroup(vpc);
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet, Groups: [group] }));

    await expect(ec2.send(new DeleteVpcCommand({ VpcId: vpc }))).rejects.toMatchObject({ name: 'DependencyViolation' });
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }))).rejects.toMatchObject({ name: 'DependencyViolation' });
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))).rejects.toMatchObject({ name: 'DependencyViolation' });
  });

  it('gives interfaces the addresses after those that AWS keeps', async () => {
    const SubnetId = await createSubnet(await createVpc(), '10.0.0.0/28');
    const create = async () => (await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }))).NetworkInterface!.PrivateIpAddress;

    const addresses = [];
    for (let count = 0; count < 11; count += 1) addresses.push(await create());

    expect([addresses[0], addresses.at(-1)]).toEqual(['10.0.0.4', '10.0.0.14']);
    await expect(create()).rejects.toMatchObject({ name: 'InsufficientFreeAddressesInSubnet' });
  });

  it('takes minutes to make and to delete a NAT gateway', async () => {
    const SubnetId = await createSubnet(await createVpc());
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
    const state = async () => (await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGateway!.NatGatewayId!] }))).NatGateways![0]!.State;

    expect(await state()).toBe('pending');
    await cloud.clock.pass(120_000);
    expect(await state()).toBe('available');
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway!.NatGatewayId }));
    expect(await state()).toBe('deleting');
    await cloud.clock.pass(120_000);
    expect(await state()).toBe('deleted');
  });

  it('takes a minute to make an interface endpoint, and needs DNS host names for private names', async () => {
    const VpcId = await createVpc();
    const SubnetIds = [await createSubnet(VpcId)];
    const create = (PrivateDnsEnabled: boolean) =>
      ec2.send(new CreateVpcEndpointCommand({ VpcId, SubnetIds, VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.eu-west-1.kms', PrivateDnsEnabled }));
    await expect(create(true)).rejects.toMatchObject({ name: 'InvalidParameter' });

    const { VpcEndpoint } = await create(false);
    const state = async () => (await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpoint!.VpcEndpointId!] }))).VpcEndpoints![0]!.State;

    expect(await state()).toBe('pending');
    await cloud.clock.pass(90_000);
    expect(await state()).toBe('available');
  });

  it('has gateway endpoints for S3 and DynamoDB alone, and puts them into route tables', async () => {
    const VpcId = await createVpc();
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const create = (service: string) => ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${service}`, RouteTableIds: [RouteTable!.RouteTableId!] }));

    await expect(create('eu-west-1.kms')).rejects.toMatchObject({ name: 'InvalidParameter' });
    await expect(create('us-east-1.s3')).rejects.toMatchObject({ name: 'InvalidServiceName' });
    await create('eu-west-1.s3');

    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTable!.RouteTableId!] }));
    expect(RouteTables![0]!.Routes).toMatchObject([{ GatewayId: 'local' }, { DestinationPrefixListId: expect.stringMatching(/^pl-/) as string, GatewayId: expect.stringMatching(/^vpce-/) as string }]);
  });

  it('peers VPCs of two accounts when the other accepts', async () => {
    const own = await createVpc('10.0.0.0/16');
    const theirs = cloud.client(EC2Client, { account: '222222222222', region: 'us-east-1' });
    const { Vpc } = await theirs.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId: own, PeerVpcId: Vpc!.VpcId, PeerOwnerId: '222222222222', PeerRegion: 'us-east-1' }));
    const VpcPeeringConnectionId = VpcPeeringConnection!.VpcPeeringConnectionId!;
    const status = async () => (await ec2.send(new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [VpcPeeringConnectionId] }))).VpcPeeringConnections![0]!.Status!.Code;
    await cloud.clock.pass(5_000);
    expect(await status()).toBe('pending-acceptance');

    await expect(ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await theirs.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    await cloud.clock.pass(5_000);

    expect(await status()).toBe('active');
  });

  it('asks for the permission to tag what is created', async () => {
    const creator = (await actAs(cloud, place.account, 'creator', [allow('ec2:CreateVpc')])).client(EC2Client, place.region);
    const tagged = { CidrBlock: '10.0.0.0/16', TagSpecifications: [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'team', Value: 'data' }] }] };

    await expect(creator.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).resolves.toBeDefined();
    await expect(creator.send(new CreateVpcCommand(tagged))).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  it('confines permissions by the tags of a resource', async () => {
    const [open, closed] = [await createVpc(), await createVpc()];
    await ec2.send(new CreateTagsCommand({ Resources: [open], Tags: [{ Key: 'open', Value: 'yes' }] }));
    const statement = allow('ec2:DeleteVpc', '*', { Condition: { StringEquals: { 'aws:ResourceTag/open': 'yes' } } });
    const cleaner = (await actAs(cloud, place.account, 'cleaner', [statement])).client(EC2Client, place.region);

    await expect(cleaner.send(new DeleteVpcCommand({ VpcId: closed }))).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await expect(cleaner.send(new DeleteVpcCommand({ VpcId: open }))).resolves.toBeDefined();
  });
});
