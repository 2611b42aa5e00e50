import { Pool } from 'pg';
import { Ledger, WriteRefused } from '../../../../../lambda/warm-standby/application/ledger';
import { BEGIN_EPOCH, FENCE } from '../../../../../lambda/warm-standby/authority-sql';
import { NOW, PRIMARY, STANDBY } from '../fixtures';
import { APPLICATION, APPLICATION_PASSWORD, StandbyDatabase } from '../standby-database';

const CONNECTIONS = 4;
const LEASE_END = new Date(NOW.getTime() + 150_000);

let database: StandbyDatabase;
let pool: Pool;
let heart: Pool;
let clock: Date;
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(async () => {
  await database.prepare(1, PRIMARY, LEASE_END, NOW);
  pool = poolTo(database.server.port, CONNECTIONS);
  heart = poolTo(database.server.port, 1);
  clock = NOW;
});
afterEach(() => Promise.all([pool.end(), heart.end()]));
afterAll(() => database.stop());

function poolTo(port: number, max: number): Pool {
  const made = new Pool({ host: '127.0.0.1', port, database: 'orders', user: APPLICATION, password: APPLICATION_PASSWORD, max });
  made.on('error', () => undefined);
  return made;
}

const ledgerIn = (region: string) => new Ledger(pool, heart, region, () => clock);
const numbers = async () => (await database.use((session) => session.query('SELECT number::int FROM app.transactions ORDER BY 1'))).rows.map(({ number }) => number);

describe('Ledger', () => {
  it('is the active one where the database says so, and writes', async () => {
    const ledger = ledgerIn(PRIMARY);
    await ledger.beat();

    await expect(ledger.record(1, 'one')).resolves.toEqual({ region: PRIMARY, epoch: 1, role: 'active' });
    expect(await numbers()).toEqual([1]);
    expect(await database.value('SELECT sequence::int FROM holdfast.heartbeat')).toBe(2);
  });

  it('stands by beside the database of another region, and refuses clients without asking', async () => {
    const ledger = ledgerIn(STANDBY);
    await ledger.beat();

    expect(ledger.status()).toEqual({ region: STANDBY, epoch: 1, role: 'standby' });
    await expect(ledger.record(1, 'one')).rejects.toThrow(WriteRefused);
    expect(await numbers()).toEqual([]);
  });

  it('writes a number once, however often a client sends it', async () => {
    const ledger = ledgerIn(PRIMARY);
    await ledger.beat();
    await ledger.record(1, 'one');

    await expect(ledger.record(1, 'one')).resolves.toMatchObject({ role: 'active' });
    expect(await numbers()).toEqual([1]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the database is fenced', () => database.run(FENCE)],
    ['its lease has ended', async () => (clock = new Date(LEASE_END.getTime() + 1))],
    ['another region has begun an epoch', () => database.use((session) => session.query(BEGIN_EPOCH, [2, STANDBY, LEASE_END]))],
  ])('promises nothing once %s, even before its next heartbeat', async (_case, change) => {
    const ledger = ledgerIn(PRIMARY);
    await ledger.beat();
    await change();

    await expect(ledger.record(1, 'one')).rejects.toThrow(WriteRefused);
    expect(await numbers()).toEqual([]);
    await ledger.beat();
    expect(ledger.status().role).not.toBe('active');
  });

  it('takes the role that a failover gives it, with the next heartbeat', async () => {
    const ledger = ledgerIn(STANDBY);
    await ledger.beat();
    await database.use((session) => session.query(BEGIN_EPOCH, [2, STANDBY, LEASE_END]));

    await ledger.beat();

    await expect(ledger.record(1, 'one')).resolves.toEqual({ region: STANDBY, epoch: 2, role: 'active' });
  });

  it('stands by once another region writes, after one heartbeat that is refused', async () => {
    const ledger = ledgerIn(PRIMARY);
    await ledger.beat();
    await database.use((session) => session.query(BEGIN_EPOCH, [2, STANDBY, LEASE_END]));

    await ledger.beat();
    expect(ledger.status()).toEqual({ region: PRIMARY, epoch: 1, role: 'refused' });
    await ledger.beat();
    expect(ledger.status()).toEqual({ region: PRIMARY, epoch: 2, role: 'standby' });
  });

  it('can write again after it was refused in mid-transaction', async () => {
    const ledger = ledgerIn(PRIMARY);
    await ledger.beat();
    await database.run(FENCE);
    await expect(ledger.record(1, 'one')).rejects.toThrow(WriteRefused);

    await database.use((session) => session.query(BEGIN_EPOCH, [1, PRIMARY, LEASE_END]));

    await expect(ledger.record(2, 'two')).resolves.toMatchObject({ role: 'active' });
    expect(await numbers()).toEqual([2]);
  });

  it('stands by while its database cannot be reached', async () => {
    const nowhere = poolTo(1, 1);
    const ledger = new Ledger(nowhere, nowhere, PRIMARY, () => clock);

    await ledger.beat();

    expect(ledger.status()).toEqual({ region: PRIMARY, epoch: 0, role: 'standby' });
    await nowhere.end();
  });

  it('gives signs of life while clients have all connections', async () => {
    const ledger = ledgerIn(PRIMARY);
    const taken = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));

    await ledger.beat();

    expect(ledger.status().role).toBe('active');
    for (const client of taken) client.release();
  });
});
