import { Workplace, type WorkCall, type WorkPorts } from '../../../../../lambda/snowflake-replicator/load/workplace';
import { parseTableSettings, pipelineSchema } from '../../../../../lambda/snowflake-replicator/settings';
import type { SourceSession } from '../../../../../lambda/snowflake-replicator/postgres/source-session';
import { captureOutput } from '../../../../support/captured-output';

const output = captureOutput();

const PIPELINE = pipelineSchema.parse({
  source: { clusterIdentifier: 'orders', database: 'orders', credentials: { kind: 'dynamic', role: 'reader' } },
  snowflake: { account: 'A', role: 'R', warehouse: 'W', database: 'D', schema: 'S', login: { kind: 'workload-identity' } },
});
const CALL: WorkCall = { operationId: 'run-1', table: 'public.orders', settings: { pipeline: PIPELINE, table: parseTableSettings('public.orders', {}, 'orders') }, fence: 1, remainingMs: () => 900_000 };

/** What lies outside, with sessions of PostgreSQL whose slowest statements took so long; one that is null cannot be opened. */
function outside(slowest: readonly (number | null)[]): WorkPorts {
  const sessions = slowest.map((slowestSeconds) => ({ slowestSeconds, exportSnapshot: () => Promise.resolve('s'), beginSnapshot: () => Promise.resolve(), close: () => Promise.resolve() }));
  return {
    pipeline: 'shop',
    clusters: { find: () => Promise.resolve({ endpoint: 'orders.test', port: 5432, resourceId: 'cluster-ORDERS' }) },
    openVault: () => Promise.resolve({ readSecret: () => Promise.resolve({}), lendDatabaseLogin: () => Promise.resolve({ username: 'u', password: 'p' }), keepAlive: () => Promise.resolve(), close: () => Promise.resolve() }),
    openSource: () => {
      const session = sessions.shift();
      return session?.slowestSeconds === null ? Promise.reject(new Error('no connection is left')) : Promise.resolve(session as unknown as SourceSession);
    },
    checkpoint: () => undefined,
  } as unknown as WorkPorts;
}

describe('a workplace that is cleared away', () => {
  const slowest = () => output.metric('SlowestSourceQuerySeconds');

  test('tells of the slowest statement of all its sessions', async () => {
    await Workplace.with(outside([3, 20]), CALL, async (work) => {
      await work.source();
      await work.source(1);
    });

    expect(slowest()).toEqual([{ instance: 'shop/public.orders', value: 20, unit: 'Seconds' }]);
  });

  test('tells of it when the work failed, too', async () => {
    const failing = Workplace.with(outside([600]), CALL, async (work) => {
      await work.source();
      throw new Error('a statement was given up');
    });

    await expect(failing).rejects.toThrow('a statement was given up');
    expect(slowest()).toEqual([{ instance: 'shop/public.orders', value: 600, unit: 'Seconds' }]);
  });

  test('says what kept one of its readers out, and tells of the others', async () => {
    const failing = Workplace.with(outside([3, null, 5]), CALL, async (work) => work.readersOf(await work.source(), 3));

    await expect(failing).rejects.toThrow('no connection is left');
    expect(slowest()).toEqual([expect.objectContaining({ value: 5 })]);
  });

  test('tells of none where none was sent', async () => {
    await Workplace.with(outside([]), CALL, () => Promise.resolve());

    expect(slowest()).toEqual([]);
  });
});
