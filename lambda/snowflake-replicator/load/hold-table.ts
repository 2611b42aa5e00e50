import type { Invocation } from '../../common/define-handler';
import { logger } from '../../common/telemetry';
import type { RequestedMode, SpreadLoad } from '../contract';
import type { TableLock } from '../state/table-lock';
import { tableIdOf, Workplace, type WorkPorts } from './workplace';

export interface HoldPorts extends WorkPorts {
  readonly lock: Pick<TableLock, 'acquire' | 'release' | 'renew'>;
}

/** What a call is about. */
export interface TableCall {
  readonly operationId: string;
  readonly table: string;
  readonly mode: RequestedMode;
  readonly remainingMs: () => number;
}

/**
 * Works on a table that nobody else works on at the same time. Raises `TableBusy`.
 *
 * Between the calls of one run the table stays taken; when the run ends, well or not, it is let go.
 */
export async function holdTable<Output extends { readonly done: boolean }>(ports: HoldPorts, call: TableCall, work: (workplace: Workplace) => Promise<Output>): Promise<Output> {
  const settings = await ports.settings(call.table);
  const tableId = tableIdOf(ports.pipeline, settings.table);
  const fence = await ports.lock.acquire(tableId, call.operationId);
  const release = async (status: unknown) => {
    // The lease ends by itself, so that this is no reason to take the work for failed.
    await ports.lock.release(tableId, fence, status).catch((error: unknown) => logger.warn('the lock of a table was not released', { tableId, error: error as Error }));
  };
  try {
    await ports.checkpoint('lock taken');
    const output = await Workplace.with(ports, { operationId: call.operationId, table: call.table, settings, fence, remainingMs: call.remainingMs }, work);
    if (output.done) await release({ operationId: call.operationId, endedAt: ports.now().toISOString(), output });
    return output;
  } catch (error) {
    await release({ operationId: call.operationId, endedAt: ports.now().toISOString(), failure: (error as Error).name });
    throw error;
  }
}

/** Works under the lock that the plan of a divided load took. Raises `TableBusy` when another run has it by now. */
export async function keepTable<Output>(ports: HoldPorts, load: SpreadLoad, { getRemainingTimeInMillis }: Invocation, work: (workplace: Workplace) => Promise<Output>): Promise<Output> {
  const settings = await ports.settings(load.table);
  const { operationId, table, fence } = load;
  await ports.lock.renew(tableIdOf(ports.pipeline, settings.table), fence);
  return Workplace.with(ports, { operationId, table, settings, fence, remainingMs: () => getRemainingTimeInMillis() }, work);
}
