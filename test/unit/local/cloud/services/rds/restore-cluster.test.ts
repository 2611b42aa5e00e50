import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateDBClusterSnapshotCommand, ModifyDBClusterCommand, RDSClient, RestoreDBClusterFromSnapshotCommand, RestoreDBClusterToPointInTimeCommand, type RestoreDBClusterFromSnapshotMessage } from '@aws-sdk/client-rds';
import { EC2Client, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { Client } from 'pg';
import { actAs, allow } from '../../../../../support/role-session';
import { clusterArn, DatabaseCloud, ORDERS, PASSWORD } from './rds-fixture';

describe('a cluster restored from a snapshot', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
    await database.createCluster(ORDERS, 'origin', { BackupRetentionPeriod: 3, Port: 5433, DeletionProtection: true });
    await database.sql(clusterArn(ORDERS, 'origin'), 'create table line as select generate_series(1, 500) as n');
    await database.client(ORDERS).send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'origin', DBClusterSnapshotIdentifier: 'base' }));
    await database.untilSnapshot(ORDERS, 'base');
  });
  afterAll(() => database.stop());

  async function restore(identifier: string, more: Partial<RestoreDBClusterFromSnapshotMessage> = {}) {
    await database
      .client(ORDERS)
      .send(new RestoreDBClusterFromSnapshotCommand({ DBClusterIdentifier: identifier, SnapshotIdentifier: 'base', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private', ...more }));
    return database.until(() => database.cluster(ORDERS, identifier), ({ Status }) => Status === 'available');
  }

  async function logIn(identifier: string, password: string): Promise<void> {
    const client = new Client({ host: '127.0.0.1', port: database.rds.serverOf(clusterArn(ORDERS, identifier)).port, user: 'owner', password, database: 'postgres', ssl: { rejectUnauthorized: false } });
    await client.connect();
    await client.end();
  }

  it('has no instance, its own identity, the snapshot\'s settings and the default security group', async () => {
    const { SecurityGroups } = await database.cloud.client(EC2Client, ORDERS).send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }));

    const restored = await restore('bare');

    expect(restored).toMatchObject({ DBClusterMembers: [], Port: 5433, BackupRetentionPeriod: 3, DeletionProtection: false, MasterUsername: 'owner', VpcSecurityGroups: [{ VpcSecurityGroupId: SecurityGroups![0]!.GroupId }] });
    expect(restored.DbClusterResourceId).not.toBe((await database.cluster(ORDERS, 'origin')).DbClusterResourceId);
    expect(restored.MasterUserSecret).toBeUndefined();
  });

  it('has the source\'s password until it gets its own', async () => {
    await restore('inherited');
    await database.addMember(ORDERS, 'inherited', 'inherited-1');

    await logIn('inherited', PASSWORD);
    await database.client(ORDERS).send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'inherited', ManageMasterUserPassword: true, ApplyImmediately: true }));
    const { MasterUserSecret } = await database.until(() => database.cluster(ORDERS, 'inherited'), ({ Status }) => Status === 'available');
    const { SecretString, Name } = await database.cloud.client(SecretsManagerClient, ORDERS).send(new GetSecretValueCommand({ SecretId: MasterUserSecret!.SecretArn }));

    expect(Name).toMatch(/^rds!cluster-/);
    await logIn('inherited', (JSON.parse(SecretString!) as { password: string }).password);
    await expect(logIn('inherited', PASSWORD)).rejects.toThrow(/password authentication failed/);
  });

  it('is put on the internet without a VPC only together with IAM logins, and shows it', async () => {
    const outside = { EnableVPCNetworking: false, EnableInternetAccessGateway: true };

    for (const half of [{ EnableVPCNetworking: false }, { EnableInternetAccessGateway: true }, { EnableInternetAccessGateway: false }]) {
      await expect(restore('half-outside', half)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    }
    await expect(restore('no-logins', outside)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await expect(restore('outside', { ...outside, EnableIAMDatabaseAuthentication: true })).resolves.toMatchObject({ VPCNetworkingEnabled: false, InternetAccessGatewayEnabled: true });
  });

  it('cannot be older than its snapshot, and says what is missing', async () => {
    await expect(restore('older', { EngineVersion: '16.9' })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await expect(restore('nothing', { SnapshotIdentifier: 'absent' })).rejects.toMatchObject({ name: 'DBClusterSnapshotNotFoundFault' });
  });

  it('needs permissions on the cluster, the snapshot and the groups, and another for tags', async () => {
    const resources = ['cluster:permitted', 'cluster-snapshot:base', 'cluster-pg:default.aurora-postgresql17', 'og:default:aurora-postgresql-17', 'subgrp:private'].map((name) => `arn:aws:rds:${ORDERS.region}:${ORDERS.account}:${name}`);
    const restorer = await actAs(database.cloud, ORDERS.account, 'restorer', [allow('rds:RestoreDBClusterFromSnapshot', resources)]);
    const command = (more: object) => new RestoreDBClusterFromSnapshotCommand({ DBClusterIdentifier: 'permitted', SnapshotIdentifier: 'base', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private', ...more });
    const client = restorer.client(RDSClient, ORDERS.region);

    await expect(client.send(command({ Tags: [{ Key: 'operation', Value: '1' }] }))).rejects.toMatchObject({ name: 'AccessDenied', message: /rds:AddTagsToResource/ });
    await expect(client.send(command({ DBClusterIdentifier: 'other' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(client.send(command({}))).resolves.toMatchObject({ DBCluster: { Status: 'creating' } });
  });

  it('can be a clone that goes its own way', async () => {
    await database.client(ORDERS).send(
      new RestoreDBClusterToPointInTimeCommand({ DBClusterIdentifier: 'clone', SourceDBClusterIdentifier: 'origin', RestoreType: 'copy-on-write', UseLatestRestorableTime: true, DBSubnetGroupName: 'private' }),
    );
    const clone = await database.until(() => database.cluster(ORDERS, 'clone'), ({ Status }) => Status === 'available');

    await database.sql(clusterArn(ORDERS, 'clone'), 'truncate line');

    expect(clone.CloneGroupId).toBe((await database.cluster(ORDERS, 'origin')).CloneGroupId);
    expect(await database.sql(clusterArn(ORDERS, 'origin'), 'select count(*)::int as lines from line')).toEqual([{ lines: 500 }]);
    await expect(
      database.client(ORDERS).send(new RestoreDBClusterToPointInTimeCommand({ DBClusterIdentifier: 'past', SourceDBClusterIdentifier: 'origin', RestoreToTime: new Date(0), DBSubnetGroupName: 'private' })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});
