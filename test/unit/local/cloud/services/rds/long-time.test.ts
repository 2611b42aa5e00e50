import { DescribeDBClusterSnapshotsCommand, DescribeDBSnapshotsCommand, InvalidDBClusterStateFault, PromoteReadReplicaCommand, StartDBClusterCommand, StopDBClusterCommand } from '@aws-sdk/client-rds';
import { clusterArn, DatabaseCloud, ORDERS } from './rds-fixture';

describe('a database over days', () => {
  let database: DatabaseCloud;
  beforeEach(async () => {
    database = await DatabaseCloud.start(ORDERS);
  });
  afterEach(() => database.stop());

  it('starts by itself seven days after it was stopped', async () => {
    const rds = database.client(ORDERS);
    await database.createCluster(ORDERS, 'resting');
    await database.addMember(ORDERS, 'resting', 'resting-1');
    await database.sql(clusterArn(ORDERS, 'resting'), 'create table kept as select 7 as n');

    await rds.send(new StopDBClusterCommand({ DBClusterIdentifier: 'resting' }));
    await expect(rds.send(new StartDBClusterCommand({ DBClusterIdentifier: 'resting' }))).rejects.toBeInstanceOf(InvalidDBClusterStateFault);
    await database.passMinutes(6);
    const stopped = await database.cluster(ORDERS, 'resting');
    await database.passMinutes(7 * 24 * 60);

    expect(stopped.Status).toBe('stopped');
    expect((await database.cluster(ORDERS, 'resting')).Status).toBe('available');
    expect(await database.sql(clusterArn(ORDERS, 'resting'), 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('is backed up every day in its window, for as long as its retention', async () => {
    await database.createCluster(ORDERS, 'daily', { PreferredBackupWindow: '03:00-03:30', BackupRetentionPeriod: 2, PreferredMaintenanceWindow: 'sun:05:00-sun:06:00' });

    await database.passMinutes(5 * 24 * 60);

    const { DBClusterSnapshots } = await database.client(ORDERS).send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: 'daily', SnapshotType: 'automated' }));
    expect(DBClusterSnapshots!.map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier)).toHaveLength(2);
    expect(DBClusterSnapshots![0]!.DBClusterSnapshotIdentifier).toMatch(/^rds:daily-2026-03-\d\d-03-00$/);
  });

  it('that is an instance is backing-up in its window, and cannot be promoted or snapshotted meanwhile', async () => {
    const rds = database.client(ORDERS);
    await database.createInstance(ORDERS, 'nightly', { PreferredBackupWindow: '03:00-03:30', BackupRetentionPeriod: 1, PreferredMaintenanceWindow: 'sun:05:00-sun:06:00' });

    await database.passMinutes(14.5 * 60);
    const night = await database.untilInstance(ORDERS, 'nightly', 'backing-up');

    expect(database.cloud.clock.now().toISOString()).toMatch(/T03:0\d/);
    expect(night.BackupRetentionPeriod).toBe(1);
    await expect(rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'nightly' }))).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await database.untilInstance(ORDERS, 'nightly');
    const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'nightly' }));
    expect(DBSnapshots!.map(({ SnapshotType }) => SnapshotType)).toEqual(['automated', 'automated']);
  });
});
