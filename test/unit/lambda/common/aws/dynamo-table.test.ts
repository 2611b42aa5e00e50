import type { DynamoTable } from '../../../../../lambda/common/aws/dynamo-table';
import { parseFaultRule } from '../../../../../local/cloud/gateway/faults';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';
import { createTable } from '../../../../support/create-table';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('DynamoTable', () => {
  let cloud: LocalCloud;
  let table: DynamoTable;
  let run = '';
  let runs = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    table = await createTable(cloud, place, 'events', 'run', 'sequence');
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    run = `run-${(runs += 1)}`;
  });
  afterEach(() => {
    cloud.faults.clear();
    expect(cloud.defects).toEqual([]);
  });

  it('gives back what was put, and nothing for what was not', async () => {
    await table.put({ run, sequence: '1', nested: { list: [1, 'two', null, true] }, left: undefined });

    expect(await table.get({ run, sequence: '1' })).toEqual({ run, sequence: '1', nested: { list: [1, 'two', null, true] } });
    expect(await table.get({ run, sequence: '2' })).toBeUndefined();
  });

  it('puts a new item once', async () => {
    expect(await table.putNew({ run, sequence: '1', by: 'first' }, 'sequence')).toBe(true);
    expect(await table.putNew({ run, sequence: '1', by: 'second' }, 'sequence')).toBe(false);
    expect(await table.get({ run, sequence: '1' })).toMatchObject({ by: 'first' });
  });

  it('writes and deletes where a condition holds, and tells', async () => {
    await table.put({ run, sequence: '1', holder: 'a' });
    const heldBy = (holder: string) => ({ expression: '#holder = :holder', names: { '#holder': 'holder' }, values: { ':holder': holder } });

    expect(await table.putIf({ run, sequence: '1', holder: 'c' }, heldBy('b'))).toBe(false);
    expect(await table.deleteIf({ run, sequence: '1' }, heldBy('b'))).toBe(false);
    expect(await table.get({ run, sequence: '1' })).toMatchObject({ holder: 'a' });
    expect(await table.deleteIf({ run, sequence: '1' }, heldBy('a'))).toBe(true);
    expect(await table.get({ run, sequence: '1' })).toBeUndefined();
  });

  it('sets attributes and leaves the others, even those whose names are reserved words', async () => {
    await table.put({ run, sequence: '1', status: 'RUNNING', kept: 1 });

    expect(await table.set({ run, sequence: '1' }, { status: 'FAILED', state: undefined, values: { a: 1 } })).toBe(true);
    expect(await table.get({ run, sequence: '1' })).toEqual({ run, sequence: '1', status: 'FAILED', kept: 1, values: { a: 1 } });
  });

  it('sets nothing where the condition does not hold', async () => {
    const there = { expression: 'attribute_exists(#run)', names: { '#run': 'run' } };

    expect(await table.set({ run, sequence: '1' }, { status: 'FAILED' }, there)).toBe(false);
    expect(await table.get({ run, sequence: '1' })).toBeUndefined();
  });

  it('lists a partition in the order of its sort key, over as many pages as there are', async () => {
    const bulk = 'x'.repeat(150_000);
    for (const sequence of ['09', '01', '05', '02', '07', '08', '03', '04', '06']) await table.put({ run, sequence, bulk });
    await table.put({ run: `${run}-other`, sequence: '00' });

    expect((await table.query({ run })).map(({ sequence }) => sequence)).toEqual(['01', '02', '03', '04', '05', '06', '07', '08', '09']);
    expect(await table.last({ run })).toMatchObject({ sequence: '09' });
    expect(await table.last({ run: 'none' })).toBeUndefined();
  });

  it('takes a throttled call for what it is and tries again', async () => {
    cloud.faults.add(parseFaultRule('dynamodb:PutItem=throttle'));

    await table.put({ run, sequence: '1' });

    expect(await table.get({ run, sequence: '1' })).toBeDefined();
  });

  it('passes on what is no answer to the condition', async () => {
    await expect(table.put({ run, sequence: 7 })).rejects.toThrow('Type mismatch');
    await expect(table.putNew({ run, sequence: 7 }, 'sequence')).rejects.toThrow('Type mismatch');
  });
});
