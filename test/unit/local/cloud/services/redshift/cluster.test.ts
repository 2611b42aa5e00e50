import {
  CreateClusterCommand,
  CreateClusterSnapshotCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  DescribeResizeCommand,
  InvalidClusterStateFault,
  ModifyClusterCommand,
  paginateDescribeClusterSnapshots,
  PauseClusterCommand,
  RebootClusterCommand,
  RedshiftClient,
  ResizeClusterCommand,
  ResumeClusterCommand,
} from '@aws-sdk/client-redshift';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { actAs, allow, type StatementJson } from '../../../../../support/role-session';
import { clusterArn, NETWORK_LOOKS, PASSWORD, SOURCE, STRANGER, WarehouseCloud } from './redshift-fixture';

describe('a provisioned cluster', () => {
  let warehouse: WarehouseCloud;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE, STRANGER);
  });
  afterAll(() => warehouse.stop());

  /** Logs in as a client would, but for the name, which only the cloud's network knows. */
  async function logIn(identifier: string, password: string, { user = 'awsuser', secure = true } = {}): Promise<string> {
    const { Endpoint } = await warehouse.cluster(SOURCE, identifier);
    const client = new Client({
      host: '127.0.0.1',
      port: warehouse.redshift.serverOf(clusterArn(SOURCE, identifier)).port,
      user,
      password,
      database: 'dev',
      ssl: secure && { ca: warehouse.cloud.certificates.certificatePem, servername: Endpoint!.Address! },
    });
    await client.connect();
    const { rows } = await client.query<{ current_user: string }>('select current_user');
    await client.end();
    return rows[0]!.current_user;
  }

  it('comes with the role of the service where the account has none: the first who makes one may make the other', async () => {
    const looks = allow(NETWORK_LOOKS);
    const [role, mayMakeRole] = [allow('redshift:CreateCluster'), allow('iam:CreateServiceLinkedRole', `arn:aws:iam::${STRANGER.account}:role/aws-service-role/redshift.amazonaws.com/*`)];
    const create = async (name: string, ...statements: StatementJson[]) =>
      (await actAs(warehouse.cloud, STRANGER.account, name, [role, ...statements])).client(RedshiftClient, STRANGER.region).send(
        new CreateClusterCommand({ ClusterIdentifier: name, NodeType: 'ra3.large', ClusterType: 'single-node', MasterUsername: 'awsuser', MasterUserPassword: PASSWORD, ClusterSubnetGroupName: 'private' }),
      );

    await expect(create('blind', mayMakeRole)).rejects.toThrow(/ec2:Describe/);
    await expect(create('second', looks)).rejects.toThrow(/iam:CreateServiceLinkedRole/);
    await expect(create('first', looks, mayMakeRole)).resolves.toBeDefined();
    await expect(create('third', looks)).resolves.toBeDefined();
  });

  it('is creating for minutes, and then available under a name of its own', async () => {
    const { Cluster } = await warehouse.client(SOURCE).send(
      new CreateClusterCommand({ ClusterIdentifier: 'slow-to-come', NodeType: 'ra3.large', ClusterType: 'single-node', MasterUsername: 'awsuser', MasterUserPassword: PASSWORD, ClusterSubnetGroupName: 'private' }),
    );
    await warehouse.passMinutes(4.5);
    const early = await warehouse.cluster(SOURCE, 'slow-to-come');
    await warehouse.passMinutes(1);

    expect(Cluster).toMatchObject({ ClusterStatus: 'creating', ClusterAvailabilityStatus: 'Unavailable' });
    expect(early.ClusterStatus).toBe('creating');
    expect(await warehouse.cluster(SOURCE, 'slow-to-come')).toMatchObject({
      ClusterStatus: 'available',
      ClusterAvailabilityStatus: 'Available',
      Encrypted: true,
      DBName: 'dev',
      AutomatedSnapshotRetentionPeriod: 1,
      ManualSnapshotRetentionPeriod: -1,
      Endpoint: { Address: expect.stringMatching(/^slow-to-come\.c\w{11}\.eu-west-1\.redshift\.amazonaws\.com$/) as string, Port: 5439 },
    });
  });

  it('takes logins over TLS alone, which its default parameter group demands', async () => {
    await warehouse.createCluster(SOURCE, 'strict');

    await expect(logIn('strict', PASSWORD)).resolves.toBe('awsuser');
    await expect(logIn('strict', PASSWORD, { secure: false })).rejects.toThrow(/no encryption/);
    await expect(logIn('strict', 'Some-other-password-1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps its admin password in a secret when asked to', async () => {
    const { MasterPasswordSecretArn } = await warehouse.createCluster(SOURCE, 'managed', { ManageMasterPassword: true });

    const { SecretString, Name } = await warehouse.cloud.client(SecretsManagerClient, SOURCE).send(new GetSecretValueCommand({ SecretId: MasterPasswordSecretArn }));

    const secret = JSON.parse(SecretString!) as { username: string; password: string };
    expect([Name, secret.username]).toEqual(['redshift!managed-awsuser', 'awsuser']);
    await expect(logIn('managed', secret.password)).resolves.toBe('awsuser');
  });

  it('changes its admin password', async () => {
    await warehouse.createCluster(SOURCE, 'rekeyed');

    const { Cluster } = await warehouse.client(SOURCE).send(new ModifyClusterCommand({ ClusterIdentifier: 'rekeyed', MasterUserPassword: 'Second-of-all-passwords-2' }));
    await warehouse.untilCluster(SOURCE, 'rekeyed');

    expect(Cluster?.ClusterStatus).toBe('modifying');
    await expect(logIn('rekeyed', 'Second-of-all-passwords-2')).resolves.toBe('awsuser');
    await expect(logIn('rekeyed', PASSWORD)).rejects.toThrow(/password authentication failed/);
  });

  it('takes no snapshots while it is resized, and has other nodes afterwards', async () => {
    const redshift = warehouse.client(SOURCE);
    await warehouse.createCluster(SOURCE, 'growing', { ClusterType: 'multi-node', NumberOfNodes: 2 });

    await redshift.send(new ResizeClusterCommand({ ClusterIdentifier: 'growing', NumberOfNodes: 4 }));
    await warehouse.passMinutes(6);
    const snapshot = redshift.send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'growing', SnapshotIdentifier: 'untimely' }));

    await expect(snapshot).rejects.toBeInstanceOf(InvalidClusterStateFault);
    await expect(snapshot).rejects.toMatchObject({ Code: 'InvalidClusterState' });
    expect(await redshift.send(new DescribeResizeCommand({ ClusterIdentifier: 'growing' }))).toMatchObject({ Status: 'IN_PROGRESS', ResizeType: 'ElasticResize', TargetNumberOfNodes: 4, DataTransferProgressPercent: 50 });
    await expect(warehouse.untilCluster(SOURCE, 'growing')).resolves.toMatchObject({ NumberOfNodes: 4 });
    await expect(warehouse.snapshot(SOURCE, 'growing', 'timely')).resolves.toMatchObject({ Status: 'available', NumberOfNodes: 4 });
  });

  it('is gone from the network while it is paused, and keeps its data', async () => {
    const redshift = warehouse.client(SOURCE);
    await warehouse.createCluster(SOURCE, 'resting');
    await warehouse.sql(SOURCE, 'resting', 'create table kept as select 7 as n');

    await redshift.send(new PauseClusterCommand({ ClusterIdentifier: 'resting' }));
    await warehouse.untilCluster(SOURCE, 'resting', 'paused');
    const early = redshift.send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'resting', SnapshotIdentifier: 'asleep' }));
    await expect(early).rejects.toBeInstanceOf(InvalidClusterStateFault);
    await redshift.send(new ResumeClusterCommand({ ClusterIdentifier: 'resting' }));
    await warehouse.untilCluster(SOURCE, 'resting');

    expect(await warehouse.sql(SOURCE, 'resting', 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('answers as unavailable while it reboots', async () => {
    await warehouse.createCluster(SOURCE, 'restarted');

    const { Cluster } = await warehouse.client(SOURCE).send(new RebootClusterCommand({ ClusterIdentifier: 'restarted' }));
    await warehouse.untilCluster(SOURCE, 'restarted');

    expect(Cluster).toMatchObject({ ClusterStatus: 'rebooting', ClusterAvailabilityStatus: 'Maintenance' });
    await expect(logIn('restarted', PASSWORD)).resolves.toBe('awsuser');
  });

  it('leaves a final snapshot behind unless told not to, which outlives it with the others', async () => {
    const redshift = warehouse.client(SOURCE);
    await warehouse.createCluster(SOURCE, 'leaving');
    await warehouse.snapshot(SOURCE, 'leaving', 'leaving-before');

    await expect(redshift.send(new DeleteClusterCommand({ ClusterIdentifier: 'leaving' }))).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    const { Cluster } = await redshift.send(new DeleteClusterCommand({ ClusterIdentifier: 'leaving', FinalClusterSnapshotIdentifier: 'leaving-final', FinalClusterSnapshotRetentionPeriod: 30 }));
    const during = await warehouse.describeSnapshot(SOURCE, 'leaving-final');
    await warehouse.passMinutes(10);

    expect([Cluster?.ClusterStatus, during.Status]).toEqual(['final-snapshot', 'final snapshot']);
    expect(await warehouse.describeSnapshot(SOURCE, 'leaving-final')).toMatchObject({ Status: 'available', SnapshotType: 'manual', ManualSnapshotRetentionPeriod: 30 });
    await expect(warehouse.describeSnapshot(SOURCE, 'leaving-before')).resolves.toMatchObject({ Status: 'available' });
    await expect(redshift.send(new DescribeClustersCommand({ ClusterIdentifier: 'leaving' }))).rejects.toMatchObject({ name: 'ClusterNotFoundFault', Code: 'ClusterNotFound' });
  });

  it.each([
    ['a name with capitals', { ClusterIdentifier: 'Capital' }, 'InvalidParameterValue'],
    ['a name with two hyphens in a row', { ClusterIdentifier: 'two--hyphens' }, 'InvalidParameterValue'],
    ['a password without a number', { MasterUserPassword: 'Without-any-number' }, 'InvalidParameterValue'],
    ['a password with a slash', { MasterUserPassword: 'Half/of/a/path-1' }, 'InvalidParameterValue'],
    ['no encryption', { Encrypted: false }, 'InvalidParameterCombination'],
    ['no automated snapshots for RA3', { AutomatedSnapshotRetentionPeriod: 0 }, 'InvalidParameterValue'],
    ['automated snapshots for 36 days', { AutomatedSnapshotRetentionPeriod: 36 }, 'InvalidParameterValue'],
    ['manual snapshots for 0 days', { ManualSnapshotRetentionPeriod: 0 }, 'InvalidRetentionPeriodFault'],
    ['a port outside the ranges of RA3', { Port: 5500 }, 'InvalidParameterValue'],
    ['one node of a type that needs two', { NodeType: 'ra3.4xlarge' }, 'InvalidParameterCombination'],
    ['a subnet group that is not there', { ClusterSubnetGroupName: 'nowhere' }, 'ClusterSubnetGroupNotFoundFault'],
    ['a parameter group that is not there', { ClusterParameterGroupName: 'nothing' }, 'ClusterParameterGroupNotFoundFault'],
    ['a key that is not there', { KmsKeyId: 'alias/nothing' }, 'InvalidParameterValue'],
  ])('refuses %s', async (_case, more, code) => {
    await expect(warehouse.createCluster(SOURCE, 'refused', more)).rejects.toMatchObject({ name: code });
  });
});

describe('automated snapshots', () => {
  let warehouse: WarehouseCloud;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE);
  });
  afterAll(() => warehouse.stop());

  const automatedOf = async (ClusterIdentifier: string) => {
    const found = [];
    for await (const { Snapshots } of paginateDescribeClusterSnapshots({ client: warehouse.client(SOURCE), pageSize: 20 }, { ClusterIdentifier, SnapshotType: 'automated' })) found.push(...Snapshots!);
    return found;
  };

  it('are taken every eight hours and kept for the retention of the cluster', async () => {
    await warehouse.createCluster(SOURCE, 'daily', { AutomatedSnapshotRetentionPeriod: 2 });

    await warehouse.passMinutes(3 * 24 * 60);

    const snapshots = await automatedOf('daily');
    const hours = snapshots.map(({ SnapshotCreateTime }) => (SnapshotCreateTime!.getTime() - snapshots[0]!.SnapshotCreateTime!.getTime()) / 3_600_000);
    expect(hours.map(Math.round)).toEqual([0, 8, 16, 24, 32, 40]);
    expect(snapshots[0]).toMatchObject({ SnapshotIdentifier: expect.stringMatching(/^rs:daily-\d{4}(-\d\d){5}$/) as string, SnapshotType: 'automated', Status: 'available' });
  });

  it('follow much change at once', async () => {
    await warehouse.createCluster(SOURCE, 'busy');

    warehouse.redshift.declareSize(clusterArn(SOURCE, 'busy'), 5);
    const little = await automatedOf('busy');
    await warehouse.passMinutes(1);
    warehouse.redshift.declareSize(clusterArn(SOURCE, 'busy'), 20);

    expect([little.length, (await automatedOf('busy')).length]).toEqual([1, 2]);
  });

  it('are deleted when the retention is shortened, and go with the cluster', async () => {
    await warehouse.createCluster(SOURCE, 'short', { AutomatedSnapshotRetentionPeriod: 5 });
    await warehouse.passMinutes(2 * 24 * 60);
    const before = (await automatedOf('short')).length;

    await warehouse.client(SOURCE).send(new ModifyClusterCommand({ ClusterIdentifier: 'short', AutomatedSnapshotRetentionPeriod: 1 }));
    const after = (await automatedOf('short')).length;
    await warehouse.client(SOURCE).send(new DeleteClusterCommand({ ClusterIdentifier: 'short', SkipFinalClusterSnapshot: true }));
    await warehouse.passMinutes(10);

    expect([before, after, (await automatedOf('short')).length]).toEqual([6, 3, 0]);
  });
});
