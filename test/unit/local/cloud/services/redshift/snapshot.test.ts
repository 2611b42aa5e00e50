import {
  AuthorizeSnapshotAccessCommand,
  ClusterSnapshotAlreadyExistsFault,
  ClusterSnapshotQuotaExceededFault,
  CopyClusterSnapshotCommand,
  CreateClusterSnapshotCommand,
  CreateSnapshotCopyGrantCommand,
  CreateSnapshotScheduleCommand,
  CreateTagsCommand,
  DeleteClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DescribeEventsCommand,
  DescribeTagsCommand,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  InvalidClusterSnapshotStateFault,
  InvalidRetentionPeriodFault,
  ModifyClusterSnapshotCommand,
  ModifyClusterSnapshotScheduleCommand,
} from '@aws-sdk/client-redshift';
import { DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { AWAY, clusterArn, snapshotArn, SOURCE, TARGET, WarehouseCloud } from './redshift-fixture';

describe('a manual snapshot', () => {
  let warehouse: WarehouseCloud;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE);
    warehouse.redshift.setQuota(SOURCE, 'snapshots', 100);
    await warehouse.createCluster(SOURCE, 'sales', { ManualSnapshotRetentionPeriod: 40 });
    await warehouse.sql(SOURCE, 'sales', 'create table sale as select n from generate_series(1, 500) as n');
  });
  afterAll(() => warehouse.stop());

  it('shows its progress, and takes as long as its data demands', async () => {
    warehouse.redshift.declareSize(clusterArn(SOURCE, 'sales'), 1200);
    await warehouse.passMinutes(600);
    warehouse.redshift.declareSize(clusterArn(SOURCE, 'sales'), 1);
    await warehouse.passMinutes(600);
    warehouse.redshift.declareSize(clusterArn(SOURCE, 'sales'), 1200);
    await warehouse.client(SOURCE).send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: 'large' }));
    await warehouse.passMinutes(1);
    const early = await warehouse.describeSnapshot(SOURCE, 'large');

    expect(early).toMatchObject({ Status: 'creating', TotalBackupSizeInMegaBytes: 1_228_800, ElapsedTimeInSeconds: 60 });
    expect(early.BackupProgressInMegaBytes).toBeGreaterThan(0);
    expect(early.EstimatedSecondsToCompletion).toBeGreaterThan(60);
    await expect(warehouse.untilSnapshot(SOURCE, 'large')).resolves.toMatchObject({ EstimatedSecondsToCompletion: 0, CurrentBackupRateInMegaBytesPerSecond: 0 });
    warehouse.redshift.declareSize(clusterArn(SOURCE, 'sales'), 1);
  });

  it('holds what was there when it was begun', async () => {
    await warehouse.snapshot(SOURCE, 'sales', 'before');
    await warehouse.sql(SOURCE, 'sales', 'create table mistake as select 1 as made');

    await warehouse.restore(SOURCE, 'rescued', { SnapshotIdentifier: 'BEFORE' });
    await warehouse.untilCluster(SOURCE, 'rescued');

    expect(await warehouse.sql(SOURCE, 'rescued', "select count(*)::int as lines, to_regclass('mistake') as mistake from sale")).toEqual([{ lines: 500, mistake: null }]);
  });

  it('keeps its data apart from what is written between it and the next one', async () => {
    await warehouse.sql(SOURCE, 'sales', 'create table version as select 1 as n');
    await warehouse.snapshot(SOURCE, 'sales', 'version-1');
    await warehouse.snapshot(SOURCE, 'sales', 'version-1-again');
    await warehouse.sql(SOURCE, 'sales', 'update version set n = 2');
    await warehouse.snapshot(SOURCE, 'sales', 'version-2');
    await warehouse.client(SOURCE).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'version-1' }));

    const versions = [];
    for (const identifier of ['version-1-again', 'version-2']) {
      await warehouse.restore(SOURCE, `of-${identifier}`, { SnapshotIdentifier: identifier });
      await warehouse.untilCluster(SOURCE, `of-${identifier}`);
      versions.push(...(await warehouse.sql(SOURCE, `of-${identifier}`, 'select n from version')));
    }

    expect(versions).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('is kept as long as its cluster says, unless it says otherwise', async () => {
    const usual = await warehouse.snapshot(SOURCE, 'sales', 'usual');
    const own = await warehouse.snapshot(SOURCE, 'sales', 'own', { ManualSnapshotRetentionPeriod: -1 });

    expect([usual.ManualSnapshotRetentionPeriod, usual.ManualSnapshotRemainingDays]).toEqual([40, 40]);
    expect([own.ManualSnapshotRetentionPeriod, own.ManualSnapshotRemainingDays]).toEqual([-1, undefined]);
    await expect(warehouse.snapshot(SOURCE, 'sales', 'never', { ManualSnapshotRetentionPeriod: 3654 })).rejects.toBeInstanceOf(InvalidRetentionPeriodFault);
  });

  it('refuses a retention that is over, unless it is forced to go', async () => {
    const redshift = warehouse.client(SOURCE);
    await warehouse.snapshot(SOURCE, 'sales', 'aging');
    await warehouse.passMinutes(2 * 24 * 60);
    const shorten = { SnapshotIdentifier: 'aging', ManualSnapshotRetentionPeriod: 1 };

    await expect(redshift.send(new ModifyClusterSnapshotCommand(shorten))).rejects.toBeInstanceOf(InvalidRetentionPeriodFault);
    await expect(redshift.send(new ModifyClusterSnapshotCommand({ ...shorten, Force: true }))).resolves.toMatchObject({ Snapshot: { Status: 'deleted' } });
    expect(await warehouse.snapshots(SOURCE)).not.toContain('aging');
  });

  it('fails when a scenario wants it to, can be deleted then, and says so', async () => {
    const redshift = warehouse.client(SOURCE);
    warehouse.redshift.failSnapshot(snapshotArn(SOURCE, 'sales', 'unlucky'), 50);

    await redshift.send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: 'unlucky' }));
    await warehouse.untilSnapshot(SOURCE, 'unlucky', 'failed');
    const { Events } = await redshift.send(new DescribeEventsCommand({ SourceType: 'cluster-snapshot', SourceIdentifier: 'unlucky' }));
    const restore = warehouse.restore(SOURCE, 'never', { SnapshotIdentifier: 'unlucky' });

    await expect(restore).rejects.toBeInstanceOf(InvalidClusterSnapshotStateFault);
    expect(Events!.map(({ EventId, Severity }) => [EventId, Severity])).toEqual([
      ['REDSHIFT-EVENT-2009', 'INFO'],
      ['REDSHIFT-EVENT-3503', 'ERROR'],
    ]);
    await expect(redshift.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'unlucky' }))).resolves.toBeDefined();
  });

  it('restores with the damage that a scenario did', async () => {
    await warehouse.snapshot(SOURCE, 'sales', 'damaged');
    warehouse.redshift.corrupt(snapshotArn(SOURCE, 'sales', 'damaged'));

    await warehouse.restore(SOURCE, 'damaged', { SnapshotIdentifier: 'damaged' });
    await warehouse.untilCluster(SOURCE, 'damaged');

    expect(await warehouse.sql(SOURCE, 'damaged', 'select count(*)::int as lines from sale')).toEqual([{ lines: 499 }]);
    expect(await warehouse.sql(SOURCE, 'sales', 'select count(*)::int as lines from sale')).toEqual([{ lines: 500 }]);
  });

  it('cannot have the name of another', async () => {
    await warehouse.snapshot(SOURCE, 'sales', 'taken');

    await expect(warehouse.snapshot(SOURCE, 'sales', 'Taken')).rejects.toBeInstanceOf(ClusterSnapshotAlreadyExistsFault);
    await expect(warehouse.snapshot(SOURCE, 'sales', 'awsbackup:job-1')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('is found by its tags', async () => {
    const redshift = warehouse.client(SOURCE);
    await warehouse.snapshot(SOURCE, 'sales', 'tagged', { Tags: [{ Key: 'slot', Value: 'daily' }] });
    await redshift.send(new CreateTagsCommand({ ResourceName: snapshotArn(SOURCE, 'sales', 'tagged'), Tags: [{ Key: 'proven', Value: 'yes' }] }));

    const { Snapshots } = await redshift.send(new DescribeClusterSnapshotsCommand({ TagKeys: ['slot'], TagValues: ['yes'] }));
    const { TaggedResources } = await redshift.send(new DescribeTagsCommand({ ResourceName: snapshotArn(SOURCE, 'sales', 'tagged') }));

    expect(Snapshots!.map(({ SnapshotIdentifier }) => SnapshotIdentifier)).toEqual(['tagged']);
    expect(TaggedResources!.map(({ Tag }) => Tag)).toEqual([{ Key: 'slot', Value: 'daily' }, { Key: 'proven', Value: 'yes' }]);
  });
});

describe('the quota of snapshots', () => {
  let warehouse: WarehouseCloud;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE);
    await warehouse.createCluster(SOURCE, 'sales');
  });
  afterAll(() => warehouse.stop());

  it('is 20 manual ones, which a list shows in pages', async () => {
    for (let number = 0; number < 20; number += 1) {
      await warehouse.client(SOURCE).send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: `snapshot-${String(number).padStart(2, '0')}` }));
      await warehouse.passMinutes(3);
    }

    const beyond = warehouse.snapshot(SOURCE, 'sales', 'snapshot-20');
    await expect(beyond).rejects.toBeInstanceOf(ClusterSnapshotQuotaExceededFault);
    await expect(beyond).rejects.toMatchObject({ Code: 'ClusterSnapshotQuotaExceeded', message: 'Cannot create more than 20 user snapshots' });
    warehouse.redshift.setQuota(SOURCE, 'snapshots', 25);
    await warehouse.snapshot(SOURCE, 'sales', 'snapshot-20');
    const first = await warehouse.client(SOURCE).send(new DescribeClusterSnapshotsCommand({ SnapshotType: 'manual', MaxRecords: 20 }));
    const second = await warehouse.client(SOURCE).send(new DescribeClusterSnapshotsCommand({ SnapshotType: 'manual', MaxRecords: 20, Marker: first.Marker }));

    expect([first.Snapshots!.length, second.Snapshots!.map(({ SnapshotIdentifier }) => SnapshotIdentifier), second.Marker]).toEqual([20, ['snapshot-20'], undefined]);
  });
});

describe('an automated snapshot', () => {
  let warehouse: WarehouseCloud;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE);
    await warehouse.createCluster(SOURCE, 'sales');
    await warehouse.passMinutes(9 * 60);
  });
  afterAll(() => warehouse.stop());

  it('can neither be shared nor deleted, but kept as a manual one', async () => {
    const redshift = warehouse.client(SOURCE);
    const [automated = ''] = await warehouse.snapshots(SOURCE, 'automated');

    await expect(redshift.send(new AuthorizeSnapshotAccessCommand({ SnapshotIdentifier: automated, AccountWithRestoreAccess: TARGET.account }))).rejects.toBeInstanceOf(InvalidClusterSnapshotStateFault);
    await expect(redshift.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: automated }))).rejects.toBeInstanceOf(InvalidClusterSnapshotStateFault);
    const { Snapshot } = await redshift.send(new CopyClusterSnapshotCommand({ SourceSnapshotIdentifier: automated, TargetSnapshotIdentifier: 'kept', ManualSnapshotRetentionPeriod: 7 }));
    await warehouse.untilSnapshot(SOURCE, 'kept');

    expect(Snapshot).toMatchObject({ Status: 'creating', SnapshotType: 'manual', ManualSnapshotRetentionPeriod: 7 });
    await expect(redshift.send(new CopyClusterSnapshotCommand({ SourceSnapshotIdentifier: 'kept', TargetSnapshotIdentifier: 'twice' }))).rejects.toBeInstanceOf(InvalidClusterSnapshotStateFault);
  });

  it('follows the schedule of its cluster', async () => {
    const redshift = warehouse.client(SOURCE);
    await redshift.send(new CreateSnapshotScheduleCommand({ ScheduleIdentifier: 'hourly', ScheduleDefinitions: ['rate(1 hour)'] }));
    await redshift.send(new ModifyClusterSnapshotScheduleCommand({ ClusterIdentifier: 'sales', ScheduleIdentifier: 'hourly' }));
    const before = (await warehouse.snapshots(SOURCE, 'automated')).length;

    await warehouse.passMinutes(5 * 60 + 10);

    expect((await warehouse.snapshots(SOURCE, 'automated')).length - before).toBe(5);
    await redshift.send(new ModifyClusterSnapshotScheduleCommand({ ClusterIdentifier: 'sales', DisassociateSchedule: true }));
  });

  it.each([
    ['more often than every hour', ['cron(0 10 *)', 'cron(30 10 *)'], 'InvalidScheduleFault'],
    ['less often than every day', ['rate(25 hours)'], 'InvalidScheduleFault'],
    ['on minutes of every kind', ['at(10:00)'], 'ScheduleDefinitionTypeUnsupportedFault'],
  ])('cannot be scheduled %s', async (_case, ScheduleDefinitions, code) => {
    await expect(warehouse.client(SOURCE).send(new CreateSnapshotScheduleCommand({ ScheduleIdentifier: 'odd', ScheduleDefinitions }))).rejects.toMatchObject({ name: code });
  });
});

describe('a copy in another region', () => {
  let warehouse: WarehouseCloud;
  let key: string;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE, AWAY);
    key = await warehouse.createKey(AWAY);
    await warehouse.createCluster(SOURCE, 'sales', { KmsKeyId: await warehouse.createKey(SOURCE) });
    await warehouse.sql(SOURCE, 'sales', 'create table sale as select 42 as n');
  });
  afterAll(() => warehouse.stop());

  it('needs a grant for a key there, and is made of every snapshot from then on', async () => {
    const redshift = warehouse.client(SOURCE);
    const enable = { ClusterIdentifier: 'sales', DestinationRegion: AWAY.region, RetentionPeriod: 3, ManualSnapshotRetentionPeriod: 5 };
    await expect(redshift.send(new EnableSnapshotCopyCommand(enable))).rejects.toMatchObject({ name: 'IncompatibleOrderableOptions' });
    await expect(redshift.send(new EnableSnapshotCopyCommand({ ...enable, SnapshotCopyGrantName: 'away' }))).rejects.toMatchObject({ name: 'SnapshotCopyGrantNotFoundFault' });
    await warehouse.client(AWAY).send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName: 'away', KmsKeyId: key }));
    await redshift.send(new EnableSnapshotCopyCommand({ ...enable, SnapshotCopyGrantName: 'away' }));

    await warehouse.snapshot(SOURCE, 'sales', 'travelling');
    const copy = await warehouse.until(
      async () => (await warehouse.client(AWAY).send(new DescribeClusterSnapshotsCommand({}))).Snapshots!.find(({ SnapshotIdentifier }) => SnapshotIdentifier === 'copy:travelling'),
      (seen) => seen?.Status === 'available',
    );
    await warehouse.restore(AWAY, 'arrived', { SnapshotIdentifier: 'copy:travelling' });
    await warehouse.untilCluster(AWAY, 'arrived');

    expect(copy).toMatchObject({ SnapshotIdentifier: 'copy:travelling', SourceRegion: SOURCE.region, KmsKeyId: key, ManualSnapshotRetentionPeriod: 5 });
    expect(await warehouse.sql(AWAY, 'arrived', 'select n from sale')).toEqual([{ n: 42 }]);
    await redshift.send(new DisableSnapshotCopyCommand({ ClusterIdentifier: 'sales' }));
  });

  it('fails when the key there can no longer be used', async () => {
    const lost = await warehouse.createKey(AWAY);
    await warehouse.client(AWAY).send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName: 'lost', KmsKeyId: lost }));
    await warehouse.client(SOURCE).send(new EnableSnapshotCopyCommand({ ClusterIdentifier: 'sales', DestinationRegion: AWAY.region, SnapshotCopyGrantName: 'lost' }));
    await warehouse.cloud.client(KMSClient, AWAY).send(new DisableKeyCommand({ KeyId: lost }));

    await warehouse.snapshot(SOURCE, 'sales', 'stranded');
    await warehouse.passMinutes(10);

    await expect(warehouse.describeSnapshot(AWAY, 'copy:stranded')).resolves.toMatchObject({ Status: 'failed' });
    await warehouse.client(SOURCE).send(new DisableSnapshotCopyCommand({ ClusterIdentifier: 'sales' }));
  });
});
