import { FENCE, REFUSED_WRITE, RENEW_LEASE, BEGIN_EPOCH, READ_AUTHORITY, READ_HEARTBEAT } from '../../../../lambda/warm-standby/authority-sql';
import { fenceDatabase } from '../../../../lambda/warm-standby/fence-database';
import { NOW, now, PRIMARY, STANDBY } from './fixtures';
import { StandbyDatabase } from './standby-database';

const LEASE_END = new Date(NOW.getTime() + 150_000);
const AFTER_LEASE = new Date(LEASE_END.getTime() + 1);
const REFUSED = { code: REFUSED_WRITE };

let database: StandbyDatabase;
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(() => database.prepare(1, PRIMARY, LEASE_END, NOW));
afterAll(() => database.stop());

const count = async () => Number(await database.value('SELECT count(*) FROM app.transactions'));
const sql = (statement: string, values: unknown[] = []) => database.use((session) => session.query(statement, values));

describe('a write', () => {
  it('is taken in the epoch that the database holds, up to the end of the lease', async () => {
    await database.write(1, NOW, 1);
    await database.write(1, LEASE_END, 2);

    expect(await count()).toBe(2);
  });

  it.each<[string, number, Date]>([
    ['of an older epoch', 0, NOW],
    ['of an epoch that has not begun', 2, NOW],
    ['after the end of the lease', 1, AFTER_LEASE],
  ])('%s is refused', async (_case, epoch, clock) => {
    await expect(database.write(epoch, clock, 1)).rejects.toMatchObject(REFUSED);
    expect(await count()).toBe(0);
  });

  it('is refused by a fenced database', async () => {
    await sql(FENCE);

    await expect(database.write(1, NOW, 1)).rejects.toMatchObject(REFUSED);
  });

  it.each(['INSERT INTO app.transactions VALUES (1, $$x$$, 1, now())', 'TRUNCATE app.transactions', 'DELETE FROM app.transactions', 'UPDATE app.transactions SET payload = $$y$$'])('without admission is refused, even to the administrator: %s', async (statement) => {
    await database.write(1, NOW, 7);

    await expect(sql(statement)).rejects.toMatchObject(REFUSED);
    expect(await count()).toBe(1);
  });

  it('cannot use the admission of an earlier transaction', async () => {
    await database.asApplication(async (session) => {
      await session.query('SELECT holdfast.admit(1, $1)', [NOW]);
      await expect(session.query('INSERT INTO app.transactions VALUES (1, $$x$$, 1, now())')).rejects.toMatchObject(REFUSED);
    });
  });

  it('cannot be let in by the application itself', async () => {
    await database.asApplication(async (session) => {
      await expect(session.query('UPDATE holdfast.authority SET fenced = false')).rejects.toThrow(/permission denied/);
      await expect(session.query('UPDATE holdfast.heartbeat SET sequence = 1')).rejects.toThrow(/permission denied/);
    });
  });
});

describe('a fence', () => {
  const fence = (revoked: string[] = []) => fenceDatabase({ database, ingress: { revokeFrom: async (group, port) => (revoked.push(`${group}:${port}`), true) }, applicationGroupId: 'sg-app', now });

  it('comes after the last write that was admitted, and closes the way in', async () => {
    const revoked: string[] = [];
    const order: string[] = [];
    await database.asApplication(async (session) => {
      await session.query('BEGIN');
      await session.query('SELECT holdfast.admit(1, $1)', [NOW]);
      const fenced = fence(revoked).then(() => order.push('fenced'));
      const isWaiting = async () => Number(await database.value(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)) === 1;
      while (!(await isWaiting()));
      await session.query('INSERT INTO app.transactions VALUES (1, $$x$$, 1, now())');
      await session.query('COMMIT');
      order.push('committed');
      await fenced;
    });

    expect(order).toEqual(['committed', 'fenced']);
    expect(await count()).toBe(1);
    expect(revoked).toEqual(['sg-app:5432']);
    await expect(database.write(1, NOW, 2)).rejects.toMatchObject(REFUSED);
  });

  it('says where the log and the heartbeats end', async () => {
    await database.asApplication((session) => session.query('SELECT holdfast.beat(1, $1)', [NOW]));

    const drained = await fence();

    expect(drained).toMatchObject({ finalSequence: 2, at: NOW.toISOString() });
    expect(drained.finalLsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
  });

  it('may be put up twice', async () => {
    await fence();

    await expect(fence()).resolves.toMatchObject({ finalSequence: 1 });
  });
});

describe('a lease', () => {
  const leaseEnd = async () => (await sql(READ_AUTHORITY)).rows[0]!['lease_until'];

  it('is prolonged in its epoch, never shortened', async () => {
    const later = new Date(LEASE_END.getTime() + 60_000);
    await sql(RENEW_LEASE, [1, later]);
    await sql(RENEW_LEASE, [1, NOW]);

    expect(await leaseEnd()).toEqual(later);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['of another epoch', () => sql(RENEW_LEASE, [2, AFTER_LEASE])],
    ['of a fenced database', async () => (await sql(FENCE), sql(RENEW_LEASE, [1, AFTER_LEASE]))],
  ])('%s is not prolonged', async (_case, renew) => {
    await renew();

    expect(await leaseEnd()).toEqual(LEASE_END);
  });
});

describe('an epoch', () => {
  it('begins for another region and opens what was fenced', async () => {
    await sql(FENCE);
    await sql(BEGIN_EPOCH, [2, STANDBY, LEASE_END]);

    await database.write(2, NOW, 1);
    await expect(database.write(1, NOW, 2)).rejects.toMatchObject(REFUSED);
  });

  it('does not begin when a later one has', async () => {
    await sql(BEGIN_EPOCH, [3, STANDBY, LEASE_END]);

    const { rowCount } = await sql(BEGIN_EPOCH, [2, PRIMARY, LEASE_END]);

    expect(rowCount).toBe(0);
    expect((await sql(READ_AUTHORITY)).rows[0]).toMatchObject({ epoch: 3, region: STANDBY });
  });
});

describe('a heartbeat', () => {
  const beat = (epoch: number, clock: Date) => database.asApplication((session) => session.query('SELECT holdfast.beat($1, $2) AS sequence', [epoch, clock]));

  it('counts up, and its time never goes back', async () => {
    await beat(1, new Date(NOW.getTime() + 5_000));
    await beat(1, new Date(NOW.getTime() + 1_000));

    expect((await sql(READ_HEARTBEAT)).rows[0]).toEqual({ epoch: 1, sequence: 3, written_at: new Date(NOW.getTime() + 5_000) });
  });

  it('is refused like every other write', async () => {
    await expect(beat(2, NOW)).rejects.toMatchObject(REFUSED);
    await sql(FENCE);
    await expect(beat(1, NOW)).rejects.toMatchObject(REFUSED);
  });
});
