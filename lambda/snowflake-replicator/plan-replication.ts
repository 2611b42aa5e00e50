import { defineHandler, type Invocation } from '../common/define-handler';
import type { PlanReplicationOutput, TableInput } from './contract';
import { exceedsOneFunction } from './load/exceeds-one-function';
import { holdTable, type HoldPorts } from './load/hold-table';
import { planLoad, takeLook } from './load/look';
import { openState } from './load/open-state';
import { planSpread } from './load/plan-spread';
import type { Workplace } from './load/workplace';
import { storedBytes } from './rows/source-table';
import { parseTableInput, type CompleteTableInput } from './table-input';
import { wireWork } from './wire-work';

/**
 * Divides a load that is too large for one function among several.
 *
 * With a plan for several the table stays taken until `commit-load`.
 */
export async function planReplication(input: TableInput, ports: HoldPorts, invocation: Invocation): Promise<PlanReplicationOutput> {
  const call = parseTableInput(input, 'plan-replication', ['auto', 'full', 'incremental'], invocation);
  const { plan } = await holdTable(ports, call, (work) => makePlan(work, call));
  return plan;
}

async function makePlan(work: Workplace, { mode: requested }: CompleteTableInput): Promise<{ readonly done: boolean; readonly plan: PlanReplicationOutput }> {
  const stored = await openState(work);
  try {
    const look = await takeLook(work, stored.state);
    const { mode, reasons } = await planLoad(work, look, stored.state, requested === 'verify' ? 'auto' : requested);
    const common = { mode, reasons, estimatedBytes: storedBytes(look.mapping.table), partitionsAtOnce: work.limits.partitionsAtOnce };
    if (!exceedsOneFunction(work, look, mode)) return { done: true, plan: { ...common, strategy: 'single', load: null, partitions: [] } };
    return { done: false, plan: { ...common, strategy: 'spread', ...(await planSpread(work, look, stored, reasons)) } };
  } finally {
    await work.endSnapshots().catch(() => undefined);
  }
}

export const handler = defineHandler('snowflake-replicator/plan-replication', planReplication, wireWork);
