import { ProofFailed, SchemaChangedMeanwhile, type SpreadLoad } from '../contract';
import { attemptNames, namesOf, type AttemptNames } from '../rows/batch-identity';
import { addDigests, EMPTY_DIGEST, formatDigest, parseDigest, sameDigest, type Digest } from '../rows/digest';
import { copyQuarantined, quarantineDigest } from '../rows/merge-sql';
import { dealOut } from '../rows/partition-plan';
import { schemaFingerprint } from '../rows/schema-drift';
import { qualified } from '../rows/snowflake-text';
import { storedDigest } from '../rows/stored-sql';
import { createQuarantine, keyColumns } from '../rows/table-ddl';
import type { StoredState } from '../state/control-store';
import { SpreadPlans, type Share, type SpreadPlan } from '../state/spread-plan';
import { ledgerEntry } from './ledger-entry';
import { makeNext, swapIn, type FullLoad } from './load-full';
import { COMPRESSION, copyParts, type LoadedFile } from './load-parts';
import { takeLook, type Look } from './look';
import { bareShape } from './prove-loaded';
import type { Workplace } from './workplace';

/** Files in one COPY; Snowflake reads those of one statement side by side, and takes at most 1000. */
const FILES_PER_COPY = 200;

/** Loads what all shares brought to the stage, proves it as a whole, and swaps it in. Every attempt loads into a table of its own. */
export async function commitSpread(work: Workplace, { loadId }: SpreadLoad, stored: StoredState): Promise<FullLoad> {
  const plans = new SpreadPlans(work.control);
  const warehouse = await work.warehouse();
  const plan = await plans.plan(warehouse, loadId);
  const shares = await plans.shares(warehouse, loadId);
  checkWhole(plan, shares, loadId);
  const look = await takeLook(work, stored.state);
  await work.endSnapshots();
  if (schemaFingerprint(look.mapping) !== plan.schema) throw new SchemaChangedMeanwhile(`${work.call.table} has other columns than when its load was planned`, { loadId });
  const names = attemptNames(work.tableId, plan.batch, work.ports.newAttempt());
  await makeNext(work, look, names, plan.batch);
  const misfits = await copyShares(work, look, names, loadId, shares);
  await work.ports.checkpoint('all parts loaded');
  const digest = shares.every((share) => share.digest !== null) ? addDigests(...shares.map((share) => parseDigest(share.digest ?? ''))) : null;
  if (digest) await prove(work, look, names, digest, misfits);
  const rows = shares.reduce((sum, share) => sum + share.rows, 0);
  const bytes = shares.reduce((sum, share) => sum + share.bytes, 0);
  const files = shares.reduce((sum, share) => sum + share.files.length, 0);
  const entry = ledgerEntry(work, 'full', plan.batch, { rows, bytes, misfits, digest }, { reasons: plan.reasons, snapshot: plan.observed, loadId, shares: shares.length, files });
  return { stored: await swapIn(work, { ...look, observed: plan.observed }, stored, names, entry, stored.state?.rates ?? null), rows, quarantined: misfits };
}

function checkWhole({ partitions }: SpreadPlan, shares: readonly Share[], loadId: string): void {
  const open = shares.filter(({ ranges, done }) => done < ranges.length).length;
  if (open > 0 || shares.length !== partitions) throw new Error(`load ${loadId} is not complete: ${open} of ${partitions} shares are not on the stage yet`);
}

/** Copies all files into the next table and answers how many rows have no place in it. */
async function copyShares(work: Workplace, { mapping }: Look, names: AttemptNames, loadId: string, shares: readonly Share[]): Promise<number> {
  const { control, limits } = work;
  const warehouse = await work.warehouse();
  const key = keyColumns(mapping);
  await warehouse.execute(createQuarantine(key, control.named(names.misfits)));
  await warehouse.execute(copyQuarantined(key, control.named(namesOf(loadId).misfits), control.named(names.misfits)));
  const groups = filesTogether(shares.flatMap(({ files }) => files));
  const copy = async (position: number): Promise<number> => {
    const loader = await work.warehouse(position);
    let found = 0;
    for (let group = groups.shift(); group; group = groups.shift()) {
      const parts = { location: control.location(''), files: group.map(({ name }) => name), compression: COMPRESSION };
      // Each session has a table of its own for fields, should it need one.
      const own = { ...names, fields: `${names.fields}_${position}` };
      found += await copyParts(work, loader, mapping, control.named(names.staging), own, parts, group.reduce((sum, { rows }) => sum + rows, 0));
    }
    return found;
  };
  const found = await Promise.all([...Array(limits.loaders).keys()].map(copy));
  return [...found, ...shares.map(({ misfits }) => misfits)].reduce((sum, count) => sum + count, 0);
}

function filesTogether(files: readonly LoadedFile[]): LoadedFile[][] {
  return dealOut(files, Math.max(1, Math.ceil(files.length / FILES_PER_COPY)));
}

async function prove(work: Workplace, { mapping }: Look, names: AttemptNames, digest: Digest, misfits: number): Promise<void> {
  const warehouse = await work.warehouse();
  const next = work.control.named(names.staging);
  const stored = await warehouse.digest(storedDigest(bareShape(next, mapping)));
  const aside = misfits === 0 ? EMPTY_DIGEST : await warehouse.digest(quarantineDigest(work.control.named(names.misfits)));
  if (!sameDigest(addDigests(stored, aside), digest)) throw new ProofFailed(`${qualified(work.target)}: ${formatDigest(digest)} left the source, ${formatDigest(stored)} was stored and ${formatDigest(aside)} put aside`, { table: work.tableId });
  await work.ports.checkpoint('load proven');
}
