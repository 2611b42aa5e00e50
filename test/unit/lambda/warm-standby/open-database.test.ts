import { DatabaseUnreachable, EpochOvertaken } from '../../../../lambda/warm-standby/contract';
import { openDatabase } from '../../../../lambda/warm-standby/open-database';
import { FENCE } from '../../../../lambda/warm-standby/authority-sql';
import { at, NOW, now, PRIMARY, STANDBY } from './fixtures';
import { StandbyDatabase } from './standby-database';

const LEASE_END = new Date(NOW.getTime() + 150_000);
const TABLES = [{ schema: 'app', table: 'transactions', key: 'number' }];

let database: StandbyDatabase;
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(() => database.prepare(1, PRIMARY, LEASE_END, NOW));
afterAll(() => database.stop());

const open = (epoch: number, of = database, opened: string[] = [], tables = TABLES) =>
  openDatabase({ operationId: `epoch-${epoch}`, epoch }, { region: STANDBY, tables, database: of, ingress: { allowFrom: async (group, port) => (opened.push(`${group}:${port}`), true) }, applicationGroupId: 'sg-app', now });

describe('openDatabase', () => {
  it('notes where the old epoch ended, then lets the new one write', async () => {
    await database.write(1, NOW, 1, 2, 3, 5, 6);
    const opened: string[] = [];

    await expect(open(2, database, opened)).resolves.toEqual({
      lastHeartbeat: { epoch: 1, sequence: 1, writtenAt: at(0) },
      positions: [{ table: 'app.transactions', lastNumber: 6, gaps: [4] }],
    });

    expect(opened).toEqual(['sg-app:5432']);
    await database.write(2, NOW, 7);
  });

  it('opens a fenced database with a heartbeat that no replica of the old epoch has', async () => {
    await database.run(FENCE);

    await open(2);

    expect(await database.value('SELECT epoch::int FROM holdfast.heartbeat')).toBe(2);
  });

  it('tells an empty table from one that ends at a number', async () => {
    await expect(open(2)).resolves.toMatchObject({ positions: [{ lastNumber: null, gaps: [] }] });
  });

  it('looks for gaps only shortly before the end', async () => {
    await database.write(1, NOW, 5_000);

    const { positions } = await open(2);

    expect(positions[0]!.gaps).toHaveLength(1_000);
    expect(positions[0]!.gaps[0]).toBe(4_000);
  });

  it('may run twice, and finds the end of the old epoch again, whatever the new one has written', async () => {
    await database.write(1, NOW, 1, 2);
    const first = await open(2);
    await database.write(2, NOW, 3, 4);

    await expect(open(2)).resolves.toEqual(first);
    expect(first.positions).toMatchObject([{ lastNumber: 2 }]);
  });

  it('opens although a table of the report cannot be read, and says why', async () => {
    const { positions } = await open(2, database, [], [...TABLES, { schema: 'app', table: 'orders', key: 'id' }]);

    expect(positions).toEqual([
      { table: 'app.transactions', lastNumber: null, gaps: [] },
      { table: 'app.orders', lastNumber: null, gaps: [], unread: 'relation "app.orders" does not exist' },
    ]);
    await database.write(2, NOW, 1);
  });

  it('does not open a database that a later epoch has', async () => {
    await open(3);
    const opened: string[] = [];

    await expect(open(2, database, opened)).rejects.toThrow(EpochOvertaken);
    expect(opened).toEqual([]);
  });

  it('waits for a promotion that has not come through', async () => {
    const { replica } = await database.replicate();

    await expect(open(2, replica)).rejects.toThrow(DatabaseUnreachable);
  });
});
