import '../../../support/quiet-telemetry';
import { TableNotReplicable, TablesFailed, type RecordFailureInput, type ReplicationSummary, type TableOutcome } from '../../../../lambda/snowflake-replicator/contract';
import { finishRun } from '../../../../lambda/snowflake-replicator/finish-run';
import { recordFailure } from '../../../../lambda/snowflake-replicator/record-failure';
import { redriveFailures } from '../../../../lambda/snowflake-replicator/redrive-failures';

const NOW = new Date('2026-03-01T04:05:06.789Z');
const FAILURE: RecordFailureInput = {
  operationId: 'shop-1',
  table: 'public.orders',
  mode: 'full',
  executionArn: 'arn:execution',
  error: { Error: TableNotReplicable.errorName, Cause: JSON.stringify({ errorType: TableNotReplicable.errorName, errorMessage: 'public.orders cannot be replicated: it has no key' }) },
};

/** A queue, a topic and a state machine that remember. */
function ports(bodies: readonly string[] = []) {
  const queue = bodies.map((body, index) => ({ body, receipt: `r${index}` }));
  const seen = { sent: [] as string[], published: [] as [string, string][], removed: [] as string[], givenBack: [] as string[], started: [] as [string, unknown][] };
  return {
    seen,
    pipeline: 'shop',
    queue: {
      send: (body: string) => Promise.resolve(void seen.sent.push(body)),
      take: (most: number) => Promise.resolve(queue.splice(0, Math.min(most, 2))),
      remove: ({ receipt }: { receipt: string }) => Promise.resolve(void seen.removed.push(receipt)),
      giveBack: ({ receipt }: { receipt: string }) => Promise.resolve(void seen.givenBack.push(receipt)),
    },
    topic: { publish: (subject: string, message: string) => Promise.resolve(void seen.published.push([subject, message])) },
    executions: {
      start: (name: string, input: unknown) => {
        seen.started.push([name, input]);
        return Promise.resolve({ executionArn: `arn:${name}`, alreadyStarted: false });
      },
    },
    now: () => NOW,
  };
}

/** The record that a failure leaves in the queue. */
async function recordOf(changes: Partial<RecordFailureInput> = {}): Promise<string> {
  const at = ports();
  await recordFailure({ ...FAILURE, ...changes }, at);
  return at.seen.sent[0] ?? '';
}

describe('recordFailure', () => {
  test('keeps what it takes to do it again, and tells people what to do', async () => {
    const at = ports();

    const outcome = await recordFailure(FAILURE, at);

    expect(outcome).toEqual({ table: 'public.orders', status: 'failed', errorName: TableNotReplicable.errorName, failureClass: 'config', message: 'public.orders cannot be replicated: it has no key' });
    expect(JSON.parse(at.seen.sent[0] ?? '')).toMatchObject({ version: 1, pipeline: 'shop', table: 'public.orders', mode: 'full', failureClass: 'config', failedAt: NOW.toISOString() });
    expect(at.seen.published[0]?.[0]).toBe('shop: public.orders failed');
    expect(at.seen.published[0]?.[1]).toContain('Put the settings right, then redrive.');
  });

  test.each([
    ['States.Timeout', undefined, 'unforeseen', ''],
    ['Lambda.Unknown', 'not JSON', 'unforeseen', 'not JSON'],
    ['SnowflakeReplicator.VaultUnavailable', '{"errorMessage":"sealed"}', 'connection', 'sealed'],
  ])('takes %s with the cause %s for %s', async (errorName, cause, failureClass, message) => {
    await expect(recordFailure({ ...FAILURE, error: { Error: errorName, Cause: cause } }, ports())).resolves.toMatchObject({ failureClass, message });
  });
});

describe('redriveFailures', () => {
  test('starts each failure again under a name of its own, as the same operation', async () => {
    const at = ports([await recordOf(), await recordOf({ table: null, mode: 'auto' })]);

    const { redriven, left } = await redriveFailures({}, at);

    expect(left).toEqual([]);
    expect(redriven.map(({ table }) => table)).toEqual(['public.orders', null]);
    expect(at.seen.started.map(([, input]) => input)).toEqual([{ operationId: 'shop-1', mode: 'full', tables: ['public.orders'] }, { operationId: 'shop-1', mode: 'auto' }]);
    expect(at.seen.started[0]?.[0]).toMatch(/^shop-1-public_orders-redrive-[0-9a-z]+$/);
    expect(at.seen.removed).toEqual(['r0', 'r1']);
  });

  test('takes no more than it is asked to', async () => {
    const at = ports([await recordOf(), await recordOf(), await recordOf(), await recordOf()]);

    await expect(redriveFailures({ most: 3 }, at)).resolves.toMatchObject({ redriven: { length: 3 } });
    expect(at.seen.removed).toEqual(['r0', 'r1', 'r2']);
  });

  test('leaves in the queue what it does not know', async () => {
    const other = JSON.stringify({ ...(JSON.parse(await recordOf()) as object), pipeline: 'other' });
    const at = ports(['no JSON', other, '{"version": 2}']);

    const { redriven, left } = await redriveFailures({}, at);

    expect(redriven).toEqual([]);
    expect(left[1]).toBe('a failure of pipeline other');
    expect(left).toHaveLength(3);
    expect(at.seen.givenBack).toEqual(['r0', 'r1', 'r2']);
    expect(at.seen.removed).toEqual([]);
  });

  test.each([[{ most: 0 }], [{ most: 101 }], [{ all: true }]])('refuses %j', async (input) => {
    await expect(redriveFailures(input as never, ports())).rejects.toThrow('redrive request for shop');
  });
});

describe('finishRun', () => {
  const summary: ReplicationSummary = { table: 'public.orders', mode: 'incremental', reasons: [], rowsExtracted: 10, rowsQuarantined: 0, batches: 1, verifiedBatch: 2, durationSeconds: 1 };
  const succeeded = (changes: Partial<ReplicationSummary> = {}): TableOutcome => ({ table: 'public.orders', status: 'succeeded', summary: { ...summary, ...changes } });
  const failed: TableOutcome = { table: 'public.items', status: 'failed', errorName: 'SnowflakeReplicator.ProofFailed', failureClass: 'data', message: 'they differ' };
  const run = (outcomes: readonly TableOutcome[]) => ({ operationId: 'shop-1', executionArn: 'arn:execution', startedAt: '2026-03-01T04:05:00.000Z', outcomes });

  test('sums up a run that went well, in silence', async () => {
    const at = ports();

    await expect(finishRun(run([succeeded(), succeeded({ rowsExtracted: 5 })]), at)).resolves.toEqual({ operationId: 'shop-1', tables: 2, leftToOthers: [], rowsExtracted: 15, durationSeconds: 6.789 });
    expect(at.seen.published).toEqual([]);
  });

  test('names the tables that another run works on, in silence', async () => {
    const at = ports();

    await expect(finishRun(run([succeeded(), { table: 'public.items', status: 'busy' }]), at)).resolves.toMatchObject({ tables: 2, leftToOthers: ['public.items'], rowsExtracted: 10 });
    expect(at.seen.published).toEqual([]);
  });

  test('fails when a table failed, after it has told people', async () => {
    const at = ports();

    await expect(finishRun(run([succeeded(), failed]), at)).rejects.toThrow(TablesFailed);
    expect(at.seen.published[0]?.[0]).toBe('shop: 1 of 2 tables failed');
    expect(at.seen.published[0]?.[1]).toContain('public.items failed with SnowflakeReplicator.ProofFailed: they differ');
  });

  test.each<[TableOutcome, string]>([
    [succeeded({ rowsQuarantined: 3 }), '3 rows have no place in the target'],
    [{ table: 'public.orders', status: 'succeeded', summary: { table: 'public.orders', whole: true, durationSeconds: 1, compared: 9, missing: 1, altered: 2, extra: 3, repaired: 6, missedByCursor: 3 } }, '6 rows differed (1 missing, 2 altered, 3 deleted in the source), 6 were repaired; 3 the cursor would never have brought'],
  ])('tells people what was found', async (outcome, words) => {
    const at = ports();

    await finishRun(run([outcome]), at);

    expect(at.seen.published[0]?.[0]).toBe('shop: replicated, with remarks');
    expect(at.seen.published[0]?.[1]).toContain(words);
  });
});
