import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { WarehouseTimedOut } from '../../../lambda/snowflake-replicator/contract';
import { startWarehouse, type TestWarehouse } from './warehouse-server';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-upload-'));
const STAGE = '@DB.HOLDFAST.PARTS';
let warehouse: TestWarehouse;

beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.control.execute('CREATE STAGE DB.HOLDFAST.PARTS');
  await warehouse.control.execute('GRANT READ ON STAGE DB.HOLDFAST.PARTS TO ROLE LOADER');
  await warehouse.control.execute('GRANT WRITE ON STAGE DB.HOLDFAST.PARTS TO ROLE LOADER');
});

afterAll(async () => {
  await warehouse.close();
  rmSync(directory, { recursive: true });
});

function partFile(name: string): string {
  const file = join(directory, name);
  writeFileSync(file, zstdCompressSync('1\n'));
  return file;
}

/** The number once it does not grow any more; an endless upload makes a request every few milliseconds. */
async function untilSteady(count: () => Promise<number>): Promise<number> {
  for (let before = await count(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const now = await count();
    if (now === before) return now;
    before = now;
  }
}

describe('a file on its way to a stage whose credentials have expired', () => {
  // The AWS SDK inside the driver complains on the console at every attempt.
  beforeEach(() => jest.spyOn(console, 'warn').mockReturnValue());
  afterEach(() => jest.restoreAllMocks());

  test('is given up with our own error, and the driver leaves it alone from then on', async () => {
    const session = await warehouse.openSession({ uploadTimeoutMs: 500 });
    const file = partFile('hot.csv.zst');
    await warehouse.control.addFault({ on: 'stage', times: 1_000_000, effect: { kind: 'expireStageCredentials' } });

    const failure = await session.put(file, STAGE, 'zstd').catch((error: unknown) => error);
    const requests = await untilSteady(async () => (await warehouse.control.counters()).stageRequests);
    await warehouse.control.clearFaults();
    await session.put(partFile('cool.csv.zst'), STAGE, 'zstd');
    const listed = await session.rows(`LIST ${STAGE}`);

    expect(failure).toBeInstanceOf(WarehouseTimedOut);
    expect(requests).toBeGreaterThan(1);
    expect(existsSync(file)).toBe(false);
    expect(listed.map((row) => row['name'])).toEqual([expect.stringContaining('cool.csv.zst')]);
  });
});
