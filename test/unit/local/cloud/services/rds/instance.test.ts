import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { Client } from 'pg';
import { AWAY, DatabaseCloud, instanceArn, ORDERS } from './rds-fixture';

describe('a PostgreSQL instance', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS, AWAY);
  });
  afterAll(() => database.stop());

  async function snapshotUntilAvailable(instance: string, identifier: string) {
    await database.client(ORDERS).send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: instance, DBSnapshotIdentifier: identifier }));
    return database.until(async () => (await database.client(ORDERS).send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: identifier }))).DBSnapshots![0]!, ({ Status }) => Status === 'available');
  }

  it('is backed up as soon as it is there, when it has backups', async () => {
    await database.createInstance(ORDERS, 'fresh', { BackupRetentionPeriod: 1 });

    expect((await database.instance(ORDERS, 'fresh')).DBInstanceStatus).toBe('available');
    await database.passMinutes(0.1);
    const status = (await database.instance(ORDERS, 'fresh')).DBInstanceStatus;

    expect(['available', 'backing-up']).toContain(status);
    const { DBSnapshots } = await database.client(ORDERS).send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'fresh', SnapshotType: 'automated' }));
    expect(DBSnapshots).toHaveLength(1);
  });

  it('has an endpoint with its name once it is created, and no cluster', async () => {
    const instance = await database.createInstance(ORDERS, 'single', { DBName: 'shop' });

    expect(instance).toMatchObject({ Endpoint: { Address: expect.stringMatching(/^single\.[a-z0-9]{12}\.eu-west-1\.rds\.amazonaws\.com$/) as string, Port: 5432 }, DBName: 'shop', StorageEncryptionType: 'none' });
    expect(instance.DBClusterIdentifier).toBeUndefined();
    expect(await database.sql(instanceArn(ORDERS, 'single'), "select datname from pg_database where datname = 'shop'")).toEqual([{ datname: 'shop' }]);
  });

  it('comes back from a snapshot, here and from a copy in another region', async () => {
    await database.createInstance(ORDERS, 'kept', { BackupRetentionPeriod: 0 });
    await database.sql(instanceArn(ORDERS, 'kept'), 'create table kept as select 7 as n');
    await snapshotUntilAvailable('kept', 'kept-manual');
    await database.client(AWAY).send(new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: `arn:aws:rds:${ORDERS.region}:${ORDERS.account}:snapshot:kept-manual`, TargetDBSnapshotIdentifier: 'kept-away' }));
    await database.until(async () => (await database.client(AWAY).send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'kept-away' }))).DBSnapshots![0]!, ({ Status }) => Status === 'available');

    await database.client(AWAY).send(new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: 'revived', DBSnapshotIdentifier: 'kept-away', DBInstanceClass: 'db.t4g.medium', DBSubnetGroupName: 'private' }));
    await database.untilInstance(AWAY, 'revived');

    expect(await database.sql(instanceArn(AWAY, 'revived'), 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('keeps its secret under the management of RDS, rotates it, and takes it along when it goes', async () => {
    const rds = database.client(ORDERS);
    const secrets = database.cloud.client(SecretsManagerClient, ORDERS);
    const { MasterUserSecret } = await database.createInstance(ORDERS, 'managed', { ManageMasterUserPassword: true });
    const password = async () => (JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId: MasterUserSecret!.SecretArn }))).SecretString!) as { password: string }).password;
    const first = await password();

    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'managed', RotateMasterUserPassword: true, ApplyImmediately: true }));
    await database.untilInstance(ORDERS, 'managed');
    const second = await password();
    const client = new Client({ host: '127.0.0.1', port: database.rds.serverOf(instanceArn(ORDERS, 'managed')).port, user: 'owner', password: second, database: 'postgres', ssl: { rejectUnauthorized: false } });
    await client.connect();
    await client.end();
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'managed', SkipFinalSnapshot: true }));
    await database.passMinutes(5);

    expect(second).not.toBe(first);
    await expect(password()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('keeps its data over a reboot, a stop and a new name', async () => {
    const rds = database.client(ORDERS);
    const before = await database.createInstance(ORDERS, 'moving', { BackupRetentionPeriod: 0 });
    await database.sql(instanceArn(ORDERS, 'moving'), 'create table kept as select 7 as n');

    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'moving' }));
    await database.untilInstance(ORDERS, 'moving');
    await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'moving' }));
    await expect(rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: 'moving' }))).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await database.untilInstance(ORDERS, 'moving', 'stopped');
    await rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: 'moving' }));
    await database.untilInstance(ORDERS, 'moving');
    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'moving', NewDBInstanceIdentifier: 'moved', ApplyImmediately: true }));
    expect((await database.instance(ORDERS, 'moving')).DBInstanceStatus).toBe('renaming');
    await database.passMinutes(4);

    expect(await database.instance(ORDERS, 'moved')).toMatchObject({ DBInstanceStatus: 'available', DbiResourceId: before.DbiResourceId });
    expect(await database.sql(instanceArn(ORDERS, 'moved'), 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('is recovered by RDS after a crash', async () => {
    await database.createInstance(ORDERS, 'unlucky', { BackupRetentionPeriod: 0 });
    await database.sql(instanceArn(ORDERS, 'unlucky'), 'create table kept as select 7 as n');

    await database.rds.crash(instanceArn(ORDERS, 'unlucky'));
    const isDown = !database.rds.serverOf(instanceArn(ORDERS, 'unlucky')).isRunning;
    await database.passMinutes(3);

    expect(isDown).toBe(true);
    expect(await database.sql(instanceArn(ORDERS, 'unlucky'), 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('is protected from deletion, and takes a final snapshot', async () => {
    const rds = database.client(ORDERS);
    await database.createInstance(ORDERS, 'precious', { DeletionProtection: true, BackupRetentionPeriod: 0 });

    await expect(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'precious', SkipFinalSnapshot: true }))).rejects.toMatchObject({ message: 'Cannot delete protected DB Instance, please disable deletion protection and try again.' });
    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'precious', DeletionProtection: false, ApplyImmediately: true }));
    await expect(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'precious' }))).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'precious', FinalDBSnapshotIdentifier: 'precious-final' }));
    await database.passMinutes(8);

    await expect(database.instance(ORDERS, 'precious')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    expect((await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'precious-final' }))).DBSnapshots).toMatchObject([{ Status: 'available', SnapshotType: 'manual' }]);
  });

  it('is found by the filters of AWS, and refuses others', async () => {
    const { DbiResourceId } = await database.createInstance(ORDERS, 'needle', { BackupRetentionPeriod: 0 });
    const found = async (Name: string, value: string) =>
      (await database.client(ORDERS).send(new DescribeDBInstancesCommand({ Filters: [{ Name, Values: [value] }] }))).DBInstances!.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier);

    expect(await found('dbi-resource-id', DbiResourceId!)).toEqual(['needle']);
    expect(await found('db-instance-id', instanceArn(ORDERS, 'needle'))).toEqual(['needle']);
    await expect(found('colour', 'red')).rejects.toMatchObject({ name: 'InvalidParameterValue', message: 'Unrecognized filter name: colour' });
  });

  it.each([
    ['a class that does not exist', { DBInstanceClass: 'db.z9.huge' }, 'InvalidParameterValue'],
    ['Aurora without a cluster', { Engine: 'aurora-postgresql' }, 'InvalidParameterCombination'],
    ['a disk that is too small', { AllocatedStorage: 5 }, 'InvalidParameterValue'],
    ['a reserved user name', { MasterUsername: 'admin' }, 'InvalidParameterValue'],
    ['a key without encryption', { KmsKeyId: 'alias/aws/rds' }, 'InvalidParameterCombination'],
  ])('refuses %s', async (_case, more, code) => {
    await expect(database.createInstance(ORDERS, 'refused', more)).rejects.toMatchObject({ name: code });
  });
});
