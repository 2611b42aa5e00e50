import { listTables } from '../../../../lambda/snowflake-replicator/list-tables';
import { requestReplication } from '../../../../lambda/snowflake-replicator/request-replication';
import type { ReplicationRequest } from '../../../../lambda/snowflake-replicator/contract';

const NOW = new Date('2026-03-01T04:05:06Z');
const PIPELINE = {
  source: { clusterIdentifier: 'orders', database: 'orders', credentials: { kind: 'dynamic', role: 'reader' } },
  snowflake: { account: 'A', role: 'R', warehouse: 'W', database: 'D', schema: 'S', login: { kind: 'workload-identity' } },
  limits: { tablesAtOnce: 2 },
};

/** A pipeline of two tables, one with a name that needs quotes; executions end as they are told to. */
function ports(ends: readonly (string | undefined)[] = []) {
  const started: { readonly name: string; readonly input: unknown }[] = [];
  return {
    started,
    pipeline: 'shop',
    settingsPath: '/shop',
    parameters: { readJson: () => Promise.resolve(PIPELINE), readAllJson: () => Promise.resolve(new Map<string, unknown>([['public.orders', {}], ['public.-22-a.b-22-', {}]])) },
    executions: {
      start: (name: string, input: unknown) => {
        started.push({ name, input });
        return Promise.resolve({ executionArn: `arn:${name}`, alreadyStarted: started.length <= ends.length });
      },
      statusOf: () => Promise.resolve(ends[started.length - 1]),
    },
    now: () => NOW,
  };
}

describe('requestReplication', () => {
  test('starts a run over all tables, named after the minute', async () => {
    const at = ports();

    const output = await requestReplication({}, at);

    expect(output).toEqual({ operationId: 'shop-20260301t0405', executionArn: 'arn:shop-20260301t0405', status: 'started' });
    expect(at.started[0]?.input).toEqual({ operationId: 'shop-20260301t0405', mode: 'auto', tables: ['public."a.b"', 'public.orders'] });
  });

  test('names the run of a schedule after the time that it was meant for', async () => {
    await expect(requestReplication({ scheduledTime: '2026-03-01T04:00:00Z' }, ports())).resolves.toMatchObject({ operationId: 'shop-20260301t0400' });
  });

  test('takes two schedules of one minute, and what people ask for meanwhile, for different runs', async () => {
    const scheduledTime = '2026-03-01T04:00:00Z';
    const requests: readonly ReplicationRequest[] = [{ scheduledTime }, { scheduledTime, mode: 'verify' }, { scheduledTime, tables: ['public.orders'] }, { scheduledTime, tables: ['public."a.b"'] }];

    const ids = await Promise.all(requests.map(async (request) => (await requestReplication(request, ports())).operationId));
    const again = await Promise.all(requests.map(async (request) => (await requestReplication(request, ports())).operationId));

    expect(ids[1]).toBe('shop-20260301t0400-verify');
    expect(new Set(ids).size).toBe(requests.length);
    expect(again).toEqual(ids);
  });

  test.each([
    ['RUNNING', 'running'],
    ['SUCCEEDED', 'done'],
  ] as const)('does not start a second run while the first is %s', async (execution, status) => {
    await expect(requestReplication({ operationId: 'again' }, ports([execution]))).resolves.toEqual({ operationId: 'again', executionArn: 'arn:again', status });
  });

  test('starts anew what has failed, under the next name', async () => {
    await expect(requestReplication({ operationId: 'again' }, ports(['FAILED', 'TIMED_OUT']))).resolves.toEqual({ operationId: 'again', executionArn: 'arn:again-3', status: 'started' });
  });

  test.each([
    [{ tables: ['public.customers'] }, 'tables: ["public.customers"] is not allowed, expected tables of this pipeline: public."a.b", public.orders'],
    [{ tables: [] }, 'tables: [] is not allowed, expected 1 or more entries'],
    [{ mode: 'fast' }, 'mode: "fast" is not allowed'],
    [{ scheduledTime: 'noon' }, 'scheduledTime: "noon" is not allowed, expected an ISO 8601 time in UTC'],
    [{ table: 'public.orders' }, 'table: unknown field'],
  ])('refuses %j before anything is started', async (request, words) => {
    const at = ports();

    await expect(requestReplication(request as ReplicationRequest, at)).rejects.toThrow(words);
    expect(at.started).toEqual([]);
  });

  test('refuses a pipeline without tables', async () => {
    const at = { ...ports(), parameters: { readJson: () => Promise.resolve(PIPELINE), readAllJson: () => Promise.resolve(new Map<string, unknown>()) } };

    await expect(requestReplication({}, at)).rejects.toThrow('parameters /shop/tables/*: there are none');
  });
});

describe('listTables', () => {
  test('names the tables of a run, each with what it needs to know', async () => {
    const output = await listTables({ operationId: 'execution-7', request: { tables: ['"public"."orders"', 'public.orders'], mode: 'verify' } }, ports());

    expect(output).toEqual({ operationId: 'execution-7', mode: 'verify', tables: [{ operationId: 'execution-7', table: 'public.orders', mode: 'verify' }], tablesAtOnce: 2, startedAt: NOW.toISOString() });
  });

  test('keeps the id of the request where it has one', async () => {
    await expect(listTables({ operationId: 'execution-7', request: { operationId: 'mine' } }, ports())).resolves.toMatchObject({ operationId: 'mine' });
  });
});
