import { REFUSED_WRITE } from '../../../../lambda/warm-standby/authority-sql';
import type { Authority } from '../../../../lambda/warm-standby/authority-register';
import type { Progress } from '../../../../lambda/warm-standby/contract';
import { renewLease } from '../../../../lambda/warm-standby/renew-lease';
import { captureOutput } from '../../../support/captured-output';
import { at, NOW, now, PRIMARY, STANDBY } from './fixtures';
import { StandbyDatabase } from './standby-database';

const output = captureOutput();
const SOON = new Date(NOW.getTime() + 10_000);
const LEASE_END = new Date(NOW.getTime() + 150_000);

let database: StandbyDatabase;
let remembered: Authority[];
let reported: Progress[];
let ingress: string[];
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(async () => {
  await database.prepare(1, PRIMARY, SOON, NOW);
  remembered = [];
  reported = [];
  ingress = [];
});
afterAll(() => database.stop());

/** The primary region asks; the others say this. */
const renew = (authority: Authority | undefined, answered = 2, of: Pick<StandbyDatabase, 'use'> = database) =>
  renewLease(
    {},
    {
      system: 'shop',
      region: PRIMARY,
      database: of,
      register: { confirmed: async () => ({ authority, answered }), remember: async (heard) => void remembered.push(heard), reportProgress: async (progress) => void reported.push(progress) },
      ingress: { allowFrom: async (group) => (ingress.push(`allow ${group}`), true), revokeFrom: async (group) => (ingress.push(`revoke ${group}`), true) },
      applicationGroupId: 'sg-app',
      now,
    },
  );

const leaseEnd = () => database.value('SELECT lease_until FROM holdfast.authority');
const isRefused = async () => database.write(1, NOW, 1).then(() => false, (error: { code?: string }) => error.code === REFUSED_WRITE);

describe('renewLease', () => {
  it('prolongs the lease when another region confirms the epoch, and tells the others how far this one is', async () => {
    await expect(renew({ epoch: 1, activeRegion: PRIMARY }, 1)).resolves.toEqual({ outcome: 'renewed', epoch: 1 });
    expect(await leaseEnd()).toEqual(LEASE_END);
    expect(reported).toEqual([{ epoch: 1, sequence: 1, at: at(0) }]);
    expect(output.metric('HeartbeatAgeSeconds')).toEqual([{ instance: 'shop', value: 0, unit: 'Seconds' }]);
  });

  it('fences a database that another region has overtaken, and closes it, however it came about', async () => {
    await expect(renew({ epoch: 2, activeRegion: STANDBY })).resolves.toEqual({ outcome: 'fenced', epoch: 1 });
    expect(await isRefused()).toBe(true);
    expect(ingress).toEqual(['revoke sg-app']);
    expect(remembered).toEqual([{ epoch: 2, activeRegion: STANDBY }]);
    expect(output.metric('HeartbeatAgeSeconds')).toEqual([]);
  });

  it('asks its database over one connection', async () => {
    let sessions = 0;
    const counted: Pick<StandbyDatabase, 'use'> = { use: (work) => ((sessions += 1), database.use(work)) };

    await expect(renew({ epoch: 1, activeRegion: PRIMARY }, 1, counted)).resolves.toMatchObject({ outcome: 'renewed' });
    expect(sessions).toBe(1);
  });

  it('lets the lease run out while nobody answers', async () => {
    await expect(renew(undefined, 0)).resolves.toEqual({ outcome: 'not-confirmed', epoch: 1 });
    expect(await leaseEnd()).toEqual(SOON);
    expect(await isRefused()).toBe(false);
  });

  it('does not prolong an epoch that is over while its own region begins the next', async () => {
    await expect(renew({ epoch: 3, activeRegion: PRIMARY })).resolves.toEqual({ outcome: 'not-confirmed', epoch: 1 });
    expect(await leaseEnd()).toEqual(SOON);
  });

  it('opens the way to a replica, so that tasks find it when it is promoted', async () => {
    const { replica } = await database.replicate();

    await expect(renew({ epoch: 2, activeRegion: STANDBY }, 2, replica)).resolves.toMatchObject({ outcome: 'replica' });
    expect(ingress).toEqual(['allow sg-app']);
    expect(output.metric('HeartbeatAgeSeconds')).toHaveLength(1);
  });

  it('waits for a database that nobody has prepared', async () => {
    await database.empty();

    await expect(renew(undefined)).resolves.toEqual({ outcome: 'unprepared', epoch: null });
  });
});
