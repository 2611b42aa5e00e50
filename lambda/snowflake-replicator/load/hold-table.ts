import { logger } from '../../common/telemetry';
import type { RequestedMode } from '../contract';
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
    const output = await Workplace.with(ports, { operationId: call.operationId, settings, fence, remainingMs: call.remainingMs }, work);
    if (output.done) await release({ operationId: call.operationId, endedAt: ports.now().toISOString(), output });
    return output;
  } catch (error) {
    await release({ operationId: call.operationId, endedAt: ports.now().toISOString(), failure: (error as Error).name });
    throw error;
  }
}
