import { defineHandler, type Invocation } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { METRIC, type CommitLoadInput, type ReplicationSummary } from './contract';
import { commitSpread } from './load/commit-spread';
import { keepTable, type HoldPorts } from './load/hold-table';
import type { FullLoad } from './load/load-full';
import { openState } from './load/open-state';
import { sweepAttempts } from './load/sweep-attempts';
import type { Workplace } from './load/workplace';
import { wireWork } from './wire-work';

/** Makes what several functions brought to the stage the table that readers see. The changes since its plan are left to `replicate-table`. */
export async function commitLoad({ operationId, load }: CommitLoadInput, ports: HoldPorts, invocation: Invocation): Promise<ReplicationSummary> {
  const startedMs = ports.now().getTime();
  return keepTable(ports, load, invocation, async (work) => {
    const { stored, rows, quarantined } = await commitUnlessDone(work, { operationId, load });
    await sweepAttempts(work);
    addMetric(work.tableId, METRIC.rowsExtracted, rows);
    addMetric(work.tableId, METRIC.rowsLoaded, rows - quarantined);
    const durationSeconds = (ports.now().getTime() - startedMs) / 1000;
    return { table: load.table, mode: 'full', reasons: ['loaded by several functions'], rowsExtracted: rows, rowsQuarantined: quarantined, batches: 1, verifiedBatch: stored.state?.verifiedBatch ?? 0, durationSeconds };
  });
}

/** A call that died after it had swapped the table in need not do so again; its plan may be gone already. */
async function commitUnlessDone(work: Workplace, { load }: CommitLoadInput): Promise<FullLoad> {
  const stored = await openState(work);
  const isDone = await work.control.hasFullLoadOf(await work.warehouse(), work.tableId, work.operationId);
  return isDone ? { stored, rows: 0, quarantined: 0 } : commitSpread(work, load, stored);
}

export const handler = defineHandler('snowflake-replicator/commit-load', commitLoad, wireWork);
