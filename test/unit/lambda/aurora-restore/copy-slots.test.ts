import { CopySlots, slotPlaceOf, type CopySlotsPorts } from '../../../../lambda/aurora-restore/copy-slots';
import type { DynamoTable } from '../../../../lambda/common/aws/dynamo-table';
import { LocalCloud } from '../../../../local/cloud/local-cloud';
import { createTable } from '../../../support/create-table';
import { DAY_MS, HOPS, LONG_WAY, NOW, PIPELINE, SOURCE, TARGET } from './fixtures';

describe('CopySlots', () => {
  let cloud: LocalCloud;
  let table: DynamoTable;
  let place = '';
  let places = 0;
  let nowMs = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    table = await createTable(cloud, { account: TARGET.account, region: TARGET.region }, 'slots', 'place', 'slot');
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    place = `place-${(places += 1)}`;
    nowMs = NOW.getTime();
  });
  const slotsOver = (over: CopySlotsPorts['table'], pipeline: string = PIPELINE) => new CopySlots({ pipeline, table: over, now: () => new Date(nowMs) });
  const take = (holder: string, at = place) => slotsOver(table).take(at, holder);
  const takeAll = async () => {
    for (const holder of ['a', 'b', 'c', 'd', 'e']) expect(await take(holder)).toBe(true);
  };

  it('lets five copies run and makes the sixth wait until one ends', async () => {
    await takeAll();

    expect(await take('f')).toBe(false);
    await slotsOver(table).release(place, 'c');
    expect(await take('f')).toBe(true);
    expect(await take('g')).toBe(false);
  });

  it('gives a holder that asks again the slot that it has', async () => {
    await takeAll();

    expect(await take('a')).toBe(true);
    expect(await table.query({ place })).toHaveLength(5);
  });

  it('counts each place by itself', async () => {
    await takeAll();

    expect(await take('f', `${place}-elsewhere`)).toBe(true);
  });

  it('counts the copies of all pipelines into a place together, and does not take one’s operation for another’s', async () => {
    await takeAll();

    expect(await slotsOver(table, 'invoices-refresh').take(place, 'a')).toBe(false);
    await slotsOver(table, 'invoices-refresh').release(place, 'a');
    expect(await take('f')).toBe(false);
  });

  it('lets nobody wait for a run that died: a slot is free after a day', async () => {
    await takeAll();
    nowMs += DAY_MS;
    expect(await take('f')).toBe(false);

    nowMs += 1;
    expect(await take('f')).toBe(true);
  });

  it('takes a slot anew for a holder whose time was over, so that nobody takes it away', async () => {
    await take('a');
    nowMs += DAY_MS + 1;

    expect(await take('a')).toBe(true);
    expect((await table.query({ place })).every((slot) => Number(slot['expiresAtMs']) > nowMs)).toBe(true);
  });

  it('gives back only what the holder has', async () => {
    await takeAll();

    await slotsOver(table).release(place, 'nobody');

    expect(await take('f')).toBe(false);
  });

  it('does not give back a slot that has passed to another since it was looked at', async () => {
    await takeAll();
    const stale = (await table.query({ place })).map((slot) => (slot['holder'] === `${PIPELINE}/a` ? { ...slot, holder: `${PIPELINE}/late` } : slot));
    const slow = slotsOver({ query: async () => stale, putIf: (item, condition) => table.putIf(item, condition), deleteIf: (key, condition) => table.deleteIf(key, condition) });

    await slow.release(place, 'late');

    expect((await table.query({ place })).map(({ holder }) => holder)).toEqual(['a', 'b', 'c', 'd', 'e'].map((operation) => `${PIPELINE}/${operation}`));
  });

  it('gives the last slot to one of two that ask at once', async () => {
    for (const holder of ['a', 'b', 'c', 'd']) await take(holder);

    const answers = await Promise.all([take('x'), take('y'), take('z')]);

    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});

describe('slotPlaceOf', () => {
  it('is the account and region whose limit counts: the one that the copy is made in', () => {
    expect(slotPlaceOf(LONG_WAY[0]!, TARGET.account)).toBe(`${SOURCE.account} ${SOURCE.region}`);
    expect(slotPlaceOf(HOPS[1], TARGET.account)).toBe(`${TARGET.account} ${TARGET.region}`);
    expect(slotPlaceOf({ ...HOPS[1], region: SOURCE.region }, TARGET.account)).toBe(`${TARGET.account} ${SOURCE.region}`);
  });

  it('is none for a share', () => {
    expect(slotPlaceOf(HOPS[0], TARGET.account)).toBeUndefined();
  });
});
