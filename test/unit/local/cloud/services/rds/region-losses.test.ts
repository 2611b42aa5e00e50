import { CreateDBInstanceReadReplicaCommand, PromoteReadReplicaCommand } from '@aws-sdk/client-rds';
import { AWAY, DatabaseCloud, instanceArn, ORDERS } from './rds-fixture';

const SOURCE = instanceArn(ORDERS, 'books');
const REPLICA = instanceArn(AWAY, 'books-copy');

describe('the databases of a region that is lost', () => {
  let database: DatabaseCloud;
  beforeEach(async () => {
    database = await DatabaseCloud.start(ORDERS, AWAY);
    await database.createInstance(ORDERS, 'books', { BackupRetentionPeriod: 7 });
    await database.sql(SOURCE, 'create table ledger (n int primary key)');
    await database.client(AWAY).send(new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: 'books-copy', SourceDBInstanceIdentifier: SOURCE, DBSubnetGroupName: 'private' }));
    await database.untilInstance(AWAY, 'books-copy');
  });
  afterEach(() => database.stop());

  const rowsOn = async (arn: string) => (await database.sql(arn, 'select count(*)::int as rows from ledger'))[0]!['rows'];
  /** Replication runs in the machine's time. */
  const untilReplicated = async (rows: number) => {
    for (const deadlineMs = performance.now() + 10_000; (await rowsOn(REPLICA)) !== rows; ) if (performance.now() > deadlineMs) throw new Error(`${rows} rows did not arrive`);
  };

  it('are killed with it, and start again as what they were, although the replica was promoted meanwhile', async () => {
    const { rds } = database.cloud.services.databases;
    await database.sql(SOURCE, 'insert into ledger values (1)');
    await untilReplicated(1);

    await database.cloud.regions.lose(ORDERS.region);
    expect(rds.serverOf(SOURCE).isRunning).toBe(false);
    await database.client(AWAY).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'books-copy' }));
    await database.passMinutes(10);
    await database.sql(REPLICA, 'insert into ledger values (2)');

    await database.cloud.regions.restore(ORDERS.region);
    expect(await rowsOn(SOURCE)).toBe(1);
    await database.sql(SOURCE, 'insert into ledger values (3)');
    expect(await rowsOn(REPLICA)).toBe(2);
  });

  it('write on where they are kept, and nothing of it arrives until the region is back', async () => {
    await database.cloud.regions.lose(ORDERS.region, { processes: 'keep' });
    await database.sql(SOURCE, 'insert into ledger values (1), (2)');
    expect(database.cloud.services.databases.rds.replicationLinkOf(REPLICA).isCut).toBe(true);
    expect(await rowsOn(REPLICA)).toBe(0);

    await database.cloud.regions.restore(ORDERS.region);
    await untilReplicated(2);
  });

  it('are given up by the receivers of their replicas some minutes after nothing is heard of them', async () => {
    const receivers = async () => (await database.sql(REPLICA, `select pid from pg_stat_wal_receiver where status = 'streaming'`)).length;
    expect(await receivers()).toBe(1);

    await database.cloud.regions.lose(ORDERS.region);
    await database.cloud.clock.pass(3 * 60_000);

    expect(await receivers()).toBe(0);
  });
});
