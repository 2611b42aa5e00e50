import type { PostgresEngine } from '../../../../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../../../../local/cloud/engines/postgres/postgres-server';
import { ReplicationLink } from '../../../../../../local/cloud/engines/postgres/replication-link';
import { asMaster, eventually, openEngine, ordersServer, valueOf } from './fixtures';

/** Real servers on a machine that others use too. */

let engine: PostgresEngine;
let primary: PostgresServer;
let standby: PostgresServer;
let link: ReplicationLink;

beforeAll(async () => {
  ({ engine } = await openEngine());
});

beforeEach(async () => {
  primary = await engine.create(ordersServer());
  await asMaster(primary, (client) => client.query('create table t (id int primary key)'));
  link = await ReplicationLink.open(primary.port);
  standby = await engine.createStandby({ name: 'orders-replica', hostnames: ['replica.test'], primary, link });
});

afterEach(async () => {
  await link.close();
  await engine.remove(standby);
  await engine.remove(primary);
});

afterAll(() => engine.close());

const insert = (id: number) => asMaster(primary, (client) => client.query('insert into t values ($1)', [id]));
const idsOn = (server: PostgresServer) => asMaster(server, (client) => valueOf(client, 'select coalesce(array_agg(id order by id), array[]::int[]) from t'));
const shown = async (id: number) => ((await idsOn(standby)) as number[]).includes(id);
const slots = () => primary.asAdmin((admin) => valueOf(admin, 'select count(*)::int from pg_replication_slots'));

describe('a standby', () => {
  it('shows what its primary commits and takes no writes', async () => {
    await insert(1);

    await eventually(() => shown(1));
    await expect(asMaster(standby, (client) => client.query('insert into t values (2)'))).rejects.toMatchObject({ code: '25006' });
    await expect(standby.replicationState()).resolves.toMatchObject({ inRecovery: true, receiverAlive: true, unreplayedBytes: 0, replayPaused: false });
    await expect(primary.replicationState()).resolves.toMatchObject({ inRecovery: false, receiverAlive: false });
    expect(standby.primary).toBe(primary);
  });

  it('stands still while the link is cut and catches up when it is healed', async () => {
    await insert(1);
    await eventually(() => shown(1));
    link.cut();
    const { replayedLsn } = await standby.replicationState();

    await insert(2);

    expect((await primary.replicationState()).receivedLsn > replayedLsn).toBe(true);
    expect((await standby.replicationState()).receivedLsn).toBe(replayedLsn);
    expect(await idsOn(standby)).toEqual([1]);

    link.heal();
    await eventually(() => shown(2));
  });

  it('loses on promotion exactly what did not cross the link, and gives up its slot', async () => {
    await insert(1);
    await eventually(() => shown(1));
    link.cut();
    await insert(2);

    await standby.promote();

    expect(await idsOn(standby)).toEqual([1]);
    await asMaster(standby, (client) => client.query('insert into t values (3)'));
    expect(standby.primary).toBeUndefined();
    expect(await slots()).toBe(0);
  });

  it('is writable soon after its primary was killed, with everything acknowledged', async () => {
    await insert(1);
    await eventually(() => shown(1));

    await primary.kill();
    await standby.promote();

    await asMaster(standby, (client) => client.query('insert into t values (2)'));
    expect(await idsOn(standby)).toEqual([1, 2]);
  });

  it('holds received log back while its replay is paused', async () => {
    await standby.pauseReplay();
    await insert(1);

    await eventually(async () => (await standby.replicationState()).unreplayedBytes > 0);
    expect(await shown(1)).toBe(false);
    expect((await standby.replicationState()).replayPaused).toBe(true);

    await standby.resumeReplay();
    await eventually(() => shown(1));
  });

  it('can be snapshotted; the copy is a primary of its own', async () => {
    await insert(1);
    await eventually(() => shown(1));

    const snapshot = await engine.takeSnapshot(standby, 'of-standby');
    const restored = await engine.restore({ name: 'restored', hostnames: ['restored.test'], snapshot });

    expect(await idsOn(restored)).toEqual([1]);
    await asMaster(restored, (client) => client.query('insert into t values (2)'));
  });

  it('leaves no slot on its primary when it is removed', async () => {
    expect(await slots()).toBe(1);

    await engine.remove(standby);

    expect(await slots()).toBe(0);
  });

  it('starts only with at least as many connections as its primary, and leaves nothing when it does not', async () => {
    const attempt = engine.createStandby({ name: 'small', hostnames: ['small.test'], primary, parameters: { max_connections: '20' } });

    await expect(attempt).rejects.toThrow('max_connections = 20 is a lower setting than on the primary server');
    expect(await slots()).toBe(1);
  });

  it('makes the primary keep running, its clean stop included, when the link is cut', async () => {
    link.cut();
    await insert(1);

    await primary.stop('immediate');
    await primary.start();

    expect(await idsOn(primary)).toEqual([1]);
  });
});
