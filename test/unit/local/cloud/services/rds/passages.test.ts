import { CloudClock } from '../../../../../../local/cloud/gateway/clock';
import { Passages, type Passage, type Passing } from '../../../../../../local/cloud/services/rds/life-cycle/passages';

type Status = 'new' | 'building' | 'ready' | 'leaving' | 'gone';

const BUILD: Passage<Status> = { from: ['new'], during: 'building', to: 'ready', minutes: 10 };
const LEAVE: Passage<Status> = { from: ['building', 'ready'], during: 'leaving', to: 'gone', minutes: 3 };

describe('a passage', () => {
  const clock = new CloudClock({ busy: 1, idle: Infinity });
  const defects: string[] = [];
  const passages = new Passages(clock, (error) => defects.push(error.message));
  const resource = (): Passing<Status> => ({ status: 'new', underway: undefined });
  afterAll(() => clock.stop());

  it('arrives when its time is over, and tells how far it is', async () => {
    const one = resource();

    passages.begin(one, BUILD);
    await clock.pass(7.5 * 60_000);
    const underway = [one.status, passages.percentOf(one)];
    await clock.pass(3 * 60_000);

    expect(underway).toEqual(['building', 75]);
    expect([one.status, passages.percentOf(one)]).toEqual(['ready', 100]);
  });

  it('takes a share of its time when it begins in a hurry, and all of it afterwards', async () => {
    const [hurried, other] = [resource(), resource()];

    const endHurry = passages.hurry(0.1);
    passages.begin(hurried, BUILD);
    endHurry();
    passages.begin(other, BUILD);
    await clock.pass(90_000);

    expect([hurried.status, other.status]).toEqual(['ready', 'building']);
  });

  it('waits for its work when that takes longer', async () => {
    const one = resource();
    let finish = () => {};

    const arrived = new Promise<void>((then) => passages.begin(one, BUILD, { durationMs: 0, work: () => new Promise<void>((resolve) => (finish = resolve)), then }));
    await clock.pass(2);
    const early = one.status;
    finish();
    await clock.passUntil(arrived, 60_000, 'the passage');

    expect([early, one.status]).toEqual(['building', 'ready']);
  });

  it('is overtaken without a trace, after its work is over', async () => {
    const one = resource();
    const order: string[] = [];

    passages.begin(one, BUILD, { work: async () => order.push('built'), arrive: () => order.push('arrived'), then: () => order.push('ready') });
    passages.begin(one, LEAVE, { work: async () => order.push('left') });
    await clock.pass(20 * 60_000);

    expect(order).toEqual(['built', 'left']);
    expect(one.status).toBe('gone');
  });

  it('leaves the resource failed and reports a defect when its work or its arrival fails', async () => {
    const [one, other] = [resource(), resource()];

    passages.begin(one, BUILD, { work: () => Promise.reject(new Error('no bricks')), then: () => defects.push('never') });
    passages.begin(other, BUILD, { arrive: () => Promise.reject(new Error('no door')) });
    await clock.pass(20 * 60_000);

    expect([one.status, other.status]).toEqual(['failed', 'failed']);
    expect(defects.sort()).toEqual(['no bricks', 'no door']);
  });
});
