import type { Authority } from '../../../../lambda/warm-standby/authority-register';
import { REFUSED_WRITE } from '../../../../lambda/warm-standby/authority-sql';
import { EpochOvertaken } from '../../../../lambda/warm-standby/contract';
import { drainPeer } from '../../../../lambda/warm-standby/drain-peer';
import { yieldRegion } from '../../../../lambda/warm-standby/yield-region';
import { at, MemoryRuns, NOW, now, PRIMARY, STANDBY, stepOf } from './fixtures';
import { StandbyDatabase } from './standby-database';

const LEASE_END = new Date(NOW.getTime() + 150_000);

let database: StandbyDatabase;
let runs: MemoryRuns;
let held: Authority | undefined;
let revoked: string[];
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(async () => {
  await database.prepare(1, PRIMARY, LEASE_END, NOW);
  runs = new MemoryRuns();
  held = { epoch: 1, activeRegion: PRIMARY };
  revoked = [];
});
afterAll(() => database.stop());

/** The primary region, asked to yield. */
const yieldTo = (epoch: number) =>
  yieldRegion(
    { operationId: `epoch-${epoch}`, epoch, activeRegion: STANDBY },
    { database, ingress: { revokeFrom: async (group) => (revoked.push(group), true) }, applicationGroupId: 'sg-app', register: { own: async () => held, remember: async (heard) => void (held = heard) }, runs, now },
  );

describe('yieldRegion', () => {
  it('ends writing here, remembers who writes from now on, and says that this is meant', async () => {
    await expect(yieldTo(2)).resolves.toMatchObject({ finalSequence: 1, at: at(0) });

    await expect(database.write(1, NOW, 1)).rejects.toMatchObject({ code: REFUSED_WRITE });
    expect(held).toEqual({ epoch: 2, activeRegion: STANDBY });
    expect(revoked).toEqual(['sg-app']);
    expect(runs.handovers).toEqual([{ epoch: 2, at: at(0) }]);
  });

  it('does not yield to an epoch that is overtaken', async () => {
    held = { epoch: 3, activeRegion: PRIMARY };

    await expect(yieldTo(2)).rejects.toThrow(EpochOvertaken);
    await database.write(1, NOW, 1);
    expect(runs.handovers).toEqual([]);
  });
});

describe('drainPeer', () => {
  it('says that what follows is meant, then asks the other region for the epoch of this one', async () => {
    const asked: unknown[] = [];
    const drained = { finalLsn: '0/3000148', finalSequence: 7, at: at(0) };

    const answer = await drainPeer(stepOf({ kind: 'planned' }), {
      region: STANDBY,
      peerYield: {
        call: async <T>(input: unknown) => {
          expect(runs.handovers).toHaveLength(1);
          asked.push(input);
          return drained as T;
        },
      },
      runs,
      now,
    });

    expect(answer).toEqual(drained);
    expect(asked).toEqual([{ operationId: 'epoch-2', epoch: 2, activeRegion: STANDBY }]);
  });
});
