import { defineHandler, type Invocation } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { METRIC, type ReplicateTableOutput, type TableInput } from './contract';
import { exceedsOneFunction } from './load/exceeds-one-function';
import { holdTable, type HoldPorts } from './load/hold-table';
import { loadChanges } from './load/load-changes';
import { loadFull } from './load/load-full';
import { planLoad, takeLook, type LoadPlan, type Look } from './load/look';
import { openState } from './load/open-state';
import { CallProgress } from './load/progress';
import { sweepAttempts } from './load/sweep-attempts';
import type { Workplace } from './load/workplace';
import type { LoadMode } from './rows/load-mode';
import type { StoredState } from './state/control-store';
import { parseTableInput, type CompleteTableInput } from './table-input';
import { wireWork } from './wire-work';

/** A batch takes about as long as the settings allow, and then has to be loaded: without so much time none is begun. */
const BATCH_AND_MORE = 1.5;
const MS_PER_SECOND = 1000;

/**
 * Brings one table up to date: all of it in one load, or what has changed in as many batches as that takes.
 *
 * Does a small table by itself; where time runs out it answers with what to go on with. Running it again, at whatever
 * step it died, is safe: the state in Snowflake tells what is done.
 */
export async function replicateTable(input: TableInput, ports: HoldPorts, invocation: Invocation): Promise<ReplicateTableOutput> {
  const call = parseTableInput(input, 'replicate-table', ['auto', 'full', 'incremental'], invocation);
  return holdTable(ports, call, (work) => new TableRun(work, call).run());
}

/** `rest` leaves the source alone for a while, `spread` the load to several functions. */
type Step = Loaded | 'rest' | 'spread';

interface Loaded {
  readonly stored: StoredState;
  readonly plan: LoadPlan;
  readonly atEnd: boolean;
}

/** One call's part of the run of a table. */
class TableRun {
  private readonly progress: CallProgress;

  constructor(
    private readonly work: Workplace,
    private readonly call: CompleteTableInput,
  ) {
    this.progress = new CallProgress(work.ports.now, call.continuation);
  }

  async run(): Promise<ReplicateTableOutput> {
    let stored = await openState(this.work);
    if (await this.isFullLoadDone()) return this.end(stored, 'full', ['done by an earlier call']);
    for (let isFirst = true; isFirst || this.hasTime(); isFirst = false) {
      const step = await this.step(stored);
      if (step === 'spread') return { done: false, summary: null, continuation: null, spread: true };
      if (step === 'rest') return this.continued(this.work.limits.restSeconds);
      stored = step.stored;
      if (step.atEnd) return this.end(stored, step.plan.mode, step.plan.reasons);
    }
    return this.continued();
  }

  private continued(restSeconds?: number): ReplicateTableOutput {
    return { ...this.progress.continued(restSeconds), spread: false };
  }

  /** A call that died after it had loaded everything need not load it again. */
  private async isFullLoadDone(): Promise<boolean> {
    const { work, call } = this;
    const isFull = call.mode === 'full' || (call.mode === 'auto' && work.settings.table.mode === 'full');
    return isFull && work.control.hasFullLoadOf(await work.warehouse(), work.tableId, work.operationId);
  }

  private hasTime(): boolean {
    return this.call.remainingMs() > this.work.limits.batchSeconds * BATCH_AND_MORE * MS_PER_SECOND;
  }

  /** Loads one batch, or everything. */
  private async step(stored: StoredState): Promise<Step> {
    const look = await this.progress.unlessBusy(() => takeLook(this.work, stored.state, this.work.limits.readers));
    if (!look) return 'rest';
    try {
      const { mode } = this.call;
      const plan = await planLoad(this.work, look, stored.state, mode === 'verify' ? 'auto' : mode);
      if (this.call.divisible && exceedsOneFunction(this.work, look, plan.mode)) return 'spread';
      await this.work.ports.checkpoint('load planned');
      return plan.mode === 'full' ? await this.all(look, stored, plan) : await this.changes(look, stored, plan);
    } finally {
      await this.work.endSnapshots().catch(() => undefined);
    }
  }

  private async all(look: Look, stored: StoredState, plan: LoadPlan): Promise<Loaded> {
    const { stored: done, rows, quarantined } = await loadFull(this.work, look, stored, plan.reasons);
    this.progress.add({ rows, quarantined, batches: 1 });
    return { stored: done, plan, atEnd: true };
  }

  private async changes(look: Look, stored: StoredState, plan: LoadPlan): Promise<Loaded> {
    if (!stored.state) throw new Error('changes are read from where a state says');
    const { stored: done, rows, quarantined, atEnd } = await loadChanges(this.work, look, stored, stored.state, plan);
    this.progress.add({ rows, quarantined, batches: rows > 0 ? 1 : 0 });
    return { stored: done, plan, atEnd };
  }

  private async end({ state }: StoredState, mode: LoadMode, reasons: readonly string[]): Promise<ReplicateTableOutput> {
    const { tableId } = this.work;
    await sweepAttempts(this.work);
    const { rows, quarantined, batches, seconds } = this.progress.total;
    const floor = state?.cursor.floor;
    if (floor) addMetric(tableId, METRIC.lag, Math.max(0, (this.work.ports.now().getTime() - Date.parse(floor)) / MS_PER_SECOND));
    addMetric(tableId, METRIC.succeeded, 1);
    addMetric(tableId, METRIC.rowsExtracted, rows);
    addMetric(tableId, METRIC.rowsLoaded, rows - quarantined);
    addMetric(tableId, METRIC.batches, batches);
    addMetric(tableId, METRIC.duration, seconds);
    const summary = { table: this.call.table, mode, reasons, rowsExtracted: rows, rowsQuarantined: quarantined, batches, verifiedBatch: state?.verifiedBatch ?? 0, durationSeconds: seconds };
    return { done: true, summary, continuation: null, spread: false };
  }
}

export const handler = defineHandler('snowflake-replicator/replicate-table', replicateTable, wireWork);
