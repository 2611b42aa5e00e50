import { CreateNetworkInterfaceCommand, CreateSecurityGroupCommand, AuthorizeSecurityGroupIngressCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DeleteDBInstanceCommand, ModifyDBClusterCommand } from '@aws-sdk/client-rds';
import type { NetworkSource } from '../../../../../../local/cloud/network/network-source';
import { clusterArn, DatabaseCloud, instanceArn, ORDERS } from './rds-fixture';

describe('the endpoints of a cluster on the network', () => {
  let database: DatabaseCloud;
  let clients: string;
  let databases: string;
  let source: NetworkSource;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
    const ec2 = database.cloud.client(EC2Client, ORDERS);
    const [SubnetId = ''] = [...database.subnetIds.values()][0]!;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    const group = async (GroupName: string) => (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId: Subnets![0]!.VpcId }))).GroupId!;
    clients = await group('clients');
    databases = await group('databases');
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: databases, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: clients }] }] }));
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Groups: [clients] }));
    source = { kind: 'interface', name: 'a client', region: ORDERS.region, networkInterfaceId: NetworkInterface!.NetworkInterfaceId! };
  });
  afterAll(() => database.stop());

  async function reach(hostname: string | undefined, port = 5432) {
    const { verdict, close } = await database.cloud.services.compute.fabric.connect(source, hostname!, port);
    close();
    return verdict;
  }

  it('lead nowhere until an instance is there, and then to the server behind them', async () => {
    const { Endpoint } = await database.createCluster(ORDERS, 'late', { VpcSecurityGroupIds: [databases] });
    const before = await reach(Endpoint);

    await database.addMember(ORDERS, 'late', 'late-1');
    const { Endpoint: own } = await database.instance(ORDERS, 'late-1');

    expect(before).toEqual({ kind: 'unknown-host' });
    const { port } = database.rds.serverOf(clusterArn(ORDERS, 'late'));
    expect(await reach(Endpoint)).toMatchObject({ kind: 'open', localPort: port });
    expect(await reach(own!.Address)).toMatchObject({ kind: 'open', localPort: port });
    expect(await reach(Endpoint, 5433)).toMatchObject({ kind: 'drop' });
  });

  it('are closed to others by the security groups of the cluster', async () => {
    const { Endpoint } = await database.createCluster(ORDERS, 'closed', { VpcSecurityGroupIds: [clients] });
    await database.addMember(ORDERS, 'closed', 'closed-1');
    const before = await reach(Endpoint);

    await database.client(ORDERS).send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'closed', VpcSecurityGroupIds: [databases], ApplyImmediately: true }));
    await database.until(() => database.cluster(ORDERS, 'closed'), ({ Status }) => Status === 'available');

    expect(before).toEqual({ kind: 'drop' });
    expect(await reach(Endpoint)).toMatchObject({ kind: 'open' });
  });

  it('follow the writer, and the reader as long as there is one', async () => {
    const { Endpoint, ReaderEndpoint } = await database.createCluster(ORDERS, 'pair', { VpcSecurityGroupIds: [databases] });
    await database.addMember(ORDERS, 'pair', 'pair-1');
    await database.addMember(ORDERS, 'pair', 'pair-2');
    const writerPort = database.rds.serverOf(clusterArn(ORDERS, 'pair')).port;
    const readerPort = database.rds.serverOf(instanceArn(ORDERS, 'pair-2')).port;
    const atFirst = [await reach(Endpoint), await reach(ReaderEndpoint)];

    await database.client(ORDERS).send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'pair-1' }));
    await database.passMinutes(5);

    expect(readerPort).not.toBe(writerPort);
    expect(atFirst).toMatchObject([{ localPort: writerPort }, { localPort: readerPort }]);
    expect([await reach(Endpoint), await reach(ReaderEndpoint)]).toMatchObject([{ localPort: writerPort }, { localPort: writerPort }]);
    await expect(reach(`pair-1${Endpoint!.slice(Endpoint!.indexOf('.'))}`)).resolves.toEqual({ kind: 'unknown-host' });
  });
});
