import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  InvalidDBClusterSnapshotStateFault,
  InvalidDBClusterStateFault,
  RestoreDBClusterFromSnapshotCommand,
  SnapshotQuotaExceededFault,
} from '@aws-sdk/client-rds';
import type { Place } from '../../../../../../local/cloud/gateway/service';
import { AWAY, clusterArn, clusterSnapshotArn, DatabaseCloud, ORDERS } from './rds-fixture';

describe('a cluster snapshot', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS, AWAY);
    await database.createCluster(ORDERS, 'orders');
    await database.addMember(ORDERS, 'orders', 'orders-1');
    await database.sql(clusterArn(ORDERS, 'orders'), 'create table line as select n, n * 2 as amount from generate_series(1, 500) as n');
    await take('base');
    await database.untilSnapshot(ORDERS, 'base');
  });
  afterAll(() => database.stop());

  async function take(identifier: string): Promise<void> {
    await database.until(() => database.cluster(ORDERS, 'orders'), ({ Status }) => Status === 'available');
    await database.client(ORDERS).send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: identifier }));
  }

  async function copy(to: Place, TargetDBClusterSnapshotIdentifier: string, more: { CopyTags?: boolean; KmsKeyId?: string } = {}) {
    return database.client(to).send(new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: clusterSnapshotArn(ORDERS, 'base'), TargetDBClusterSnapshotIdentifier, ...more }));
  }

  it('cannot be copied or restored before it is available, and keeps its cluster backing-up', async () => {
    const rds = database.client(ORDERS);
    await take('in-the-making');

    await expect(rds.send(new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: 'in-the-making', TargetDBClusterSnapshotIdentifier: 'never' }))).rejects.toBeInstanceOf(InvalidDBClusterSnapshotStateFault);
    await expect(rds.send(new RestoreDBClusterFromSnapshotCommand({ SnapshotIdentifier: 'in-the-making', DBClusterIdentifier: 'never', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private' }))).rejects.toBeInstanceOf(InvalidDBClusterSnapshotStateFault);
    await expect(rds.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'second' }))).rejects.toBeInstanceOf(InvalidDBClusterStateFault);
    expect(await database.cluster(ORDERS, 'orders')).toMatchObject({ Status: 'backing-up' });
    await expect(database.untilSnapshot(ORDERS, 'in-the-making')).resolves.toMatchObject({ PercentProgress: 100 });
  });

  it('holds what was in the cluster when it was begun', async () => {
    await take('before-the-mistake');
    await database.untilSnapshot(ORDERS, 'before-the-mistake');
    await database.sql(clusterArn(ORDERS, 'orders'), 'create table mistake as select 1 as made');

    await database.client(ORDERS).send(new RestoreDBClusterFromSnapshotCommand({ SnapshotIdentifier: 'before-the-mistake', DBClusterIdentifier: 'rescued', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private' }));
    await database.until(() => database.cluster(ORDERS, 'rescued'), ({ Status }) => Status === 'available');

    expect(await database.sql(clusterArn(ORDERS, 'rescued'), "select sum(amount)::int as total, to_regclass('mistake') as mistake from line")).toEqual([{ total: 250_500, mistake: null }]);
  });

  it('takes as long to copy as its declared size demands, longer to another region, and shows its progress', async () => {
    database.rds.declareSize(clusterArn(ORDERS, 'orders'), 120);
    await take('large');
    await database.untilSnapshot(ORDERS, 'large');
    database.rds.declareSize(clusterArn(ORDERS, 'orders'), 1);
    const source = { SourceDBClusterSnapshotIdentifier: clusterSnapshotArn(ORDERS, 'large') };

    await database.client(ORDERS).send(new CopyDBClusterSnapshotCommand({ ...source, TargetDBClusterSnapshotIdentifier: 'large-here' }));
    await database.client(AWAY).send(new CopyDBClusterSnapshotCommand({ ...source, TargetDBClusterSnapshotIdentifier: 'large-there' }));
    await database.passMinutes(12.8);
    const half = [await database.snapshot(ORDERS, 'large-here'), await database.snapshot(AWAY, 'large-there')];
    await database.passMinutes(12.8);
    const later = [await database.snapshot(ORDERS, 'large-here'), await database.snapshot(AWAY, 'large-there')];

    expect(half).toMatchObject([
      { Status: 'copying', PercentProgress: 50, AllocatedStorage: 120 },
      { Status: 'copying', PercentProgress: 27 },
    ]);
    expect(later).toMatchObject([{ Status: 'available' }, { Status: 'copying', PercentProgress: 55 }]);
    await database.untilSnapshot(AWAY, 'large-there');
  });

  it('names the snapshot it is a copy of, and has its tags only when asked', async () => {
    await copy(AWAY, 'plain');
    await copy(AWAY, 'tagged', { CopyTags: true });

    expect(await database.snapshot(AWAY, 'plain')).toMatchObject({ SourceDBClusterSnapshotArn: clusterSnapshotArn(ORDERS, 'base'), SnapshotType: 'manual', TagList: [] });
    await database.untilSnapshot(AWAY, 'plain');
    await database.untilSnapshot(AWAY, 'tagged');
  });

  it('refuses a sixth copy into a region while five are under way', async () => {
    for (const number of [1, 2, 3, 4, 5]) await copy(AWAY, `slot-${number}`);

    await expect(copy(AWAY, 'slot-6')).rejects.toMatchObject({ name: 'SnapshotQuotaExceededFault', Code: 'SnapshotQuotaExceeded', message: 'Cannot copy more than 5 snapshots across regions' });
    await database.untilSnapshot(AWAY, 'slot-5');
    await expect(copy(AWAY, 'slot-6')).resolves.toMatchObject({ DBClusterSnapshot: { Status: 'copying' } });
    await database.untilSnapshot(AWAY, 'slot-6');
  });

  it('fails late when a scenario wants it to', async () => {
    database.rds.failCopy(clusterSnapshotArn(AWAY, 'doomed'), 80);

    await copy(AWAY, 'doomed');
    await database.passMinutes(2);
    const early = await database.snapshot(AWAY, 'doomed');
    const late = await database.untilSnapshot(AWAY, 'doomed', 'failed');

    expect(early.Status).toBe('copying');
    expect(late.PercentProgress).toBe(80);
    await expect(database.client(AWAY).send(new RestoreDBClusterFromSnapshotCommand({ SnapshotIdentifier: 'doomed', DBClusterIdentifier: 'never', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private' }))).rejects.toBeInstanceOf(InvalidDBClusterSnapshotStateFault);
  });

  it('cancels its copying when it is deleted, and leaves the data to its source', async () => {
    await copy(AWAY, 'unwanted');

    await database.client(AWAY).send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'unwanted' }));
    await database.passMinutes(20);

    await expect(database.snapshot(AWAY, 'unwanted')).rejects.toMatchObject({ name: 'DBClusterSnapshotNotFoundFault' });
    await expect(copy(AWAY, 'wanted')).resolves.toBeDefined();
    await database.untilSnapshot(AWAY, 'wanted');
  });

  it('outlives its source, whose data it shares', async () => {
    await take('parent');
    await database.untilSnapshot(ORDERS, 'parent');
    await database.client(AWAY).send(new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: clusterSnapshotArn(ORDERS, 'parent'), TargetDBClusterSnapshotIdentifier: 'child' }));
    await database.untilSnapshot(AWAY, 'child');

    await database.client(ORDERS).send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'parent' }));
    await database.passMinutes(2);
    await database.client(AWAY).send(new RestoreDBClusterFromSnapshotCommand({ SnapshotIdentifier: 'child', DBClusterIdentifier: 'grandchild', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private' }));
    await database.until(() => database.cluster(AWAY, 'grandchild'), ({ Status }) => Status === 'available');

    expect(await database.sql(clusterArn(AWAY, 'grandchild'), 'select count(*)::int as lines from line')).toEqual([{ lines: 500 }]);
  });

  it('is refused a KMS key when its source is not encrypted with one', async () => {
    await expect(copy(ORDERS, 'never', { KmsKeyId: 'alias/aws/rds' })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });
});

describe('the quota of manual snapshots', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
    await database.createCluster(ORDERS, 'orders');
    await database.client(ORDERS).send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'snapshot-000' }));
    await database.untilSnapshot(ORDERS, 'snapshot-000');
  });
  afterAll(() => database.stop());

  it('is one hundred, which a list shows in pages', async () => {
    const rds = database.client(ORDERS);
    const copyTo = (number: number) => new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: 'snapshot-000', TargetDBClusterSnapshotIdentifier: `snapshot-${String(number).padStart(3, '0')}` });
    for (let number = 1; number < 100; number += 1) {
      await rds.send(copyTo(number));
      if (number % 5 === 0) await database.passMinutes(10);
    }
    await database.passMinutes(10);

    const beyond = rds.send(copyTo(100));
    const first = await rds.send(new DescribeDBClusterSnapshotsCommand({ MaxRecords: 60 }));
    const second = await rds.send(new DescribeDBClusterSnapshotsCommand({ MaxRecords: 60, Marker: first.Marker }));

    await expect(beyond).rejects.toBeInstanceOf(SnapshotQuotaExceededFault);
    await expect(beyond).rejects.toThrow('Cannot create more than 100 manual snapshots');
    expect([first.DBClusterSnapshots!.length, second.DBClusterSnapshots!.length, second.Marker]).toEqual([60, 40, undefined]);
    expect(second.DBClusterSnapshots![0]!.DBClusterSnapshotIdentifier).toBe('snapshot-060');
    await expect(rds.send(new DescribeDBClusterSnapshotsCommand({ MaxRecords: 19 }))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
