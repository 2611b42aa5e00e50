import { commitWithState } from '../../../../../lambda/snowflake-replicator/load/commit';
import type { Workplace } from '../../../../../lambda/snowflake-replicator/load/workplace';
import type { LedgerEntry, TableState } from '../../../../../lambda/snowflake-replicator/state/table-state';
import { captureOutput } from '../../../../support/captured-output';

const output = captureOutput();

const ENTRY: LedgerEntry = { batch: 3, kind: 'full', operationId: 'run-1', rows: 90, quarantined: 7, bytes: 4096, digest: null, details: {} };
const STATE = {} as TableState;

/** A place where transactions go well, except for the statement that is refused. */
function place(refused?: string): Workplace {
  const warehouse = {
    execute: (sql: string) => (sql === refused ? Promise.reject(new Error(`${sql} was refused`)) : Promise.resolve({ rows: [], changed: 0 })),
    rows: () => Promise.resolve([{ ID: '1' }]),
  };
  const control = { record: () => Promise.resolve(), write: () => Promise.resolve({ version: 2, state: STATE }) };
  const ports = { now: () => new Date('2026-03-01T04:05:06Z'), checkpoint: () => undefined };
  return { tableId: 'shop/public.orders', writer: {}, control, ports, warehouse: () => Promise.resolve(warehouse) } as unknown as Workplace;
}

function emitted(): object {
  return { quarantined: output.metric('RowsQuarantined'), bytes: output.metric('ExtractedBytes') };
}

describe('what a committed batch tells the alarms', () => {
  test.each(['full', 'incremental', 'repair'] as const)('has the rows in quarantine and the bytes of a batch of kind %s, once', async (kind) => {
    await commitWithState(place(), { version: 1 }, STATE, { ...ENTRY, kind }, () => Promise.resolve());

    const instance = 'shop/public.orders';
    expect(emitted()).toEqual({ quarantined: [{ instance, value: 7, unit: 'Count' }], bytes: [{ instance, value: 4096, unit: 'Bytes' }] });
  });

  test('is nothing of rows in quarantine where there are none', async () => {
    await commitWithState(place(), { version: 1 }, STATE, { ...ENTRY, quarantined: 0 }, () => Promise.resolve());

    expect(output.metric('RowsQuarantined')).toEqual([]);
  });

  test('is nothing at all when it was not committed, or was no batch', async () => {
    await expect(commitWithState(place('COMMIT'), { version: 1 }, STATE, ENTRY, () => Promise.resolve())).rejects.toThrow('COMMIT was refused');
    await commitWithState(place(), { version: 1 }, STATE, null, () => Promise.resolve());

    expect(emitted()).toEqual({ quarantined: [], bytes: [] });
  });
});
