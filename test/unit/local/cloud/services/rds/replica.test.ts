import { GetMetricDataCommand, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  DescribeEventsCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  RDSClient,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { actAs, allow } from '../../../../../support/role-session';
import { AWAY, DatabaseCloud, instanceArn, ORDERS } from './rds-fixture';

describe('a read replica in another region', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS, AWAY);
  });
  afterAll(() => database.stop());

  async function replicate(source: string, replica: string): Promise<void> {
    await database.createInstance(ORDERS, source, { BackupRetentionPeriod: 7 });
    await database.sql(instanceArn(ORDERS, source), 'create table ledger (n int primary key)');
    await database.client(AWAY).send(new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: replica, SourceDBInstanceIdentifier: instanceArn(ORDERS, source), DBSubnetGroupName: 'private' }));
    await database.untilInstance(AWAY, replica);
  }

  async function countOn(arn: string): Promise<unknown> {
    return (await database.sql(arn, 'select count(*)::int as rows from ledger'))[0]!['rows'];
  }

  /** Replication runs in the machine's time. */
  async function untilReplicated(replica: string, rows: number): Promise<void> {
    const deadlineMs = performance.now() + 10_000;
    while ((await countOn(instanceArn(AWAY, replica))) !== rows) if (performance.now() > deadlineMs) throw new Error(`${rows} rows did not arrive`);
  }

  it('streams what is written at its source, and names it', async () => {
    await replicate('books', 'books-copy');

    await database.sql(instanceArn(ORDERS, 'books'), 'insert into ledger select generate_series(1, 250)');
    await untilReplicated('books-copy', 250);

    expect(await database.instance(AWAY, 'books-copy')).toMatchObject({
      ReadReplicaSourceDBInstanceIdentifier: instanceArn(ORDERS, 'books'),
      BackupRetentionPeriod: 0,
      StatusInfos: [{ StatusType: 'read replication', Status: 'replicating', Normal: true }],
    });
    expect((await database.instance(ORDERS, 'books')).ReadReplicaDBInstanceIdentifiers).toEqual([instanceArn(AWAY, 'books-copy')]);
    await expect(database.sql(instanceArn(AWAY, 'books-copy'), 'insert into ledger values (0)')).rejects.toThrow(/read-only/);
  });

  it('keeps its source modifying while it is being set up, and needs backups there', async () => {
    await database.createInstance(ORDERS, 'source', { BackupRetentionPeriod: 0 });
    const create = new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: 'source-copy', SourceDBInstanceIdentifier: instanceArn(ORDERS, 'source'), DBSubnetGroupName: 'private' });

    await expect(database.client(AWAY).send(create)).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault', message: /Automated backups are not enabled/ });
    await database.client(ORDERS).send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'source', BackupRetentionPeriod: 1, ApplyImmediately: true }));
    await database.untilInstance(ORDERS, 'source');
    await database.passMinutes(10);
    await database.client(AWAY).send(create);

    expect((await database.instance(ORDERS, 'source')).DBInstanceStatus).toBe('modifying');
    await database.untilInstance(AWAY, 'source-copy');
    await expect(database.client(ORDERS).send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'source' }))).rejects.toBeInstanceOf(InvalidDBInstanceStateFault);
  });

  it('is promoted with what had arrived when that was asked for, after minutes and a reboot, and is backed up then', async () => {
    await replicate('accounts', 'accounts-copy');
    await database.sql(instanceArn(ORDERS, 'accounts'), 'insert into ledger select generate_series(1, 10)');
    await untilReplicated('accounts-copy', 10);

    const { DBInstance } = await database.client(AWAY).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'accounts-copy', BackupRetentionPeriod: 5 }));
    await database.sql(instanceArn(ORDERS, 'accounts'), 'insert into ledger select generate_series(11, 15)');
    database.rds.replicationLinkOf(instanceArn(AWAY, 'accounts-copy')).heal();
    await database.passMinutes(3.5);
    const rebooting = await database.instance(AWAY, 'accounts-copy');
    await database.passMinutes(1.5);
    const backingUp = await database.instance(AWAY, 'accounts-copy');
    const promoted = await database.untilInstance(AWAY, 'accounts-copy');

    expect(DBInstance?.DBInstanceStatus).toBe('modifying');
    expect([rebooting.DBInstanceStatus, backingUp.DBInstanceStatus]).toEqual(['rebooting', 'backing-up']);
    expect(promoted.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
    expect(promoted.StatusInfos ?? []).toEqual([]);
    await database.sql(instanceArn(AWAY, 'accounts-copy'), 'insert into ledger values (100)');
    expect(await countOn(instanceArn(AWAY, 'accounts-copy'))).toBe(11);
    expect((await database.instance(ORDERS, 'accounts')).ReadReplicaDBInstanceIdentifiers).toEqual([]);
  });

  it('is refused a promotion while it is backing-up', async () => {
    await replicate('evening', 'evening-copy');
    await database.client(AWAY).send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'evening-copy', BackupRetentionPeriod: 1, ApplyImmediately: true }));

    await database.untilInstance(AWAY, 'evening-copy', 'backing-up');

    await expect(database.client(AWAY).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'evening-copy' }))).rejects.toBeInstanceOf(InvalidDBInstanceStateFault);
  });

  it('shows an error and no lag when nothing arrives any more, and recovers', async () => {
    await replicate('fragile', 'fragile-copy');

    const heal = database.rds.cutReplication(ORDERS.region, AWAY.region);
    await database.passMinutes(2);
    const unnoticed = await database.instance(AWAY, 'fragile-copy');
    await database.passMinutes(4);
    const noticed = await database.instance(AWAY, 'fragile-copy');
    heal();
    await database.passMinutes(2);

    expect(unnoticed.StatusInfos).toMatchObject([{ Status: 'replicating' }]);
    expect(noticed.StatusInfos).toMatchObject([{ Status: 'error', Normal: false }]);
    expect((await database.instance(AWAY, 'fragile-copy')).StatusInfos).toMatchObject([{ Status: 'replicating' }]);
    const { Events } = await database.client(AWAY).send(new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'fragile-copy', EventCategories: ['read replica'], Duration: 120 }));
    expect(Events!.map(({ Message }) => Message)).toEqual(['Replication for the Read Replica resumed', 'Replication has stopped', 'Replication for the Read Replica resumed']);
  });

  it('publishes a lag that grows up to five minutes while nothing is written', async () => {
    await replicate('idle', 'idle-copy');
    await database.passMinutes(12);

    const lag = { Namespace: 'AWS/RDS', MetricName: 'ReplicaLag', Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'idle-copy' }] };
    const now = database.cloud.clock.now();
    const { MetricDataResults } = await database.cloud.client(CloudWatchClient, AWAY).send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - 10 * 60_000),
        EndTime: now,
        MetricDataQueries: [{ Id: 'lag', MetricStat: { Metric: lag, Period: 60, Stat: 'Maximum' } }],
      }),
    );
    const values = MetricDataResults![0]!.Values!;

    expect(values.length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...values)).toBeGreaterThan(150);
    expect(Math.max(...values)).toBeLessThanOrEqual(300);
  });

  it('is terminated, and not promoted, when its source is deleted', async () => {
    await replicate('abandoned', 'orphan');

    await database.client(ORDERS).send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'abandoned', SkipFinalSnapshot: true }));
    await database.passMinutes(5);
    const orphan = await database.instance(AWAY, 'orphan');
    await database.client(AWAY).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'orphan' }));
    await database.passMinutes(10);

    expect(orphan.StatusInfos).toMatchObject([{ Status: 'terminated' }]);
    await expect(database.sql(instanceArn(AWAY, 'orphan'), 'insert into ledger values (1)')).resolves.toEqual([]);
  });

  it('needs the permission on its source as well', async () => {
    await database.createInstance(ORDERS, 'asked', { BackupRetentionPeriod: 1 });
    const local = ['db:asked-copy', 'pg:default.postgres17', 'og:default:postgres-17', 'subgrp:private'].map((resource) => `arn:aws:rds:${AWAY.region}:${AWAY.account}:${resource}`);
    const half = await actAs(database.cloud, AWAY.account, 'half', [allow('rds:CreateDBInstanceReadReplica', local)]);
    const whole = await actAs(database.cloud, AWAY.account, 'whole', [allow('rds:CreateDBInstanceReadReplica', [...local, instanceArn(ORDERS, 'asked')])]);
    const create = new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: 'asked-copy', SourceDBInstanceIdentifier: instanceArn(ORDERS, 'asked'), DBSubnetGroupName: 'private' });

    await expect(half.client(RDSClient, AWAY.region).send(create)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(whole.client(RDSClient, AWAY.region).send(create)).resolves.toMatchObject({ DBInstance: { DBInstanceStatus: 'creating' } });
    await database.untilInstance(AWAY, 'asked-copy');
  });
});
