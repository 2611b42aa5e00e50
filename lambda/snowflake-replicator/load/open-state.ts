import { WarehouseMisconfigured } from '../contract';
import type { StoredState } from '../state/control-store';
import { abortLeftBehind } from './commit';
import { finishSwap } from './swap-in';
import type { Workplace } from './workplace';

/**
 * Reads how far the table is, and finishes what an earlier run left half done: its transaction ends, and a full load that
 * is complete and proven, but perhaps not swapped in, is.
 */
export async function openState(work: Workplace): Promise<StoredState> {
  await abortLeftBehind(work);
  const stored = await readState(work);
  await work.ports.checkpoint('state read');
  return stored.state?.pendingSwap ? finishSwap(work, stored, stored.state.pendingSwap) : stored;
}

/** The first run finds nothing to read from; making the tables each time would cost as much as a small batch. */
async function readState(work: Workplace): Promise<StoredState> {
  const warehouse = await work.warehouse();
  const stored = await work.control.read(warehouse, work.tableId).catch(async (error: unknown) => {
    if (!(error instanceof WarehouseMisconfigured)) throw error;
    await work.control.prepare(warehouse);
    await work.ports.checkpoint('control tables made');
    return work.control.read(warehouse, work.tableId);
  });
  if (stored.version > 0 || stored.state) return stored;
  await work.control.begin(warehouse, work.writer, work.ports.now());
  return stored;
}
