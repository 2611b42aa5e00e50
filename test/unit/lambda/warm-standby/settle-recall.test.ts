import type { Authority } from '../../../../lambda/warm-standby/authority-register';
import { EpochOvertaken } from '../../../../lambda/warm-standby/contract';
import { settleRecall } from '../../../../lambda/warm-standby/settle-recall';
import { at, MemoryRuns, now, PRIMARY, STANDBY } from './fixtures';

let runs: MemoryRuns;
let authority: Authority | undefined;
let failure: Error | undefined;
let turned: string[];
beforeEach(() => {
  runs = new MemoryRuns();
  runs.recalled = { epoch: 3, at: at(-300) };
  authority = { epoch: 3, activeRegion: PRIMARY };
  failure = undefined;
  turned = [];
});

const settle = () =>
  settleRecall({
    region: PRIMARY,
    register: { highest: async () => ({ authority, answered: authority ? 1 : 0 }) },
    runs,
    trafficSwitch: {
      turnTo: async (region, epoch) => {
        if (failure) throw failure;
        turned.push(`${region} in epoch ${epoch}`);
      },
    },
    now,
  });

describe('settleRecall', () => {
  it('calls nobody where nobody was called back', async () => {
    runs.recalled = undefined;

    await expect(settle()).resolves.toBe(false);
    expect(turned).toEqual([]);
  });

  it('goes on calling while the switch cannot be reached', async () => {
    failure = new Error('connect ETIMEDOUT');

    await expect(settle()).resolves.toBe(true);
    expect(runs.recalled).toEqual({ epoch: 3, at: at(-300) });
  });

  it('turns the switch once it can, and goes on calling until Route 53 has heard of it', async () => {
    await expect(settle()).resolves.toBe(true);
    expect(turned).toEqual([`${PRIMARY} in epoch 3`]);
    expect(runs.recalled).toEqual({ epoch: 3, at: at(-300), settledAt: at(0) });

    await expect(settle()).resolves.toBe(true);
    expect(turned).toHaveLength(1);
  });

  it.each([
    [-599, true],
    [-600, false],
  ])('calls for ten minutes after the switch was turned: %i s', async (settledSecond, expected) => {
    runs.recalled = { epoch: 3, at: at(-900), settledAt: at(settledSecond) };

    await expect(settle()).resolves.toBe(expected);
  });

  it.each<[string, Authority | undefined]>([
    ['another region has begun a later epoch', { epoch: 4, activeRegion: STANDBY }],
    ['it is in a later epoch itself', { epoch: 5, activeRegion: PRIMARY }],
    ['the witness does not confirm it', undefined],
  ])('calls nobody any more when %s', async (_case, held) => {
    authority = held;

    await expect(settle()).resolves.toBe(false);
    expect(turned).toEqual([]);
  });

  it('calls nobody any more when the switch follows a later epoch', async () => {
    failure = new EpochOvertaken('epoch 3 is overtaken');

    await expect(settle()).resolves.toBe(false);
  });
});
