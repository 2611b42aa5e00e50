import { defineHandler, type Invocation } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { METRIC, SchemaDrifted, TableNotReplicable, WrongSource, type Findings, type TableInput, type VerifyTableOutput } from './contract';
import { holdTable, type HoldPorts } from './load/hold-table';
import { takeLook, whyUnusable, type Look } from './load/look';
import { openState } from './load/open-state';
import { CallProgress } from './load/progress';
import { sweepAttempts } from './load/sweep-attempts';
import { verifyStretch, type StretchVerified } from './load/verify';
import type { Workplace } from './load/workplace';
import { describeDrift, findDrift, isUnchanged } from './rows/schema-drift';
import { labelOf } from './rows/source-table';
import type { StoredState } from './state/control-store';
import type { TableState } from './state/table-state';
import { parseTableInput, type CompleteTableInput } from './table-input';
import { wireWork } from './wire-work';

/** Rows of the source in one snapshot and one step of the state. */
const STRETCH_ROWS = 250_000;
/** What a stretch with its repairs may take. */
const STRETCH_MS = 180_000;

/**
 * Compares the rows of both sides by a tree of hashes over ranges of keys, and puts right what differs: rows that the source
 * deleted, rows that no cursor would have brought, rows that somebody altered in the target.
 *
 * Reads as many rows as the settings allow and remembers where it stopped. Rows that the cursor is going to bring count
 * as equal.
 */
export async function verifyTable(input: TableInput, ports: HoldPorts, invocation: Invocation): Promise<VerifyTableOutput> {
  const call = parseTableInput(input, 'verify-table', ['auto', 'verify'], invocation);
  return holdTable(ports, call, (work) => new TableVerification(work, call).run());
}

/** One call's part of the comparison of a table. */
class TableVerification {
  private readonly progress: CallProgress;

  constructor(
    private readonly work: Workplace,
    private readonly call: CompleteTableInput,
  ) {
    this.progress = new CallProgress(work.ports.now, call.continuation);
  }

  async run(): Promise<VerifyTableOutput> {
    let stored = await openState(this.work);
    for (let isFirst = true; isFirst || this.call.remainingMs() > STRETCH_MS; isFirst = false) {
      const stretch = await this.stretch(stored);
      if (!stretch) return this.progress.continued(this.work.limits.restSeconds);
      stored = stretch.stored;
      this.progress.add({ findings: findingsOf(stretch) });
      if (stretch.atEnd || this.rowsLeft() <= 0) return this.end(stretch.atEnd);
    }
    return this.progress.continued();
  }

  private rowsLeft(): number {
    return this.work.limits.verifyRows - this.progress.total.findings.compared;
  }

  /** Compares one stretch; nothing when the source is to be left alone for a while. */
  private async stretch(stored: StoredState): Promise<StretchVerified | undefined> {
    const { work, progress } = this;
    const { state } = stored;
    if (!state) throw new TableNotReplicable(labelOf(work.settings.table), ['it was never loaded: replicate it before its sides can be compared']);
    try {
      const look = await progress.unlessBusy(() => takeLook(work, state));
      if (!look) return undefined;
      checkComparable(look, state, this.call.table);
      return await verifyStretch(work, look, stored, state, Math.min(STRETCH_ROWS, this.rowsLeft()));
    } finally {
      await work.endSnapshots().catch(() => undefined);
    }
  }

  private async end(whole: boolean): Promise<VerifyTableOutput> {
    const { tableId } = this.work;
    await sweepAttempts(this.work);
    const { findings, seconds } = this.progress.total;
    addMetric(tableId, METRIC.rowsVerified, findings.compared);
    addMetric(tableId, METRIC.deletesFound, findings.extra);
    addMetric(tableId, METRIC.rowsRepaired, findings.repaired);
    addMetric(tableId, METRIC.missedByCursor, findings.missedByCursor);
    addMetric(tableId, METRIC.unproven, findings.missing + findings.altered + findings.extra - findings.repaired);
    return { done: true, summary: { table: this.call.table, whole, durationSeconds: seconds, ...findings }, continuation: null };
  }
}

function checkComparable(look: Look, state: TableState, table: string): void {
  const unusable = whyUnusable(state, look);
  if (unusable !== null) throw new WrongSource(`${table}: ${unusable}: replicate the table before its sides are compared`);
  const drift = findDrift(state.schema, look.mapping);
  if (!isUnchanged(drift)) throw new SchemaDrifted(`${table}: ${describeDrift(drift).join('; ')}: replicate the table before its sides are compared`);
}

function findingsOf({ compared, differences, repaired }: StretchVerified): Findings {
  const count = (wanted: string) => differences.filter(({ kind }) => kind === wanted).length;
  const [missing, altered, extra] = [count('missing'), count('altered'), count('extra')];
  return { compared, missing, altered, extra, repaired, missedByCursor: missing + altered };
}

export const handler = defineHandler('snowflake-replicator/verify-table', verifyTable, wireWork);
