import { CloudClock } from '../../../../../local/cloud/gateway/clock';

const MINUTE_MS = 60_000;

describe('CloudClock', () => {
  let clock: CloudClock;
  beforeEach(() => (clock = new CloudClock({ busy: 1, idle: Infinity }, new Date('2030-01-01T00:00:00Z'))));
  afterEach(() => clock.stop());

  const wallMs = async (work: () => Promise<unknown>): Promise<number> => {
    const startedMs = performance.now();
    await work();
    return performance.now() - startedMs;
  };

  it('leaps over an hour in which everybody only waits', async () => {
    expect(await wallMs(() => clock.pass(60 * MINUTE_MS))).toBeLessThan(1_000);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.UTC(2030, 0, 1, 1));
  });

  it('keeps to the machine while something works', async () => {
    const work = clock.whileWorking(() => new Promise((resolve) => setTimeout(resolve, 50)));
    const beforeMs = clock.nowMs();
    await clock.passUntil(work, MINUTE_MS, 'the work');

    expect(clock.nowMs() - beforeMs).toBeLessThan(1_000);
  });

  it('stands still at the pace 0, but for what somebody waits for', async () => {
    const still = new CloudClock({ busy: 0, idle: Infinity }, new Date('2030-01-01T00:00:00Z'));
    await still.whileWorking(() => new Promise((resolve) => setTimeout(resolve, 20)));
    await still.pass(60 * MINUTE_MS);

    expect(still.now()).toEqual(new Date('2030-01-01T01:00:00Z'));
    still.stop();
  });

  it('comes to what is due as much later as it was put forward', async () => {
    let rung = 0;
    const timer = clock.after(MINUTE_MS, () => (rung += 1));
    clock.putForward(48 * 60 * MINUTE_MS);
    await clock.pass(MINUTE_MS / 2);

    expect([rung, clock.now().getTime() > Date.UTC(2030, 0, 3), timer.dueMs > Date.UTC(2030, 0, 3)]).toEqual([0, true, true]);
    await clock.pass(MINUTE_MS);
    expect(rung).toBe(1);
  });

  it('hurries while all that works waits in vain', async () => {
    const inVain = () => clock.whileWorking(async (work) => {
      work.waitInVain(true);
      await clock.sleep(5_000);
    });

    expect(await wallMs(() => clock.passUntil(inVain(), MINUTE_MS, 'the work'))).toBeLessThan(2_500);
  });

  it('does not hurry while something else works', async () => {
    let end: () => void = () => undefined;
    const inVain = clock.whileWorking(async (work) => {
      work.waitInVain(true);
      await new Promise<void>((resolve) => (end = resolve));
    });
    const beforeMs = clock.nowMs();
    const other = clock.whileWorking(() => new Promise((resolve) => setTimeout(resolve, 50)));
    await clock.passUntil(other, MINUTE_MS, 'the other work').finally(end);
    const passedMs = clock.nowMs() - beforeMs;
    await inVain;

    expect(passedMs).toBeLessThan(1_000);
  });
});
