import type { ServiceStatus } from '../../../../lambda/warm-standby/probe-service';
import { watchRegions } from '../../../../lambda/warm-standby/watch-regions';
import { captureOutput } from '../../../support/captured-output';
import { at, MemoryRuns, NOW, PRIMARY, STANDBY } from './fixtures';

const output = captureOutput();
const ANSWER: ServiceStatus = { region: PRIMARY, epoch: 1, role: 'active' };

let runs: MemoryRuns;
let clock: Date;
beforeEach(() => {
  clock = NOW;
  runs = new MemoryRuns();
});

const watch = (status: ServiceStatus | undefined, position: string | undefined = PRIMARY, isSwitchHere = true) =>
  watchRegions(
    {},
    {
      system: 'shop',
      region: isSwitchHere ? STANDBY : PRIMARY,
      recordName: 'shop.example.com',
      rtoSeconds: 1_500,
      holdsSwitch: isSwitchHere,
      trafficSwitch: { position: async () => position, turnTo: async () => undefined },
      register: { highest: async () => ({ authority: { epoch: 3, activeRegion: PRIMARY }, answered: 1 }) },
      runs,
      probe: async () => {
        // Who waits for an answer in vain has waited.
        if (!status) clock = new Date(NOW.getTime() + 5_000);
        return status;
      },
      now: () => clock,
    },
  );

const values = (metric: string) => output.metric(metric).map(({ value }) => value);

describe('watchRegions', () => {
  it('remembers when the service answered', async () => {
    await expect(watch(ANSWER)).resolves.toEqual({ answers: true, servingRegion: PRIMARY });
    expect(runs.seenAt).toBe(at(0));
    expect(values('ServiceUnreachable')).toEqual([0]);
  });

  it.each<[string, ServiceStatus | undefined]>([
    ['nothing answers', undefined],
    ['a region answers that may not write', { ...ANSWER, role: 'refused' }],
    ['a standby answers', { ...ANSWER, role: 'standby' }],
  ])('reports an outage when %s', async (_case, status) => {
    runs.seenAt = at(-60);

    await watch(status);

    expect(values('ServiceUnreachable')).toEqual([1]);
    expect(runs.seenAt).toBe(at(-60));
  });

  it.each([ANSWER, undefined])('counts what it found for the moment of asking: %j', async (status) => {
    runs.seenAt = at(-60);

    await watch(status);

    expect(output.json().map(({ _aws }) => (_aws as { readonly Timestamp: number }).Timestamp)).toEqual([NOW, NOW, NOW].map((moment) => moment.getTime()));
  });

  it('does not call a service lost that was never there', async () => {
    await watch(undefined);

    expect(values('ServiceUnreachable')).toEqual([]);
  });

  it('takes silence for meant while an orderly failover may be under way, and no longer', async () => {
    runs.seenAt = at(-600);
    await runs.handsOver(2, at(-1_499));
    await watch(undefined);
    expect(values('ServiceUnreachable')).toEqual([]);
    expect(values('HandingOver')).toEqual([1]);

    await runs.handsOver(2, at(-1_500));
    await watch(undefined);
    expect(values('ServiceUnreachable')).toEqual([1]);
    expect(values('HandingOver')).toEqual([1, 0]);
  });

  it('calls a service lost that falls silent after it has answered in the new epoch', async () => {
    await runs.handsOver(2, at(-300));
    await watch({ ...ANSWER, region: STANDBY, epoch: 2 });
    await watch(undefined);

    expect(values('ServiceUnreachable')).toEqual([0, 1]);
    expect(values('HandingOver')).toEqual([1, 1]);
  });

  it.each([
    [STANDBY, 1],
    [PRIMARY, 0],
    [undefined, 0],
  ])('says that clients are sent to %s', async (position, value) => {
    await watch(ANSWER, position);

    expect(values('StandbyServes')).toEqual([value]);
    expect(values('ClientsRecalled')).toEqual([]);
  });

  it.each([
    [undefined, 0],
    [{ epoch: 3, at: at(-60) }, 1],
  ])('says in the other region whether it has called clients back: %j', async (recall, value) => {
    runs.recalled = recall;
    await watch(ANSWER, undefined, false);

    expect(values('ClientsRecalled')).toEqual([value]);
  });

  it('leaves that to the region whose alarm Route 53 follows', async () => {
    await watch(ANSWER, undefined, false);

    expect(values('StandbyServes')).toEqual([]);
  });
});
