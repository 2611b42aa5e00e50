import { FailoverRefused } from '../../../../lambda/warm-standby/contract';
import type { Authority } from '../../../../lambda/warm-standby/authority-register';
import { prepareDatabase } from '../../../../lambda/warm-standby/prepare-database';
import { NOW, now, PRIMARY, STANDBY } from './fixtures';
import { APPLICATION, APPLICATION_PASSWORD, StandbyDatabase } from './standby-database';

let database: StandbyDatabase;
let authority: Authority | undefined;
let paired: number;
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(async () => {
  await database.empty();
  authority = undefined;
  paired = 0;
});
afterAll(() => database.stop());

const prepare = (password = APPLICATION_PASSWORD, asPrimary = true) =>
  prepareDatabase(
    {},
    {
      region: PRIMARY,
      database,
      applicationSecret: { read: async () => ({ username: APPLICATION, password }) },
      register: {
        highest: async () => ({ authority, answered: 3 }),
        begin: async (begun, where) => {
          expect(where).toEqual(['own', 'witness', 'peer']);
          authority = begun;
        },
      },
      pairPeerObjects: asPrimary ? { call: async <T>() => ((paired += 1), undefined as T) } : undefined,
      now,
    },
  );

describe('prepareDatabase', () => {
  it('makes the region the active one of epoch 1, whose application can write', async () => {
    await expect(prepare()).resolves.toEqual({ epoch: 1, activeRegion: PRIMARY, alreadyPrepared: false });

    expect(authority).toEqual({ epoch: 1, activeRegion: PRIMARY });
    await database.write(1, NOW, 1);
    expect(await database.value('SELECT count(*)::int FROM app.transactions')).toBe(1);
  });

  it('has the objects of the other region copied back', async () => {
    await prepare();
    expect(paired).toBe(1);

    await prepare(APPLICATION_PASSWORD, false);
    expect(paired).toBe(1);
  });

  it('repeated, takes over a new password and leaves rows and epoch alone', async () => {
    await prepare();
    await database.write(1, NOW, 1);

    await expect(prepare('another-password')).resolves.toEqual({ epoch: 1, activeRegion: PRIMARY, alreadyPrepared: true });

    await expect(database.write(1, NOW, 2)).rejects.toThrow(/password authentication failed/);
    expect(await database.use(async (session) => (await session.query('SELECT number::int FROM app.transactions')).rows, { user: APPLICATION, password: 'another-password' })).toEqual([{ number: 1 }]);
    await prepare();
  });

  it('ends what it began when the registers could not be written the first time', async () => {
    await prepare();
    authority = undefined;

    await expect(prepare()).resolves.toMatchObject({ alreadyPrepared: true });
    expect(authority).toEqual({ epoch: 1, activeRegion: PRIMARY });
  });

  it('refuses when another region is the active one', async () => {
    authority = { epoch: 2, activeRegion: STANDBY };

    await expect(prepare()).rejects.toThrow(FailoverRefused);
    expect(await database.value(`SELECT to_regclass('holdfast.authority') IS NULL`)).toBe(true);
  });
});
