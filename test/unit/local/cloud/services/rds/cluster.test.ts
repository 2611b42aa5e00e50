import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  InvalidDBClusterStateFault,
  ModifyDBClusterCommand,
} from '@aws-sdk/client-rds';
import { Client } from 'pg';
import { clusterArn, DatabaseCloud, ORDERS, PASSWORD } from './rds-fixture';

describe('an Aurora cluster', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
  });
  afterAll(() => database.stop());

  /** Logs in as a client would, but for the name, which only the cloud's network knows. */
  async function logIn(identifier: string, password: string): Promise<string> {
    const client = new Client({
      host: '127.0.0.1',
      port: database.rds.serverOf(clusterArn(ORDERS, identifier)).port,
      user: 'owner',
      password,
      database: 'postgres',
      ssl: { ca: database.cloud.certificates.certificatePem, servername: (await database.cluster(ORDERS, identifier)).Endpoint! },
    });
    await client.connect();
    const { rows } = await client.query<{ current_user: string }>('select current_user');
    await client.end();
    return rows[0]!.current_user;
  }

  it('is creating for minutes, and then available without an instance', async () => {
    const rds = database.client(ORDERS);
    const create = { Engine: 'aurora-postgresql', MasterUsername: 'owner', MasterUserPassword: PASSWORD, DBSubnetGroupName: 'private' };

    const { DBCluster } = await rds.send(new CreateDBClusterCommand({ DBClusterIdentifier: 'Slow-To-Come', ...create }));
    await database.passMinutes(4);
    const early = await database.cluster(ORDERS, 'slow-to-come');
    await database.passMinutes(2);

    expect(DBCluster).toMatchObject({ DBClusterIdentifier: 'slow-to-come', Status: 'creating' });
    expect(early).toMatchObject({ Status: 'creating', PercentProgress: '80' });
    expect(await database.cluster(ORDERS, 'slow-to-come')).toMatchObject({ Status: 'available', DBClusterMembers: [], AllocatedStorage: 1 });
  });

  it('refuses instances before it is available', async () => {
    const rds = database.client(ORDERS);
    const create = { Engine: 'aurora-postgresql', MasterUsername: 'owner', MasterUserPassword: PASSWORD, DBSubnetGroupName: 'private' };
    await rds.send(new CreateDBClusterCommand({ DBClusterIdentifier: 'too-early', ...create }));

    const member = new CreateDBInstanceCommand({ DBInstanceIdentifier: 'too-early-1', DBClusterIdentifier: 'too-early', Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' });

    await expect(rds.send(member)).rejects.toBeInstanceOf(InvalidDBClusterStateFault);
  });

  it('lets the master user log in over TLS under its endpoint name once it has an instance', async () => {
    await database.createCluster(ORDERS, 'reachable');
    await database.addMember(ORDERS, 'reachable', 'reachable-1');

    await expect(logIn('reachable', PASSWORD)).resolves.toBe('owner');
    expect(await database.cluster(ORDERS, 'reachable')).toMatchObject({ DBClusterMembers: [{ DBInstanceIdentifier: 'reachable-1', IsClusterWriter: true }] });
  });

  it('takes a new master password while it is resetting-master-credentials', async () => {
    await database.createCluster(ORDERS, 'rekeyed');
    await database.addMember(ORDERS, 'rekeyed', 'rekeyed-1');

    const { DBCluster } = await database.client(ORDERS).send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'rekeyed', MasterUserPassword: 'second-of-all-passwords', ApplyImmediately: true }));
    await database.passMinutes(2);

    expect(DBCluster?.Status).toBe('resetting-master-credentials');
    await expect(logIn('rekeyed', 'second-of-all-passwords')).resolves.toBe('owner');
    await expect(logIn('rekeyed', PASSWORD)).rejects.toThrow(/password authentication failed/);
  });

  it('keeps its data when its writer is deleted and a reader takes over', async () => {
    await database.createCluster(ORDERS, 'lasting');
    await database.addMember(ORDERS, 'lasting', 'lasting-1');
    await database.addMember(ORDERS, 'lasting', 'lasting-2');
    await database.sql(clusterArn(ORDERS, 'lasting'), 'create table kept as select 7 as n');

    await database.client(ORDERS).send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'lasting-1' }));
    await database.passMinutes(5);

    expect(await database.cluster(ORDERS, 'lasting')).toMatchObject({ Status: 'available', DBClusterMembers: [{ DBInstanceIdentifier: 'lasting-2', IsClusterWriter: true }] });
    expect(await database.sql(clusterArn(ORDERS, 'lasting'), 'insert into kept values (8) returning (select count(*)::int from kept) as before')).toEqual([{ before: 1 }]);
  });

  it('cannot be deleted while it has instances, which nothing protects', async () => {
    const rds = database.client(ORDERS);
    await database.createCluster(ORDERS, 'guarded', { DeletionProtection: true });
    await database.addMember(ORDERS, 'guarded', 'guarded-1');
    const deletion = new DeleteDBClusterCommand({ DBClusterIdentifier: 'guarded', SkipFinalSnapshot: true });

    await expect(rds.send(deletion)).rejects.toMatchObject({ name: 'InvalidParameterCombination', message: 'Cannot delete protected Cluster, please disable deletion protection and try again.' });
    await rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'guarded', DeletionProtection: false, ApplyImmediately: true }));
    await expect(rds.send(deletion)).rejects.toMatchObject({
      name: 'InvalidDBClusterStateFault',
      message: 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
    });
    await rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'guarded', DeletionProtection: true, ApplyImmediately: true }));
    await expect(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'guarded-1', SkipFinalSnapshot: true }))).resolves.toMatchObject({ DBInstance: { DBInstanceStatus: 'deleting' } });
  });

  it('takes a final snapshot unless told not to, and is gone afterwards', async () => {
    const rds = database.client(ORDERS);
    await database.createCluster(ORDERS, 'leaving');

    await expect(rds.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'leaving' }))).rejects.toMatchObject({
      message: 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    });
    const { DBCluster } = await rds.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'leaving', FinalDBSnapshotIdentifier: 'leaving-final' }));
    await database.passMinutes(10);

    expect(DBCluster?.Status).toBe('deleting');
    expect(await database.snapshot(ORDERS, 'leaving-final')).toMatchObject({ Status: 'available', SnapshotType: 'manual', DBClusterIdentifier: 'leaving' });
    await expect(rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'leaving' }))).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
  });

  it('changes its name and its endpoints, and stays the same resource', async () => {
    const before = await database.createCluster(ORDERS, 'maiden-name');
    await database.addMember(ORDERS, 'maiden-name', 'some-member');

    await database.client(ORDERS).send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'maiden-name', NewDBClusterIdentifier: 'married-name', ApplyImmediately: true }));
    await database.passMinutes(4);

    const after = await database.cluster(ORDERS, 'married-name');
    expect(after).toMatchObject({ Status: 'available', DbClusterResourceId: before.DbClusterResourceId, Endpoint: expect.stringMatching(/^married-name\.cluster-/) as string });
    await expect(logIn('married-name', PASSWORD)).resolves.toBe('owner');
    await expect(database.cluster(ORDERS, 'maiden-name')).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
  });

  it('keeps a name for the cluster that asked for it first', async () => {
    await database.createCluster(ORDERS, 'first-suitor');
    await database.createCluster(ORDERS, 'second-suitor');
    const rename = (DBClusterIdentifier: string) => database.client(ORDERS).send(new ModifyDBClusterCommand({ DBClusterIdentifier, NewDBClusterIdentifier: 'wanted-name', ApplyImmediately: true }));
    await rename('first-suitor');

    await expect(rename('second-suitor')).rejects.toMatchObject({ name: 'DBClusterAlreadyExistsFault' });
    await expect(database.createCluster(ORDERS, 'wanted-name')).rejects.toMatchObject({ name: 'DBClusterAlreadyExistsFault' });
    await database.passMinutes(4);
    expect((await database.cluster(ORDERS, 'second-suitor')).Status).toBe('available');
    expect((await database.cluster(ORDERS, 'wanted-name')).Status).toBe('available');
  });

  it.each([
    ['a second cluster of the same name', {}, 'DBClusterAlreadyExistsFault'],
    ['a name with two hyphens in a row', { DBClusterIdentifier: 'two--hyphens' }, 'InvalidParameterValue'],
    ['a name that ends with a hyphen', { DBClusterIdentifier: 'ends-' }, 'InvalidParameterValue'],
    ['a name of 64 characters', { DBClusterIdentifier: 'a'.repeat(64) }, 'InvalidParameterValue'],
    ['a short password', { DBClusterIdentifier: 'x1', MasterUserPassword: 'short' }, 'InvalidParameterValue'],
    ['a password with a slash', { DBClusterIdentifier: 'x2', MasterUserPassword: 'half/of/a/path' }, 'InvalidParameterValue'],
    ['a subnet group that is not there', { DBClusterIdentifier: 'x3', DBSubnetGroupName: 'nowhere' }, 'DBSubnetGroupNotFoundFault'],
    ['a parameter group that is not there', { DBClusterIdentifier: 'x4', DBClusterParameterGroupName: 'nothing' }, 'DBClusterParameterGroupNotFoundFault'],
    ['a version that does not exist', { DBClusterIdentifier: 'x5', EngineVersion: '17.99' }, 'InvalidParameterValue'],
    ['backups that are kept for 36 days', { DBClusterIdentifier: 'x6', BackupRetentionPeriod: 36 }, 'InvalidParameterValue'],
    ['Aurora without backups', { DBClusterIdentifier: 'x6', BackupRetentionPeriod: 0 }, 'InvalidParameterValue'],
    ['overlapping windows', { DBClusterIdentifier: 'x7', PreferredBackupWindow: '04:00-05:00', PreferredMaintenanceWindow: 'sun:04:30-sun:05:30' }, 'InvalidParameterCombination'],
  ])('refuses %s', async (_case, more, code) => {
    if (code === 'DBClusterAlreadyExistsFault') await database.createCluster(ORDERS, 'taken');

    await expect(database.createCluster(ORDERS, 'taken', more)).rejects.toMatchObject({ name: code });
  });
});
