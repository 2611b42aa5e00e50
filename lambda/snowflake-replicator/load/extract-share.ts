import { SchemaChangedMeanwhile, type ExtractPartitionOutput, type SpreadLoad } from '../contract';
import { namesOf } from '../rows/batch-identity';
import { addDigests, EMPTY_DIGEST, formatDigest, parseDigest } from '../rows/digest';
import { wholeTable } from '../rows/extraction-sql';
import { sourceRange, targetRange } from '../rows/key-range';
import { schemaFingerprint } from '../rows/schema-drift';
import { name, qualified } from '../rows/snowflake-text';
import { SpreadPlans, type Share, type SpreadPlan } from '../state/spread-plan';
import { loadParts } from './load-parts';
import { takeLook, type Look } from './look';
import type { Workplace } from './workplace';

/** What bringing some ranges to the stage may take. */
const STRETCH_MS = 180_000;

/** Brings one share of a divided load to the stage, some ranges at a time, and notes each time how far it is. */
export async function extractShare(work: Workplace, { loadId }: SpreadLoad, index: number): Promise<ExtractPartitionOutput> {
  const plans = new SpreadPlans(work.control);
  const warehouse = await work.warehouse();
  const plan = await plans.plan(warehouse, loadId);
  const { state } = await work.control.read(warehouse, work.tableId);
  let share = await plans.share(warehouse, loadId, index);
  for (let isFirst = true; share.done < share.ranges.length && (isFirst || work.call.remainingMs() > STRETCH_MS); isFirst = false) {
    try {
      const look = await takeLook(work, state, work.limits.readers);
      checkUnchanged(look, plan, work.call.table);
      const after = await extractRanges(work, look, loadId, index, share);
      await plans.advance(warehouse, loadId, index, share, after);
      await work.ports.checkpoint('share advanced');
      share = after;
    } finally {
      await work.endSnapshots().catch(() => undefined);
    }
  }
  return { index, done: share.done >= share.ranges.length, rangesDone: share.done, rows: share.rows, waitSeconds: 0, rests: 0 };
}

function checkUnchanged({ mapping }: Look, { schema }: SpreadPlan, table: string): void {
  if (schemaFingerprint(mapping) !== schema) throw new SchemaChangedMeanwhile(`${table} has other columns than when its load was planned`, { table });
}

/** As many ranges as there are readers, in one snapshot that they share. */
async function extractRanges(work: Workplace, look: Look, loadId: string, index: number, share: Share): Promise<Share> {
  const { mapping } = look;
  const { limits, control, settings } = work;
  const ranges = share.ranges.slice(share.done, share.done + limits.readers);
  const warehouse = await work.warehouse();
  const misfits = control.named(namesOf(loadId).misfits);
  // An attempt before this one may have put some aside and died before it could say so.
  for (const range of ranges) await warehouse.execute(`DELETE FROM ${qualified(misfits)} WHERE ${targetRange(mapping.key, range, name)}`);
  const names = { ...namesOf(loadId), path: `${namesOf(loadId).path}_${index}_${share.done}_${work.ports.newAttempt()}` };
  const readers = await work.readersOf(look.session, ranges.length);
  const loaders = await Promise.all(ranges.map((_, position) => work.warehouse(position)));
  const selections = ranges.map((range) => ({ ...wholeTable(mapping), where: sourceRange(mapping.key, range) }));
  const loaded = await loadParts(work, look, selections, readers, loaders, { table: null, names }, settings.table.proof === 'always');
  const digest = loaded.digest && formatDigest(addDigests(share.digest === null ? EMPTY_DIGEST : parseDigest(share.digest), loaded.digest));
  return {
    ...share,
    done: share.done + ranges.length,
    files: [...share.files, ...loaded.files.map(({ name: file, rows }) => ({ name: `${names.path}/${file}`, rows }))],
    rows: share.rows + loaded.rows,
    bytes: share.bytes + loaded.bytes,
    misfits: share.misfits + loaded.misfits,
    digest,
  };
}
