import type { Partition, SpreadLoad } from '../contract';
import { attemptNames } from '../rows/batch-identity';
import { wholeTable } from '../rows/extraction-sql';
import { sourceOrder, type Key } from '../rows/key-range';
import { parseRecord } from '../rows/parse-record';
import { dealOut, keyRanges, PAGE_BYTES } from '../rows/partition-plan';
import { sourceRecord } from '../rows/record';
import { schemaFingerprint } from '../rows/schema-drift';
import { storedBytes } from '../rows/source-table';
import { createQuarantine, keyColumns } from '../rows/table-ddl';
import type { StoredState } from '../state/control-store';
import { SpreadPlans, type Share } from '../state/spread-plan';
import type { Look } from './look';
import type { Workplace } from './workplace';

const BYTES_PER_MB = 1024 * 1024;
/** Sampled keys for each bound: enough that ranges differ little in size. */
const SAMPLES_PER_RANGE = 50;
/** More ranges would be more part files than anybody wants to look at. */
const MOST_RANGES = 5000;

/**
 * Divides a full load by ranges of keys and notes in Snowflake who brings which.
 *
 * Each function reads snapshots of its own, so that the shares are not of one moment; what changed from the plan's moment
 * on is read afterwards as changes, because the cursor starts there.
 */
export async function planSpread(work: Workplace, look: Look, stored: StoredState, reasons: readonly string[]): Promise<{ readonly load: SpreadLoad; readonly partitions: readonly Partition[] }> {
  const { limits, operationId, control } = work;
  const batch = (stored.state?.batch ?? 0) + 1;
  const names = attemptNames(work.tableId, batch, work.ports.newAttempt());
  const count = Math.min(MOST_RANGES, Math.max(1, Math.ceil(storedBytes(look.mapping.table) / (limits.partMb * BYTES_PER_MB))));
  const ranges = keyRanges(await sampleKeys(look, count * SAMPLES_PER_RANGE), count);
  const shares = dealOut(ranges, limits.partitions).map((own): Share => ({
    ranges: own.map(({ after, through }) => ({ after: after && [...after], through: through && [...through] })),
    done: 0,
    files: [],
    rows: 0,
    bytes: 0,
    misfits: 0,
    digest: null,
  }));
  const warehouse = await work.warehouse();
  await warehouse.execute(createQuarantine(keyColumns(look.mapping), control.named(names.misfits)));
  const plan = { operationId, batch, schema: schemaFingerprint(look.mapping), reasons: [...reasons], observed: look.observed, partitions: shares.length };
  await new SpreadPlans(control).write(warehouse, names.id, plan, shares);
  await work.ports.checkpoint('load divided');
  return { load: { operationId, table: work.call.table, loadId: names.id, fence: work.call.fence }, partitions: shares.map((_, index) => ({ index })) };
}

/** Keys of random rows, in order: of a large table those on random pages, of which a small one has too few to be sure of any. */
async function sampleKeys({ session, mapping }: Look, most: number): Promise<Key[]> {
  const { table } = mapping;
  const pages = table.leaves.reduce((sum, leaf) => sum + leaf.pages, 0);
  const method = pages * PAGE_BYTES < ROW_BY_ROW_BYTES ? 'BERNOULLI' : 'SYSTEM';
  const percent = table.estimatedRows > most ? Math.max(MOST_PRECISE_PERCENT, (100 * most) / table.estimatedRows) : 100;
  const rows = await session.query(
    `SELECT ${sourceRecord(mapping.key)} AS key FROM ${wholeTable(mapping).from} TABLESAMPLE ${method} (${percent}) ORDER BY ${sourceOrder(mapping.key).join(', ')} LIMIT ${most * SLACK}`,
  );
  return rows.map(({ key }) => parseRecord(key as string).map((field) => field ?? ''));
}

const MOST_PRECISE_PERCENT = 0.0001;
/** Up to here a look at every row takes no more than a second. */
const ROW_BY_ROW_BYTES = 256 * BYTES_PER_MB;
/** The estimate of rows may be off; a limit protects the function, and cuts nothing off as a rule. */
const SLACK = 20;
